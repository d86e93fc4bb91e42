import type { TenantProblem } from '../constructs/calls';
import { sharedDomains } from '../constructs/domains';
import { tenantsWithoutListener } from '../constructs/edge/gateway-name';
import type { Environment } from '../constructs/environment';
import { FOREIGN_IMAGES, foreignImages } from '../constructs/foreign-images';
import { missingImages } from '../constructs/images';
import { forbiddenEgress } from '../constructs/outside/egress';
import { sharedPartNames } from '../constructs/part-names';
import { unfitUses } from '../constructs/provisioners/provision';
import { unmovableApps } from '../constructs/rollouts/rollout-problems';
import { shrunkDisks, shrunkStores } from '../constructs/shrunk-disks';
import { takenNames } from '../constructs/taken-names';
import type { TenantSpec } from '../constructs/tenant-spec';
import type { Earlier } from './load/earlier';
import type { LoadedTenant, SoundPart } from './load/tenants';
import { switchProblems } from './switches';

/** Who meets where. */
interface Meeting {
  /** Of the environment. */
  readonly name: string;
  readonly environment: Environment;
  readonly tenants: readonly LoadedTenant[];
  readonly earlier: Earlier;
}

interface RuledProblem extends TenantProblem {
  readonly rule: string;
}

/** What is wrong with sound files where they meet each other, this environment, or what was rendered before. */
export function problemsOf(context: Meeting): RuledProblem[] {
  const { name, environment, tenants, earlier } = context;
  const specs = tenants.flatMap((tenant) => soundPartOf(tenant)?.spec ?? []);
  const shrunk = tenants.flatMap((tenant) => shrunkSince(tenant, environment, earlier));
  const switched = tenants.flatMap((tenant) => switchedSince(tenant, name, environment, earlier));
  const ruled = (rule: string, problems: readonly TenantProblem[]) => problems.map((each) => ({ ...each, rule }));
  const problems = [
    ...ruled('tenants-agree', domainProblems(tenants, earlier)),
    ...ruled('tenants-agree', takenNames(specs, environment)),
    ...ruled('tenants-agree', sharedPartNames(specs, environment)),
    ...ruled('images-are-named', missingImages(specs, environment)),
    ...ruled('resources-are-provided', unfitUses(specs, environment)),
    ...ruled(FOREIGN_IMAGES, foreignImages(specs, environment)),
    ...ruled('egress-is-allowed', forbiddenEgress(specs, environment)),
    ...ruled('rollouts-can-be-done', unmovableApps(specs, environment)),
    ...ruled('disks-never-shrink', shrunk),
    ...ruled('switches-cut-no-traffic', switched),
  ];
  return [...problems, ...ruled('tenants-agree', listenerProblems(context, problems))];
}

/** A tenant with those of its apps of which nothing is told yet; nothing where what is told concerns the tenant as a whole. */
export function soundPartOf(tenant: LoadedTenant, problems: readonly TenantProblem[] = []): SoundPart | undefined {
  const part = tenant.spec ? { spec: tenant.spec, mayHave: () => false } : tenant.sound;
  const own = problems.filter((problem) => problem.tenant === tenant.name);
  if (!part || own.some(({ app }) => app === undefined)) return undefined;
  const troubled = new Set(own.map(({ app }) => app));
  return {
    spec: { ...part.spec, apps: part.spec.apps.filter(({ name }) => !troubled.has(name)) },
    mayHave: (app) => troubled.has(app) || part.mayHave(app),
  };
}

/** Whoever claims a domain that another has, or had when it was last rendered, is held: nobody can take another's. */
function domainProblems(tenants: readonly LoadedTenant[], earlier: Earlier): TenantProblem[] {
  const before = (tenant: string) => {
    const word = earlier.wordOf(tenant);
    return typeof word === 'object' ? word : undefined;
  };
  const words = tenants.flatMap(({ name, spec }) => spec ?? before(name) ?? []);
  const sound = new Set(tenants.flatMap(({ name, spec }) => (spec ? [name] : [])));
  return sharedDomains(words, (tenant) => before(tenant)?.domain).filter(({ tenant }) => sound.has(tenant));
}

/** Whoever comes to a full Gateway waits. Who has problems and never was rendered takes no listener, and is not counted. */
function listenerProblems({ environment, tenants, earlier }: Meeting, told: readonly TenantProblem[]): TenantProblem[] {
  const troubled = new Set(told.map(({ tenant }) => tenant));
  const isNew = (tenant: string) => earlier.wordOf(tenant) === 'none';
  const rendered = tenants.filter(({ name, spec }) => !isNew(name) || (spec && !troubled.has(name)));
  return environment.edge ? tenantsWithoutListener(rendered, environment.edge, isNew) : [];
}

/** What a tenant was last rendered from, without the apps that it may still have in a file that is not sound. */
function comparable({ name }: LoadedTenant, { mayHave }: SoundPart, earlier: Earlier): TenantSpec | undefined {
  const before = earlier.wordOf(name);
  return typeof before === 'object' ? { ...before, apps: before.apps.filter((app) => !mayHave(app.name)) } : undefined;
}

function shrunkSince(tenant: LoadedTenant, environment: Environment, earlier: Earlier): TenantProblem[] {
  const part = soundPartOf(tenant);
  const before = part && comparable(tenant, part, earlier);
  return before ? [...shrunkDisks(part.spec, before), ...shrunkStores(part.spec, before, environment)] : [];
}

function switchedSince(
  tenant: LoadedTenant,
  name: string,
  environment: Environment,
  earlier: Earlier,
): TenantProblem[] {
  const part = soundPartOf(tenant);
  const before = part && comparable(tenant, part, earlier);
  const { switched = [] } = earlier;
  return before ? switchProblems(part.spec, before, { name, environment, switched }) : [];
}
