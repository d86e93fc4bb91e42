import { closest } from '../../constructs/input/did-you-mean';
import { formatPath } from '../../constructs/input/problem';
import type { Manifest } from '../../constructs/manifest';
import type { TenantSpec } from '../../constructs/tenant-spec';
import { fieldsOf } from '../diff/fields';
import { EXIT, UsageError } from '../exit';
import { type Asked, amongFewer, isWithin, type Origin, originsOf, withoutOuter } from '../explain/origins';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type Workspace, type WorkspaceOptions } from '../load/workspace';
import { fileName } from '../outputs/gitops/tree';
import { withPartners } from '../partners';
import type { Plan } from '../planned';
import { render } from '../render';
import { stageOf } from '../stage';
import { table } from '../table';
import { today } from '../today';
import { tellFindings } from './outcome';

/**
 * Tells of each field of a rendered file which line of a developer's file, which value of the environment or which default of
 * the platform makes it. Returns the exit code.
 * @throws {UsageError} when there is no such file, or no such field in it
 */
export function explain(name: string, file: string, path: string | undefined, options: WorkspaceOptions): number {
  const workspace = loadWorkspace([name], options);
  const [loaded] = workspace.environments;
  if (!loaded) return EXIT.broken;
  const rendering = render(loaded, workspace.tenants, NOTHING_EARLIER, today());
  tellFindings([rendering]);
  const { environment, plan, inputs } = rendering;
  if (!environment || !plan) return EXIT.broken;
  const asked = find(plan, file);
  const fields = fieldsOf(asked.manifest).filter((field) => path === undefined || isWithin(field.path, path));
  if (fields.length === 0) throw new UsageError(unknownField(path ?? '', asked.manifest));

  // As they are written: a rendering has put in what the environment decides for them.
  const written = new Map(workspace.tenants.map(({ name, spec }) => [name, spec]));
  const tenants = [...inputs.values()].map((tenant) => written.get(tenant.name) ?? tenant);
  const few = inputs.has(asked.compartment) ? withPartners(asked.compartment, tenants) : tenantsNamed(fields, tenants);
  const smaller = amongFewer(asked, path, { name, environment, tenants }, [few]);
  const origins = originsOf(smaller.asked, smaller.inputs);
  const whole = origins.filter(({ field }) => field === '').map((origin) => describe(origin, workspace));
  const otherwise = whole.length > 0 ? 'the above, or the platform' : 'the platform';
  const rows = fields.map(({ path, value }) => {
    const own = origins.filter(({ field }) => field !== '' && (isWithin(field, path) || isWithin(path, field)));
    const told = withoutOuter(own).map((origin) => describe(origin, workspace));
    return [path, show(value), told.length > 0 ? told.join('; ') : otherwise];
  });
  const heading = whole.length > 0 ? `there because of ${whole.join('; ')}\n\n` : '';
  process.stdout.write(`${heading}${table(['FIELD', 'VALUE', 'FROM'], rows)}`);
  return EXIT.ok;
}

/** The object that a file of the tree holds; the folders in front of its compartment's may be left out or not. */
function find({ compartments }: Plan, file: string): Asked {
  const all = compartments.flatMap(({ name, manifests }) =>
    manifests.map((planned) => ({
      compartment: name,
      manifest: planned.manifest,
      path: `${name}/${stageOf(planned)}/${fileName(planned.manifest)}`,
    })),
  );
  const found = all.find(({ path }) => file === path || file.endsWith(`/${path}`));
  if (found) return found;
  const paths = all.map(({ path }) => path);
  const tail = file.split('/').slice(-3).join('/');
  const meant = closest(tail, paths);
  const advice = meant
    ? `Did you mean "${meant}"?`
    : 'Write a path as in the tree: shop/contents/Service.core.web.yaml.';
  throw new UsageError(`There is no file "${file}" in this environment. ${advice}`);
}

/** Tenants whose name stands in some of these fields. */
function tenantsNamed(fields: ReturnType<typeof fieldsOf>, tenants: readonly TenantSpec[]): TenantSpec[] {
  const words = new Set(fields.flatMap(({ path, value }) => `${path} ${value}`.split(/[^a-z0-9-]+/)));
  return tenants.filter(({ name, domain }) => words.has(name) || words.has(domain));
}

function unknownField(path: string, manifest: Manifest): string {
  const leaves = fieldsOf(manifest).map((field) => field.path);
  const paths = leaves.flatMap((leaf) => [...leaf.matchAll(/[.[]|$/g)].map(({ index }) => leaf.slice(0, index)));
  const meant = closest(path, paths);
  return `There is no field "${path}" in it. ${meant ? `Did you mean "${meant}"?` : 'Leave it out to see all.'}`;
}

/** Where a member is written, or that it is a default. */
function describe({ of, path, value, isDefault }: Origin, { environments, tenants }: Workspace): string {
  const member = formatPath(path);
  if (of.kind === 'environment') {
    if (path[0] === 'images' && environments[0]?.given?.includes(`${path[1]}`)) return `--image ${path[1]}`;
    return isDefault ? `default of ${member}: ${show(value)}` : `${environments[0]?.file} ${member}`;
  }
  const app = of.kind === 'app' ? of.app : undefined;
  const tenant = tenants.find(({ name }) => name === of.tenant);
  if (app === undefined && member === 'name') return `the name of tenants/${of.tenant}`;
  if (!tenant?.says(app, path)) return `default of ${member}: ${show(value)}`;
  const place = tenant.locate(app, path);
  return `${place.object} ${place.path}`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
