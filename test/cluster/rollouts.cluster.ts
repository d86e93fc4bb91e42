import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { madeByFlagger } from '../../policies/made-by-flagger';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { writeTree } from '../../stacks/outputs/gitops/write-tree';
import { plan } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { type Step, type Switch, switchesOf } from '../../stacks/switches';
import { applyCompartments, contentsOf, lostMembers, nameOf } from './apply';
import { binary } from './build';
import { type Cluster, startCluster } from './control-plane';
import { type StandInMetrics, standInMetrics, startFlagger } from './flagger';

const ROOT = join(__dirname, '..', '..');
const NEW = `images.example.com/shop/web:5.0.0@sha256:${'5'.repeat(64)}`;
const BAD = `images.example.com/shop/web:6.0.0@sha256:${'6'.repeat(64)}`;

/** Pods of each version at the least: enough to see, few for the machine. */
const scale = { min: 2, max: 3, cpu: 70 };

/** The demo tenant shop, whose web the environment makes a canary, beside it an app of each other kind. */
function shop(change: Readonly<Record<string, object>> = {}): TenantSpec {
  const [demo] = loadTenants(join(ROOT, 'tenants')).flatMap(({ name, spec }) => (name === 'shop' && spec ? spec : []));
  const image = `images.example.com/shop/page:1.0.0@sha256:${'1'.repeat(64)}`;
  const page = { image, port: 8080, expose: 'public' };
  const apps = [
    { ...demo?.apps.find(({ name }) => name === 'web'), calls: {}, rollout: undefined },
    { ...page, name: 'blue', rollout: 'blueGreen' },
    { ...page, name: 'split', rollout: { ab: { header: { name: 'X-Preview', value: 'yes' } } } },
    { ...page, name: 'plain', rollout: 'rolling' },
  ];
  return tenantSpecSchema.parse({
    ...demo,
    apps: apps.map((app) => ({ ...app, scale, ...change[app.name ?? ''] })),
  });
}

let cluster: Cluster;
let metrics: StandInMetrics;
let kubectl: string;

function environment() {
  const { environment: prod } = loadEnvironment(join(ROOT, 'stacks', 'environments'), 'prod');
  const rollouts = {
    ...prod?.rollouts,
    metrics: { kind: 'outside', address: metrics.address, cidrs: ['127.0.0.1/32'], allowPlaintext: true },
  };
  return environmentSchema.parse({ ...prod, logging: undefined, telemetry: undefined, rollouts });
}

/**
 * As it is rendered, but that Flagger looks every ten seconds, the least it can, and not every minute; and that pods stop without
 * the pause before. The one release of Flagger that can be built here knows no such pause: it would lose it in what it copies.
 */
function planOf(tenant: TenantSpec): Plan {
  const planned = plan(new Platform({ environment: environment(), tenants: [tenant] }));
  const compartments = planned.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((each) => ({ ...each, manifest: fitForFlagger(each.manifest) })),
  }));
  return { ...planned, compartments };
}

function fitForFlagger(manifest: Manifest): Manifest {
  const told = JSON.stringify(manifest, (key, value) => (key === 'lifecycle' ? undefined : value));
  return manifest.kind === 'Canary'
    ? JSON.parse(told.replace('"interval":"1m"', '"interval":"10s"'))
    : JSON.parse(told);
}

function ofShop({ compartments }: Plan): Manifest[] {
  return compartments.flatMap(({ name, manifests }) =>
    name === 'shop' ? manifests.map(({ manifest }) => manifest) : [],
  );
}

/** Delivers as Flux does: applies all of shop, then removes what is gone unless it says that it stays. */
async function deliver(now: Plan, before?: Plan): Promise<void> {
  const wanted = ofShop(now);
  for (const manifest of wanted) await cluster.client.serverSideApply(manifest, { force: true });
  const names = new Set(wanted.map(nameOf));
  for (const manifest of before ? ofShop(before) : []) {
    const live = names.has(nameOf(manifest)) ? undefined : await cluster.client.get(manifest);
    if (live && live.metadata.annotations?.['kustomize.toolkit.fluxcd.io/prune'] !== 'disabled') {
      await cluster.client.delete(manifest);
    }
  }
}

const named = (kind: string, name: string, apiVersion: string) => ({
  ...{ apiVersion, kind, metadata: { name, namespace: 'shop' } },
});
const canaryOf = (app: string) => named('Canary', app, 'flagger.app/v1beta1');
const deploymentOf = (app: string) => named('Deployment', app, 'apps/v1');

async function phaseOf(app: string): Promise<string | undefined> {
  const status = (await cluster.client.get(canaryOf(app)))?.status as { phase?: string } | undefined;
  return status?.phase;
}

async function phase(app: string, wanted: string, seconds = 120): Promise<void> {
  await cluster.until(
    `${app} to be ${wanted}`,
    async () => ((await phaseOf(app)) === wanted ? true : undefined),
    seconds,
  );
}

async function imageOf(deployment: string): Promise<string | undefined> {
  const spec = (await cluster.client.get(deploymentOf(deployment)))?.spec as
    | { template: { spec: { containers: readonly { image: string }[] } } }
    | undefined;
  return spec?.template.spec.containers[0]?.image;
}

async function readyOf(deployment: string): Promise<number> {
  const status = (await cluster.client.get(deploymentOf(deployment)))?.status as { readyReplicas?: number } | undefined;
  return status?.readyReplicas ?? 0;
}

/** Looks at a Service's endpoints all the while that something is done, and says how few were ready at any moment. */
async function fewestEndpoints(service: string, work: () => Promise<void>): Promise<number> {
  let isDone = false;
  let fewest = Number.POSITIVE_INFINITY;
  const selector = `kubernetes.io/service-name=${service}`;
  const watching = (async () => {
    while (!isDone) {
      const slices = await cluster.client.list('discovery.k8s.io/v1', 'EndpointSlice', { namespace: 'shop', selector });
      const ready = slices
        .flatMap(({ endpoints }) => (endpoints as { conditions: { ready?: boolean } }[] | null) ?? [])
        .filter(({ conditions }) => conditions.ready);
      fewest = Math.min(fewest, ready.length);
      await sleep(100);
    }
  })();
  try {
    await work();
  } finally {
    isDone = true;
    await watching;
  }
  return fewest;
}

/** Types the steps that a finding prints; those of bulkhead itself and of whoever delivers are done by `own`. */
async function follow(steps: readonly Step[], folder: string, own: (command: string) => Promise<void>): Promise<void> {
  for (const step of steps) {
    if (!('type' in step)) continue;
    const [program, ...args] = step.type.split(' ');
    if (program === 'bulkhead') await own(step.type);
    else
      execFileSync(kubectl, args, {
        cwd: folder,
        env: { KUBECONFIG: cluster.kubeconfig, PATH: process.env.PATH ?? '' },
      });
  }
}

function switchOf(app: string, now: TenantSpec, before: TenantSpec): Switch {
  const found = switchesOf(now, before, 'prod', environment()).find((each) => each.app === app);
  if (!found) throw new Error(`${app} is not switched.`);
  return found;
}

beforeAll(async () => {
  metrics = await standInMetrics();
  kubectl = await binary('kubectl');
  cluster = await startCluster({ crds: true });
  await startFlagger(cluster, metrics.address);
  await applyCompartments(cluster.client, planOf(shop()).compartments);
}, 600_000);
afterAll(async () => {
  await cluster?.stop();
  metrics?.close();
});

const SHIFTED = ['web', 'blue', 'split'];

test('a canary, a blue/green and an A/B app reach Initialized, and what serves them is Ready', async () => {
  for (const app of SHIFTED) {
    await phase(app, 'Initialized');
    await cluster.until(
      `${app}-primary to serve`,
      async () => ((await readyOf(`${app}-primary`)) >= 2 ? true : undefined),
      60,
    );
    await cluster.until(`${app} to rest`, async () => ((await readyOf(app)) === 0 ? true : undefined), 60);
  }
}, 300_000);

test('what Flagger makes is what the checks were told that it makes', async () => {
  const made = madeByFlagger(ofShop(planOf(shop())));
  const lost: string[] = [];
  for (const manifest of made) {
    // The route of an A/B app has a rule more, which holds the header; the one for all others leads to what serves.
    const object = await cluster.client.get(manifest);
    if (manifest.kind === 'HTTPRoute' && manifest.metadata.name === 'split') {
      expect(JSON.stringify(object?.spec)).toContain('"headers":[{"name":"x-preview","type":"Exact","value":"yes"}]');
      continue;
    }
    lost.push(...lostMembers(manifest, object).map((member) => `${nameOf(manifest)} ${member}`));
  }
  expect(made).toHaveLength(SHIFTED.length * 6);
  expect(lost).toEqual([]);
});

test('a second apply changes nothing, of ours or of what Flagger has made, and starts nothing', async () => {
  const planned = planOf(shop());
  const all = [...ofShop(planned), ...madeByFlagger(ofShop(planned))];
  const before = await contentsOf(cluster.client, all);
  await deliver(planned);
  await sleep(15_000);
  expect(await contentsOf(cluster.client, all)).toEqual(before);
  for (const app of SHIFTED) expect(await phaseOf(app)).toBe('Initialized');
}, 120_000);

test('a new image starts an analysis, which applying again does not disturb, and takes over', async () => {
  const next = planOf(shop({ web: { image: NEW } }));
  const before = await imageOf('web-primary');
  const fewest = await fewestEndpoints('web', async () => {
    await deliver(next);
    await phase('web', 'Progressing');
    await cluster.until(
      'visitors to be given the new version',
      async () => ((await weightOf('web')) > 0 ? true : undefined),
      60,
    );
    const made = madeByFlagger(ofShop(next)).filter(
      ({ kind, metadata }) => kind !== 'HTTPRoute' && metadata.name.startsWith('web'),
    );
    const ours = ofShop(next).filter(({ kind }) => kind !== 'Deployment');
    const then = await contentsOf(cluster.client, [...made, ...ours]);
    const weight = await weightOf('web');
    await deliver(next);
    expect(await contentsOf(cluster.client, [...made, ...ours])).toEqual(then);
    expect(await weightOf('web')).toBeGreaterThanOrEqual(weight);
    expect(await imageOf('web-primary')).toBe(before);
    await phase('web', 'Succeeded', 180);
  });
  expect(await imageOf('web-primary')).toBe(NEW);
  expect(fewest).toBeGreaterThan(0);
  expect(metrics.asked.some((query) => query.includes('destination_workload="web"'))).toBe(true);
}, 400_000);

test('a version that fails its visitors goes back, and what served serves on', async () => {
  metrics.say({ successRate: 50, latency: 0 });
  await deliver(planOf(shop({ web: { image: BAD } })));
  await phase('web', 'Failed', 180);
  expect(await imageOf('web-primary')).toBe(NEW);
  expect(await weightOf('web')).toBe(0);
  metrics.say({ successRate: 100, latency: 0 });
}, 300_000);

test('a blue/green and an A/B version take over', async () => {
  const next = shop({ web: { image: BAD }, blue: { image: NEW }, split: { image: NEW } });
  await deliver(planOf(next));
  for (const app of ['blue', 'split']) {
    await phase(app, 'Succeeded', 300);
    expect(await imageOf(`${app}-primary`)).toBe(NEW);
  }
}, 700_000);

test('the steps that are printed lead from Flagger to a plain rollout, and endpoints are there all the while', async () => {
  const before = shop({ blue: { image: NEW } });
  const now = shop({ blue: { image: NEW, rollout: 'rolling' } });
  const folder = mkdtempSync(join(cluster.folder, 'leaving-'));
  const fewest = await fewestEndpoints('blue', async () => {
    await follow(switchOf('blue', now, before).steps, folder, async (command) => {
      if (command.includes('--out next')) writeTree(join(folder, 'next', 'prod'), gitopsTree(planOf(now)));
      else await deliver(planOf(now), planOf(before));
    });
    await cluster.until("Flagger's to be gone", async () =>
      (await cluster.client.get(deploymentOf('blue-primary'))) ? undefined : true,
    );
    await sleep(15_000);
  });
  expect(fewest).toBeGreaterThan(0);
  expect(await cluster.client.get(canaryOf('blue'))).toBeUndefined();
  expect(await readyOf('blue')).toBeGreaterThanOrEqual(2);
  const ours = ofShop(planOf(now));
  const then = await contentsOf(cluster.client, ours);
  await deliver(planOf(now));
  expect(await contentsOf(cluster.client, ours)).toEqual(then);
}, 300_000);

test('the steps that are printed lead from a plain rollout to Flagger, and endpoints are there all the while', async () => {
  const before = shop({ blue: { image: NEW, rollout: 'rolling' } });
  const now = shop({ blue: { image: NEW, rollout: 'rolling' }, plain: { rollout: 'canary' } });
  const fewest = await fewestEndpoints('plain', async () => {
    await follow(switchOf('plain', now, before).steps, cluster.folder, () => deliver(planOf(now), planOf(before)));
    await phase('plain', 'Initialized');
    await sleep(15_000);
  });
  expect(fewest).toBeGreaterThan(0);
  expect(await readyOf('plain-primary')).toBeGreaterThanOrEqual(2);
  const made = madeByFlagger(ofShop(planOf(now))).filter(({ metadata }) => metadata.name.startsWith('plain'));
  expect([...(await contentsOf(cluster.client, made)).values()]).not.toContain(undefined);
}, 300_000);

/** What part of the requests a route gives to the new version. */
async function weightOf(app: string): Promise<number> {
  const route = await cluster.client.get(named('HTTPRoute', app, 'gateway.networking.k8s.io/v1'));
  const { rules } = (route?.spec ?? { rules: [] }) as {
    rules: readonly { backendRefs: readonly { name: string; weight?: number }[] }[];
  };
  const refs = rules.flatMap(({ backendRefs }) => backendRefs);
  return refs.find(({ name }) => name === `${app}-canary`)?.weight ?? 0;
}
