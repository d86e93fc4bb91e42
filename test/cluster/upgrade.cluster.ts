import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { objectName } from '../../stacks/diff/compare';
import { kubectlAt } from '../../stacks/kubectl';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { manifestsOf, runsOf } from '../../stacks/plan';
import type { PlannedCompartment } from '../../stacks/planned';
import { readCluster } from '../../stacks/preflight/read-cluster';
import { reachedAt } from '../../stacks/upgrade/lock';
import { pinsOf } from '../../stacks/upgrade/pins';
import { restartCommands } from '../../stacks/upgrade/report';
import { readRequest } from '../../stacks/upgrade/request';
import { statusOf, type UpgradeStatus } from '../../stacks/upgrade/status';
import { planUpgrade, type RenderedStep, type TakenStep } from '../../stacks/upgrade/upgrade';
import { applyCompartments, type Content, unasked } from './apply';
import { binary } from './build';
import { changesBetween, everythingOf } from './changes';
import type { Client, Named, ServerObject } from './client';
import { type Cluster, startCluster } from './control-plane';
import { type Delivered, playControllers, playInjector } from './played-controllers';
import { settled } from './settled';
import { minorNamed } from './versions';

/**
 * The upgrade of Istio in prod, with its three rings, there and back: after each step exactly what it declared is another object
 * than before, and at each moment `bulkhead upgrade status` says where the cluster is.
 */
const ROOT = join(__dirname, '..', '..');
const loaded = loadEnvironment(join(ROOT, 'stacks', 'environments'), 'prod');
const { environment } = loaded;
if (!environment) throw new Error('prod is broken');

const from = pinsOf(environment);
const props = { loaded, tenants: loadTenants(join(ROOT, 'tenants')), from, to: readRequest('istio=1.30.4', from) };
const today = '2027-01-31';
const reached = planUpgrade({ ...props, today })?.steps.flatMap(({ pins }) => reachedAt(pins)) ?? [];
const plan = planUpgrade({ ...props, today, followed: { pins: props.to, reached } });
if (!plan || plan.impossible || plan.findings.length > 0) throw new Error('The plan is not sound.');

const { steps } = plan;
/** What is delivered before the first step, after it, and so on. */
const states = [plan.start, ...steps.map(({ rendering }) => rendering)].map(delivered);
const all = states.flatMap((state) => [...manifestsOf(state.plan), ...runsOf(state.undelivered)]);
const kinds = [
  ...new Map(all.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }])).values(),
  { apiVersion: 'v1', kind: 'Pod' },
];
const compartments = new Map(
  states.flatMap((state) =>
    state.plan.compartments.flatMap(({ name, manifests }) =>
      manifests.map(({ manifest }) => [identity(manifest), name] as const),
    ),
  ),
);

let cluster: Cluster;
let client: Client;
let beginning: ReadonlyMap<string, Content>;

beforeAll(async () => {
  // Status asks kubectl, and so do the restarts that steps declare.
  process.env.PATH = `${dirname(await binary('kubectl'))}:${process.env.PATH}`;
  cluster = await startCluster({ kubernetes: minorNamed(environment.kubernetes), crds: { for: all } });
  client = cluster.client;
  await applyCompartments(client, state(0).plan.compartments);
}, 600_000);
afterAll(() => cluster?.stop());

test('delivered and nothing of it running yet, the cluster is before the first step, which may not start', () => {
  expect(status()).toMatchObject({ at: 0, next: { number: 1, why: ['The step before it is not finished.'] } });
});

test('once all of it is Ready, the first step may start', async () => {
  await finish(0);
  beginning = await everything();
});

test('what nobody declared is told as a change', async () => {
  const [stranger] = manifestsOf(state(0).plan).filter(({ kind }) => kind === 'PodDisruptionBudget');
  if (!stranger) throw new Error('prod has no disruption budget');
  const before = await everything();
  const labels = { ...stranger.metadata.labels, by: 'hand' };
  const changed: Manifest = { ...stranger, metadata: { ...stranger.metadata, labels } };
  await client.serverSideApply(changed);
  expect(changesBetween(before, await everything())).toEqual([`~${nameOf(stranger)}`]);
  await client.serverSideApply(stranger);
  expect(changesBetween(before, await everything())).toEqual([]);
});

describe.each(steps.map((step) => [step.number, step.title, step] as const))('step %i, %s', (number, _, step) => {
  test('in the middle of it, it is said to be unfinished', async () => {
    const before = await everything();
    await deliver(number - 1, number, allButOne(step));
    const half = status();
    await deliver(number - 1, number);
    expect(changesBetween(before, await everything())).toEqual(declared(step));
    if (declared(step).length > 1) {
      expect(half).toMatchObject({ at: number, next: next(number, ['The step before it is not finished.']) });
      expect(half.unfinished.map(({ rule }) => rule)).toContain('objects-are-as-the-step-leaves-them');
    }
  });

  test('delivered, it waits for what it declared: what runs, and its restarts', () => {
    const { at, unfinished } = status();
    expect(at).toBe(number);
    expect(unfinished.map(({ rule }) => rule)).toContain(
      step.stage === 'ring' ? 'pods-follow-their-revision' : 'what-a-step-touches-is-ready',
    );
    for (const command of restartCommands(step)) expect(JSON.stringify(unfinished)).toContain(command);
  });

  test('and is done once they are', async () => {
    await finish(number, step);
  });
});

describe.each(
  steps.toReversed().map((step) => [step.number, step.title, step] as const),
)('back before step %i, %s', (number, _, step) => {
  test('exactly what it declared is another object again', async () => {
    const before = await everything();
    await deliver(number, number - 1);
    const back = { '+': '-', '-': '+', '~': '~' } as const;
    const inverse = declared(step).map((change) => change.replace(/^[+~-]/, (sign) => back[sign as '+']));
    expect(changesBetween(before, await everything())).toEqual(inverse.sort());
    await finish(number - 1, step);
  });
});

test("at the end of the way back, the cluster's objects equal the beginning's", async () => {
  const end = await everything();
  const isObject = ([name]: [string, Content]) => !name.includes(' Pod/');
  expect(Object.fromEntries([...end].filter(isObject).map(contentOnly))).toEqual(
    Object.fromEntries([...beginning].filter(isObject).map(contentOnly)),
  );
});

function delivered({ plan, undelivered }: RenderedStep): Delivered {
  if (!plan || !undelivered) throw new Error('A step does not render.');
  return { plan, undelivered };
}

function state(number: number): Delivered {
  const found = states[number];
  if (!found) throw new Error(`There is no step ${number}.`);
  return found;
}

function next(number: number, why: readonly string[]): unknown {
  return number < steps.length ? { number: number + 1, why } : undefined;
}

function status(): UpgradeStatus {
  const found = plan && statusOf(plan, readCluster(all, kubectlAt({ kubeconfig: cluster.kubeconfig })));
  if (!found) throw new Error('The plan does not render.');
  return found;
}

/** Applies a whole tree as a GitOps tool would, and deletes what it has no more. */
async function deliver(before: number, after: number, only: (manifest: Manifest) => boolean = () => true) {
  const tree = state(after).plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.filter(({ manifest }) => only(manifest)),
  }));
  await applyCompartments(client, tree satisfies readonly PlannedCompartment[]);
  const names = new Set(manifestsOf(state(after).plan).map(identity));
  const gone = manifestsOf(state(before).plan).filter((manifest) => !names.has(identity(manifest)) && only(manifest));
  for (const manifest of gone) await client.delete(unasked(manifest));
}

/** Every object but the last that the step changes. */
function allButOne({ blast }: TakenStep): (manifest: Manifest) => boolean {
  const last = blast.compartments.at(-1)?.objects.at(-1)?.object;
  const compartment = blast.compartments.at(-1)?.compartment;
  return (manifest) => objectName(manifest) !== last || compartments.get(identity(manifest)) !== compartment;
}

/** Has everything run that was delivered, does the restarts of a step, and waits until nothing of it is unfinished. */
async function finish(number: number, step?: TakenStep): Promise<void> {
  const now = state(number);
  const earlier = step && state(step.number === number ? number - 1 : step.number);
  await playControllers(client, now, earlier);
  await settled(cluster, [...manifestsOf(now.plan), ...runsOf(now.undelivered)]);
  for (const command of step ? restartCommands(step) : []) restart(command);
  const done = await cluster.until(
    `step ${number} to be finished`,
    async () => {
      await playInjector(client, now);
      const found = status();
      return found.unfinished.length === 0 ? found : undefined;
    },
    120,
  );
  expect(done).toMatchObject({ at: number, next: next(number, []) });
}

/** As the step says. No Flagger runs here, so that what it would serve from a copy serves by itself. */
function restart(command: string): void {
  const [program = '', ...args] = command.replace('-primary ', ' ').split(' ');
  execFileSync(program, [`--kubeconfig=${cluster.kubeconfig}`, ...args]);
}

function everything(): Promise<Map<string, Content>> {
  return everythingOf(client, kinds, nameOf);
}

function declared({ blast }: TakenStep): string[] {
  const sign = { added: '+', removed: '-', changed: '~' } as const;
  return blast.compartments
    .flatMap(({ compartment, objects }) =>
      objects.map(({ object, change }) => `${sign[change]}${compartment} ${object}`),
    )
    .sort();
}

/** As blast radii name objects: by their compartment, if they have one. */
function nameOf(object: ServerObject | Manifest): string {
  return `${compartments.get(identity(object)) ?? object.metadata.namespace ?? ''} ${objectName(object)}`;
}

function identity({ apiVersion, kind, metadata }: Named): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

/** What the server makes up when something is made again, and the moment that a restart notes and nobody takes back. */
const MADE_UP: ReadonlySet<string> = new Set([
  ...['clusterIP', 'clusterIPs', 'deprecated.daemonset.template.generation', 'kubectl.kubernetes.io/restartedAt'],
]);

function contentOnly([name, { content }]: [string, Content]): [string, unknown] {
  return [name, withoutMadeUp(content)];
}

function withoutMadeUp(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMadeUp);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withoutMadeUp(member)] as const);
  return Object.fromEntries(
    members.filter(([key, member]) => !MADE_UP.has(key) && !(key === 'annotations' && isEmpty(member))),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}
