import { OPEN_IMAGE } from '../constructs/app/image-spec';
import type { Environment } from '../constructs/environment';
import { closest } from '../constructs/input/did-you-mean';
import type { Finding } from '../policies/finding';
import type { LoadedEnvironment } from './load/environments';
import type { LoadedTenant } from './load/tenants';
import { soundPartOf } from './tenant-problems';

/** Tenants that the environment wants and nobody is: without them it would delete what it was told to have. */
export function unknownTenants(file: string, { tenants }: Environment, all: readonly LoadedTenant[]): Finding[] {
  const wanted = tenants === 'all' ? [] : tenants;
  return wanted.flatMap((name, index) => unknownTenant(file, `tenants[${index}]`, name, all) ?? []);
}

/** Sizes, Gateways and rings for tenants that nobody is, or is any more. */
export function unknownNamed(
  file: string,
  { sizes, edge, rings }: Environment,
  all: readonly LoadedTenant[],
): Finding[] {
  const named = [
    ...Object.keys(sizes).map((name) => ({ name, path: `sizes.${name}` })),
    ...Object.keys(edge?.gateways ?? {}).map((name) => ({ name, path: `edge.gateways.${name}` })),
    ...Object.entries(rings).flatMap(([ring, names]) =>
      names.map((name, index) => ({ name, path: `rings.${ring}[${index}]` })),
    ),
  ];
  return named.flatMap(({ name, path }) => unknownTenant(file, path, name, all) ?? []);
}

function unknownTenant(file: string, path: string, name: string, all: readonly LoadedTenant[]): Finding | undefined {
  const names = all.map((tenant) => tenant.name);
  if (names.includes(name)) return undefined;
  const meant = closest(name, names);
  return {
    ...{ rule: 'environment-files-are-valid', object: file, path, compartment: undefined },
    problem: `There is no tenant "${name}".`,
    fix: meant ? `Did you mean "${meant}"?` : `Possible: ${names.join(', ')}.`,
  };
}

/** Images that are named for nobody, or for who names one itself. */
export function unusedImages(
  { file, environment, given = [] }: LoadedEnvironment,
  all: readonly LoadedTenant[],
): Finding[] {
  return Object.keys(environment?.images ?? {}).flatMap((app): Finding[] => {
    const isGiven = given.includes(app);
    const place = isGiven ? { object: `--image ${app}`, path: '' } : { object: file, path: `images["${app}"]` };
    const unused = unusedFor(app, all, isGiven ? 'Leave it out' : 'Remove this line');
    return unused ? [{ rule: 'images-are-used', ...place, ...unused, compartment: undefined }] : [];
  });
}

function unusedFor(
  reference: string,
  all: readonly LoadedTenant[],
  remove: string,
): Pick<Finding, 'problem' | 'fix'> | undefined {
  const [tenant, name = ''] = reference.split('/');
  const loaded = all.find((each) => each.name === tenant);
  const part = loaded && soundPartOf(loaded);
  if (loaded && (!part || part.mayHave(name))) return undefined;
  const app = part?.spec.apps.find((each) => each.name === name);
  if (app?.image === OPEN_IMAGE) return undefined;
  if (app) {
    const { object } = loaded?.locate(name, ['image']) ?? { object: reference };
    return { problem: `${reference} names its image itself.`, fix: `${remove}, or write "." in ${object}.` };
  }
  const open = all.flatMap((each) =>
    (soundPartOf(each)?.spec.apps ?? [])
      .filter(({ image }) => image === OPEN_IMAGE)
      .map((app) => `${each.name}/${app.name}`),
  );
  const meant = closest(reference, open);
  return { problem: `There is no app "${reference}".`, fix: meant ? `Did you mean "${meant}"?` : `${remove}.` };
}
