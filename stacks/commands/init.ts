import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInput } from '../../constructs/input/read-input';
import { appName } from '../../constructs/names';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { EXIT, UsageError } from '../exit';
import { splitReference } from '../reference-of-app';

export interface InitOptions {
  /** Folder of the tenants. */
  readonly tenants: string;
}

/**
 * Writes a starter Score file that passes all checks and, for a team that has no folder yet, its `tenant.yaml`. What is there
 * is never written over. Returns the exit code.
 * @throws {UsageError} when a name is none, or the app is there
 */
export function initApp(reference: string, { tenants }: InitOptions): number {
  const { tenant, app } = splitReference(reference);
  requireName(tenantSpecSchema.shape.name, tenant);
  requireName(appName, app);
  if (!statSync(tenants, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no folder ${tenants}. Name it with --tenants.`);
  const folder = join(tenants, tenant);
  const file = join(folder, `${app}.score.yaml`);
  if (existsSync(file)) throw new UsageError(`${file} is there already. Choose another name.`);
  mkdirSync(folder, { recursive: true });
  const tenantFile = join(folder, 'tenant.yaml');
  if (!existsSync(tenantFile)) write(tenantFile, `owner: ${tenant}-developers\ndomain: ${tenant}\n`);
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
