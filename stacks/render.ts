import { agreeCalls, type MayHave, type TenantProblem } from '../constructs/calls';
import type { Environment } from '../constructs/environment';
import { withImages } from '../constructs/images';
import { Platform, type PlatformProps } from '../constructs/platform';
import { asItWasRendered, withStrategies } from '../constructs/rollouts/strategy';
import { tenantsWithoutRoom } from '../constructs/tenant-room';
import type { TenantSpec } from '../constructs/tenant-spec';
import type { Finding } from '../policies/finding';
import type { Waiver } from '../policies/isolation/waivers';
import type { Memory } from '../policies/memory';
import type { Proof } from '../policies/reachability/prove';
import { admissionOf, BEFORE_EVERY_EXPIRY } from './admission';
import { judge } from './judge';
import { keep } from './keep';
import type { Earlier } from './load/earlier';
import type { LoadedEnvironment } from './load/environments';
import type { LoadedTenant } from './load/tenants';
import { unknownNamed, unknownTenants, unusedImages } from './named-in-vain';
import { withDelivery } from './outputs/gitops/delivery';
import { PlanError, plan } from './plan';
import type { Plan } from './planned';
import { problemsOf, soundPartOf } from './tenant-problems';

/** What came of one environment. */
export interface Rendering {
  readonly name: string;
  /** There only if its file is sound. */
  readonly environment: Environment | undefined;
  /** There only if nothing stops the environment; then it may be written. */
  readonly plan: Plan | undefined;
  /** The same without what carries it: no objects of a GitOps tool, its releases as releases. */
  readonly undelivered: Plan | undefined;
  /** What the rendered objects let through, and whether that is what the plan says. */
  readonly proof: Proof | undefined;
  /** Invariants that are waived for one of its objects. */
  readonly waived: readonly Waiver[];
  /** Everything that is wrong. */
  readonly findings: readonly Finding[];
  /** Tenants with findings in their files or manifests: rendered from their last good word, or not at all without one. */
  readonly held: ReadonlySet<string>;
  /** What each tenant was rendered from. */
  readonly inputs: ReadonlyMap<string, TenantSpec>;
}

/**
 * Renders one environment, step by step. A tenant with findings is rendered from its last good word: its own output stays, and
 * so does whatever other compartments hold for it.
 * @param today the day, `2027-01-31`, by which exemptions expire; left out, none has
 * @param memory of renderings that hardly differ, whose objects are then not judged again. @default - everything is judged
 */
export function render(
  loaded: LoadedEnvironment,
  all: readonly LoadedTenant[],
  earlier: Earlier,
  today = BEFORE_EVERY_EXPIRY,
  memory?: Memory,
): Rendering {
  const { name, environment } = loaded;
  const stop = (findings: readonly Finding[]): Rendering => ({
    ...{ name, environment, ...NO_PLAN, findings, held: new Set(), inputs: new Map() },
  });
  if (!environment) return stop(loaded.findings);
  const unknown = unknownTenants(loaded.file, environment, all);
  const unknownElsewhere = unknownNamed(loaded.file, environment, all);
  if (unknown.length > 0) return stop([...unknown, ...unknownElsewhere]);

  const tenants = withUnaccounted(selectTenants(environment, all), earlier);
  const context: Context = { name, environment, tenants, earlier, today, memory };
  const problems = problemsOf(context);
  const findings = [
    ...tenants.flatMap((tenant) => tenant.findings),
    ...unknownElsewhere,
    ...unusedImages(loaded, all),
    ...problems.flatMap((each) => findingsOf(tenants, [each], each.rule)),
  ];
  const held = new Set([
    ...tenants.flatMap((tenant) => (tenant.spec || isStray(tenant) ? [] : [tenant.name])),
    ...findings.flatMap(({ compartment }) => compartment ?? []),
  ]);

  const first = attempt(context, held);
  const known = [...findings, ...judgeHeld(context, held, problems)];
  if (!first.plan) return stop([...known, ...first.findings]);
  const broken = first.findings.flatMap(({ compartment }) => compartment ?? []);
  if (broken.length === 0) return { ...first, name, environment, findings: [...known, ...first.disagreements], held };

  // What a tenant's manifests break is its own affair, as long as its last good word does not break it too.
  const stillHeld = new Set([...held, ...broken]);
  const second = attempt(context, stillHeld);
  const told = [...known, ...first.disagreements, ...first.findings];
  if (!second.plan || second.findings.length > 0) return stop([...told, ...second.findings]);
  return { ...second, name, environment, findings: told, held: stillHeld };
}

/** What every attempt to render an environment has in common. */
interface Context {
  readonly name: string;
  readonly environment: Environment;
  readonly tenants: readonly LoadedTenant[];
  readonly earlier: Earlier;
  readonly today: string;
  readonly memory: Memory | undefined;
}

interface Attempt {
  readonly plan: Plan | undefined;
  readonly undelivered: Plan | undefined;
  readonly proof: Proof | undefined;
  readonly waived: readonly Waiver[];
  readonly inputs: ReadonlyMap<string, TenantSpec>;
  /** What stops the environment, or else what single tenants' manifests break. */
  readonly findings: readonly Finding[];
  /**
   * Told, and holding nobody: calls that only one end declares, left closed, or one tenant could freeze another; and quotas
   * without room for what their apps may grow to, or an environment could; and exemptions that are over or for nothing, whose
   * ledger is the operator's.
   */
  readonly disagreements: readonly Finding[];
}

const NO_PLAN = { plan: undefined, undelivered: undefined, proof: undefined, waived: [] };

/** Renders with the current word of every tenant but those held. */
function attempt(context: Context, held: ReadonlySet<string>): Attempt {
  const { name, tenants, earlier } = context;
  const words = tenants.map((tenant) => [tenant.name, wordOf(tenant, held, earlier)] as const);
  const lost = words.flatMap(([tenant, word]) => (word === 'lost' ? [lostWord(name, tenant)] : []));
  const specs = words.flatMap(([, word]) => (typeof word === 'object' ? [word] : []));
  const outcome = renderWords(context, specs, held);
  if (lost.length > 0) return { ...outcome, ...NO_PLAN, findings: lost };
  const { findings, inputs } = outcome;
  const ofPlatform = findings.filter(({ compartment }) => compartment === undefined || !inputs.has(compartment));
  return ofPlatform.length > 0 ? { ...outcome, ...NO_PLAN, findings: ofPlatform } : outcome;
}

/**
 * What the sound apps of held tenants break, beside whatever holds them: one broken app stops no other one from being checked.
 * Nothing of it is written.
 */
function judgeHeld(context: Context, held: ReadonlySet<string>, problems: readonly TenantProblem[]): Finding[] {
  const parts = new Map(
    context.tenants.flatMap((tenant) => {
      const part = held.has(tenant.name) ? soundPartOf(tenant, problems) : undefined;
      return part ? [[tenant.name, part] as const] : [];
    }),
  );
  if (parts.size === 0) return [];
  const specs = context.tenants.flatMap(
    ({ name, spec }) => parts.get(name)?.spec ?? (held.has(name) ? [] : spec) ?? [],
  );
  const unknown = new Set([...held].filter((name) => !parts.has(name)));
  const outcome = renderWords(context, specs, unknown, (tenant, app) => parts.get(tenant)?.mayHave(app) ?? false);
  return [...outcome.disagreements, ...outcome.findings].filter(({ compartment = '' }) => parts.has(compartment));
}

/**
 * Renders these words of tenants and holds everything against the result.
 * @param held of whom another word than these may be the true one
 */
function renderWords(
  context: Context,
  words: readonly TenantSpec[],
  held: ReadonlySet<string>,
  mayHave?: MayHave,
): Attempt {
  const { name, environment, tenants, today, memory } = context;
  const specs = words.map((word) => withImages(withStrategies(word, environment), environment));
  const inputs = new Map(specs.map((spec) => [spec.name, spec]));
  const { calls, problems } = agreeCalls(specs, held, mayHave);
  const current = specs.filter(({ name }) => !held.has(name));
  const crowded = findingsOf(tenants, tenantsWithoutRoom(current, environment), 'quotas-have-room');
  const agreed = [...findingsOf(tenants, problems), ...crowded];

  const admission = admissionOf(environment);
  const planned = planPlatform(name, { environment, tenants: specs, calls, admission }, memory);
  if (!planned.plan) return { ...NO_PLAN, inputs, findings: planned.findings, disagreements: agreed };
  const judgement = judge(planned, environment, { today, held, memory });
  const { ledger, proof, waived } = judgement;
  const isTenant = (name = '') => tenants.some((tenant) => tenant.name === name);
  const ofTenants = ledger.filter(({ compartment = '' }) => isTenant(compartment) && !held.has(compartment));
  const findings = [...judgement.findings, ...ledger.filter(({ compartment }) => !isTenant(compartment))];
  const { plan, undelivered } = planned;
  return { plan, undelivered, proof, waived, inputs, findings, disagreements: [...agreed, ...ofTenants] };
}

function wordOf(tenant: LoadedTenant, held: ReadonlySet<string>, earlier: Earlier): TenantSpec | 'none' | 'lost' {
  if (!held.has(tenant.name)) return tenant.spec ?? 'none';
  const word = earlier.wordOf(tenant.name);
  return typeof word === 'object' ? asItWasRendered(word) : word;
}

/** Without its word a tenant would vanish from every other compartment, and whoever delivers would delete it. */
function lostWord(environment: string, tenant: string): Finding {
  return {
    ...{ rule: 'held-tenants-keep-their-word', object: `${environment}/${tenant}/.bulkhead.json`, path: '' },
    problem: `${tenant} has findings, and what it was last rendered from cannot be read.`,
    fix: 'Restore this file from version control, or repair the tenant.',
    compartment: undefined,
  };
}

/**
 * While a folder has a name that no tenant can have, a tenant that is gone may only have been renamed: it is held, not removed.
 */
function withUnaccounted(tenants: readonly LoadedTenant[], earlier: Earlier): LoadedTenant[] {
  if (!tenants.some(isStray)) return [...tenants];
  const gone = earlier.tenants.filter((name) => !tenants.some((tenant) => tenant.name === name));
  const unaccounted = gone.map(
    (name): LoadedTenant => ({
      name,
      spec: undefined,
      findings: [],
      locate: () => ({ object: name, path: '' }),
      says: () => false,
    }),
  );
  return [...tenants, ...unaccounted];
}

function selectTenants({ tenants }: Environment, all: readonly LoadedTenant[]): LoadedTenant[] {
  return all.filter(({ name }) => tenants === 'all' || tenants.includes(name));
}

/** Whether a folder can be no tenant, so that its findings concern no compartment. */
function isStray({ findings }: LoadedTenant): boolean {
  return findings.some(({ compartment }) => compartment === undefined);
}

/** Problems of sound tenants, with their places. */
function findingsOf(
  tenants: readonly LoadedTenant[],
  problems: readonly TenantProblem[],
  rule = 'tenants-agree',
): Finding[] {
  return problems.flatMap(({ tenant, app, path, problem, fix }) => {
    const place = tenants.find(({ name }) => name === tenant)?.locate(app, path);
    return place ? [{ rule, ...place, problem, fix, compartment: tenant }] : [];
  });
}

type Planned =
  | { readonly plan: Plan; readonly undelivered: Plan }
  | { readonly plan?: never; readonly findings: Finding[] };

function planPlatform(name: string, props: PlatformProps, memory: Memory | undefined): Planned {
  try {
    const kept = (made: Plan) => (memory ? keep(made, memory) : made);
    const undelivered = kept(plan(new Platform(props)));
    return { plan: kept(withDelivery(undelivered, name, props.environment)), undelivered };
  } catch (error) {
    const problems =
      error instanceof PlanError ? error.problems : [error instanceof Error ? error.message : String(error)];
    return {
      findings: problems.map((problem) => ({
        ...{ rule: 'the-platform-can-be-planned', object: name, path: '', problem, fix: '', compartment: undefined },
      })),
    };
  }
}
