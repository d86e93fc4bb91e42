import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInput } from '../../constructs/input/read-input';
import { appName } from '../../constructs/names';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { EXIT, UsageError } from '../exit';
import { loadTenants } from '../load/tenants';
import { TENANTS_FOLDER } from '../load/workspace';
import { splitReference } from '../reference-of-app';

export interface InitOptions {
  /** Folder of the tenants. */
  readonly tenants: string;
}

/**
 * Writes a starter Score file and, for a team that has none yet, its `tenant.yaml`. They pass all checks, unless an environment
 * says from which registries images come and the starter's is not among them. What is there is never written over, and a folder
 * of the tenants that was named must be there. Returns the exit code.
 * @throws {UsageError} when a name is none, the app is there, or another team has the domain that is called like this one
 */
export function initApp(reference: string, { tenants }: InitOptions): number {
  const { tenant, app } = splitReference(reference);
  requireName(tenantSpecSchema.shape.name, tenant);
  requireName(appName, app);
  const isThere = statSync(tenants, { throwIfNoEntry: false })?.isDirectory() === true;
  if (!isThere && tenants !== TENANTS_FOLDER)
    throw new UsageError(`There is no folder ${tenants}. Name it with --tenants.`);
  const folder = join(tenants, tenant);
  const file = join(folder, `${app}.score.yaml`);
  if (existsSync(file)) throw new UsageError(`${file} is there already. Choose another name.`);
  const tenantFile = join(folder, 'tenant.yaml');
  const isNew = !existsSync(tenantFile);
  if (isNew && isThere) requireDomain(tenant, tenants, tenantFile);
  mkdirSync(folder, { recursive: true });
  if (isNew) write(tenantFile, `owner: ${tenant}-developers\ndomain: ${tenant}\n`);
  write(file, starter(tenant, app));
  process.stderr.write(`Next: write your image and port, then bulkhead check and bulkhead app ${tenant}/${app}.\n`);
  return EXIT.ok;
}

function write(file: string, text: string): void {
  writeFileSync(file, text);
  process.stdout.write(`${file}\n`);
}

function requireName(schema: typeof appName, name: string): void {
  const read = readInput(schema, name);
  if ('problems' in read)
    throw new UsageError(read.problems.map(({ problem, fix }) => `"${name}": ${problem} ${fix}`).join(' '));
}

/** A new team's domain is called like the team, unless another team came first. */
function requireDomain(tenant: string, tenants: string, tenantFile: string): void {
  const other = loadTenants(tenants).find(({ spec, sound }) => (spec ?? sound?.spec)?.domain === tenant);
  if (!other || other.name === tenant) return;
  throw new UsageError(
    `Tenant ${other.name} has the domain "${tenant}". Choose another name, or write ${tenantFile} with another domain first.`,
  );
}

/** The least that an app needs. */
function starter(tenant: string, app: string): string {
  return `apiVersion: score.dev/v1b1
metadata:
  name: ${app}
containers:
  main:
    # By digest, so that nobody can move it; this one is only a place for yours.
    image: images.example.com/${tenant}/${app}:1.0.0@sha256:${'0'.repeat(64)}
service:
  ports:
    web: { port: 80, targetPort: 8080 } # the port that your app listens on
`;
}
