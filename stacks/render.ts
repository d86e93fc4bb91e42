import { agreeCalls } from '../constructs/calls';
import type { Environment } from '../constructs/environment';
import { closest } from '../constructs/input/did-you-mean';
import { Platform } from '../constructs/platform';
import type { TenantSpec } from '../constructs/tenant-spec';
import { checkManifests } from '../policies';
import type { Finding } from '../policies/finding';
import type { LoadedEnvironment } from './load/environments';
import type { LoadedTenant } from './load/tenants';
import { withDelivery } from './outputs/gitops/delivery';
import { manifestsOf, PlanError, plan } from './plan';
import type { Plan } from './planned';

/** What came of one environment. */
export interface Rendering {
  readonly name: string;
  /** There only if its file is sound. */
  readonly environment: Environment | undefined;
  /** There only if the environment and the platform are sound; then it may be written. */
  readonly plan: Plan | undefined;
  /** Everything that is wrong. What concerns no tenant stops the environment. */
  readonly findings: readonly Finding[];
  /** Tenants with findings: their output stays as it is. */
  readonly held: ReadonlySet<string>;
  /** What each tenant was rendered from. */
  readonly inputs: ReadonlyMap<string, TenantSpec>;
}

/** A tenant's word when it was last rendered without a finding, if it ever was. */
export type LastGood = (tenant: string) => TenantSpec | undefined;

/**
 * Renders one environment, step by step. A tenant with findings is rendered from its last good word, so that whatever the
 * other compartments hold for it stays; its own output is to be held.
 */
export function render(loaded: LoadedEnvironment, allTenants: readonly LoadedTenant[], lastGood: LastGood): Rendering {
  const { name, environment } = loaded;
  const stopped = (findings: readonly Finding[]): Rendering => ({
    ...{ name, environment, plan: undefined, findings, held: new Set(), inputs: new Map() },
  });
  if (!environment) return stopped(loaded.findings);
  const unknown = unknownTenants(loaded.file, environment, allTenants);
  if (unknown.length > 0) return stopped(unknown);

  const tenants = selectTenants(environment, allTenants);
  const findings = [...tenants.flatMap((tenant) => tenant.findings), ...disagreements(tenants)];
  const held = new Set(findings.flatMap(({ compartment }) => compartment ?? []));
  const specs = tenants.flatMap((tenant) => (held.has(tenant.name) ? lastGood(tenant.name) : tenant.spec) ?? []);

  const outcome = planPlatform(name, environment, specs, held);
  if (!outcome.plan) return stopped([...findings, ...outcome.findings]);
  const broken = checkManifests(manifestsOf(outcome.plan));
  const isTenant = new Set(specs.map((spec) => spec.name));
  if (broken.some(({ compartment }) => compartment === undefined || !isTenant.has(compartment))) {
    return stopped([...findings, ...broken]);
  }
  return {
    name,
    environment,
    plan: outcome.plan,
    findings: [...findings, ...broken],
    held: new Set([...held, ...broken.flatMap(({ compartment }) => compartment ?? [])]),
    inputs: new Map(specs.map((spec) => [spec.name, spec])),
  };
}

function selectTenants({ tenants }: Environment, all: readonly LoadedTenant[]): LoadedTenant[] {
  return all.filter(({ name }) => tenants === 'all' || tenants.includes(name));
}

/** Tenants that the environment names and nobody is. */
function unknownTenants(file: string, environment: Environment, all: readonly LoadedTenant[]): Finding[] {
  const names = all.map(({ name }) => name);
  const named = [
    ...(environment.tenants === 'all'
      ? []
      : environment.tenants.map((name, index) => [`tenants[${index}]`, name] as const)),
    ...Object.keys(environment.sizes).map((name) => [`sizes.${name}`, name] as const),
  ];
  return named
    .filter(([, name]) => !names.includes(name))
    .map(([path, name]) => {
      const meant = closest(name, names);
      return {
        ...{ rule: 'environment-files-are-valid', object: file, path, compartment: undefined },
        problem: `There is no tenant "${name}".`,
        fix: meant ? `Did you mean "${meant}"?` : `Possible: ${names.join(', ')}.`,
      };
    });
}

/** What sound tenants say that does not fit together. */
function disagreements(tenants: readonly LoadedTenant[]): Finding[] {
  const sound = tenants.filter(({ spec }) => spec !== undefined);
  const broken = new Set(tenants.filter(({ spec }) => spec === undefined).map(({ name }) => name));
  const specs = sound.flatMap(({ spec }) => spec ?? []);
  const byName = new Map(sound.map((tenant) => [tenant.name, tenant]));
  return [...agreeCalls(specs, broken).problems, ...sharedDomains(specs)].flatMap(
    ({ tenant, app, path, problem, fix }): Finding[] => {
      const place = byName.get(tenant)?.locate(app, path);
      return place ? [{ rule: 'tenants-agree', ...place, problem, fix, compartment: tenant }] : [];
    },
  );
}

/** A domain that two tenants claim: which of them came first, nobody can tell, so both stay as they are. */
function sharedDomains(specs: readonly TenantSpec[]) {
  return specs.flatMap(({ name, domain }) => {
    const other = specs.find((spec) => spec.name !== name && spec.domain === domain);
    if (!other) return [];
    const problem = `Tenant ${other.name} claims the domain "${domain}" too.`;
    return [{ tenant: name, app: undefined, path: ['domain'], problem, fix: 'Choose another.' }];
  });
}

function planPlatform(
  name: string,
  environment: Environment,
  tenants: readonly TenantSpec[],
  held: ReadonlySet<string>,
): { plan?: Plan; findings: Finding[] } {
  try {
    return { plan: withDelivery(plan(new Platform({ environment, tenants, held })), name, environment), findings: [] };
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return {
      findings: error.problems.map((problem) => ({
        ...{ rule: 'the-platform-can-be-planned', object: name, path: '', problem, fix: '', compartment: undefined },
      })),
    };
  }
}
