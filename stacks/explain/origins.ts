import { appSpecSchema } from '../../constructs/app-spec';
import { agreeCalls } from '../../constructs/calls';
import { type Environment, environmentSchema } from '../../constructs/environment';
import type { Problem } from '../../constructs/input/problem';
import { valueAt } from '../../constructs/input/schema';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { changedFields } from '../diff/fields';
import { withDelivery } from '../outputs/gitops/delivery';
import { plan } from '../plan';
import type { Plan } from '../planned';
import { type Turn, turnsOf } from './turns';

type Path = Problem['path'];

/** What an environment is rendered from. */
export interface Inputs {
  readonly name: string;
  readonly environment: Environment;
  readonly tenants: readonly TenantSpec[];
}

/** Which object of a rendering. */
export interface Asked {
  readonly compartment: string;
  readonly manifest: Manifest;
}

/**
 * The same question among fewer tenants, as long as the answer is the same: every try makes the whole platform again.
 * @param path the field that is asked for, with all below it @default - the whole manifest
 * @param choices fewer tenants first
 */
export function amongFewer(
  asked: Asked,
  path: string | undefined,
  inputs: Inputs,
  choices: readonly (readonly TenantSpec[])[],
): { readonly asked: Asked; readonly inputs: Inputs } {
  for (const tenants of choices) {
    const fewer = { ...inputs, tenants };
    const manifest = manifestIn(fewer, asked, AS_BEFORE);
    const changed = manifest ? changedFields(asked.manifest, manifest) : [];
    if (manifest && !changed.some((field) => path === undefined || isWithin(field.path, path)))
      return { asked: { ...asked, manifest }, inputs: fewer };
  }
  return { asked, inputs };
}

/** Whether a field is another one, or lies below it. */
export function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** A member of an input on which a field of a manifest depends. */
export interface Origin {
  /** Whose member it is: an app's, a tenant's, or the environment's. */
  readonly of:
    | { readonly kind: 'app'; readonly tenant: string; readonly app: string }
    | { readonly kind: 'tenant'; readonly tenant: string }
    | { readonly kind: 'environment' };
  readonly path: Path;
  readonly value: unknown;
  /** Whether the same would hold if nobody had said it. */
  readonly isDefault: boolean;
  /** The field that changes with it; empty: the object as a whole comes or goes. */
  readonly field: string;
}

/**
 * What each field of a manifest depends on, found by trying: every member of every input is said otherwise, and the manifest is
 * made again. So it holds for whatever makes manifests, and of what it names each does make a difference.
 *
 * It does not find a member that no other value could be guessed for, nor one that only counts together with another.
 */
export function originsOf(asked: Asked, inputs: Inputs): Origin[] {
  const { environment, tenants } = inputs;
  const ofEnvironment = experiments(environmentSchema, environment).flatMap((experiment) =>
    differences(asked, experiment, { kind: 'environment' }, (turned) => ({ ...inputs, environment: turned })),
  );
  // Who makes no difference by being there makes none by what it says.
  const ofTenants = tenants.flatMap((tenant) => {
    const others = tenants.filter((other) => other !== tenant);
    const withTenant = (turned: TenantSpec) => ({ ...inputs, tenants: [...others, turned] });
    if (fieldsChanged(asked, { ...inputs, tenants: others }).length === 0) return [];
    const { apps, ...own } = tenant;
    const ofTenant = experiments(tenantSpecSchema.omit({ apps: true }), own).flatMap((experiment) =>
      differences(asked, experiment, { kind: 'tenant', tenant: tenant.name }, (turned) =>
        withTenant({ ...turned, apps }),
      ),
    );
    const areAppsMeant = fieldsChanged(asked, withTenant({ ...tenant, apps: [] })).length > 0;
    const ofApps = (areAppsMeant ? apps : []).flatMap((app) => {
      const rest = apps.filter((other) => other !== app);
      if (fieldsChanged(asked, withTenant({ ...tenant, apps: rest })).length === 0) return [];
      const of = { kind: 'app', tenant: tenant.name, app: app.name } as const;
      return experiments(appSpecSchema, app).flatMap((experiment) =>
        differences(asked, experiment, of, (turned) => withTenant({ ...tenant, apps: [...rest, turned] })),
      );
    });
    return [...ofApps, ...ofTenant];
  });
  return [...ofTenants, ...ofEnvironment];
}

/** Of an entry and a member of it, the member says more. */
export function withoutOuter(origins: readonly Origin[]): Origin[] {
  const isWithin = (inner: Origin, outer: Origin) =>
    inner.of === outer.of &&
    inner.path.length > outer.path.length &&
    outer.path.every((part, index) => part === inner.path[index]);
  return origins.filter((origin) => !origins.some((other) => isWithin(other, origin)));
}

interface Experiment<T> {
  readonly turn: Turn;
  readonly isDefault: boolean;
  /** Valid inputs that say this one member otherwise. */
  readonly inputs: readonly T[];
}

interface Schema<T> {
  readonly safeParse: (value: unknown) => { readonly success: true; readonly data: T } | { readonly success: false };
}

function experiments<T>(schema: Schema<T> & Parameters<typeof turnsOf>[0], input: T): Experiment<T>[] {
  return turnsOf(schema, input).map((turn) => {
    const valid = turn.turned.flatMap((turned): T[] => {
      const read = schema.safeParse(turned);
      return read.success ? [read.data] : [];
    });
    const isSame = (other: T) => changedFields(valueAt(other, turn.path), turn.value).length === 0;
    return { turn, isDefault: valid.some(isSame), inputs: valid.filter((other) => !isSame(other)).slice(0, TRIES) };
  });
}

/** How many other values are tried before a member is taken to make no difference. */
const TRIES = 2;

function differences<T>(
  asked: Asked,
  { turn, isDefault, inputs }: Experiment<T>,
  of: Origin['of'],
  withInput: (input: T) => Inputs,
): Origin[] {
  for (const input of inputs) {
    const fields = fieldsChanged(asked, withInput(input), renaming(turn, input));
    if (fields.length > 0) return fields.map((field) => ({ of, path: turn.path, value: turn.value, isDefault, field }));
  }
  return [];
}

/** What things are called once whoever they are called after has another name. */
type Renaming = (name: string) => string;

const AS_BEFORE: Renaming = (name) => name;

function renaming({ path, value }: Turn, input: unknown): Renaming {
  const other = valueAt(input, path);
  if (typeof value !== 'string' || typeof other !== 'string' || path.join() !== 'name') return AS_BEFORE;
  return (name) => name.replace(value, other);
}

/** The fields in which the manifest is another one; the empty one if it is not there. */
function fieldsChanged(asked: Asked, inputs: Inputs, renamed = AS_BEFORE): string[] {
  const compartments = planOf(inputs);
  if (!compartments) return [];
  const there = findIn(compartments, asked, AS_BEFORE) ?? findIn(compartments, asked, renamed);
  return there ? changedFields(asked.manifest, there).map(({ path }) => path) : [''];
}

function manifestIn(inputs: Inputs, asked: Asked, called: Renaming): Manifest | undefined {
  const compartments = planOf(inputs);
  return compartments && findIn(compartments, asked, called);
}

function findIn(compartments: Plan['compartments'], asked: Asked, called: Renaming): Manifest | undefined {
  const { kind, metadata } = asked.manifest;
  const own = compartments.find(({ name }) => name === called(asked.compartment) || name === asked.compartment);
  return own?.manifests.find(
    ({ manifest }) => manifest.kind === kind && manifest.metadata.name === called(metadata.name),
  )?.manifest;
}

/** The compartments of a platform; `undefined`: none can be made of these inputs. */
function planOf({ name, environment, tenants }: Inputs): Plan['compartments'] | undefined {
  try {
    // What would stand alone is left out: an app that is missing or called otherwise leaves its callers as they are.
    const { calls } = agreeCalls(tenants, new Set());
    return withDelivery(plan(new Platform({ environment, tenants, calls })), name, environment).compartments;
  } catch {
    // A guess that nobody would write says nothing.
    return undefined;
  }
}
