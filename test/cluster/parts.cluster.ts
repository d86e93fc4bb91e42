import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { SERVERS } from '../../constructs/provisioners/servers';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { manifestsOf, plan } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { applyCompartments, contentsOf, lostMembers, nameOf } from './apply';
import { type Cluster, startCluster } from './control-plane';
import { defaultMinor } from './versions';

/** Every type of data store that can run in the cluster, with a password that is made up there. */
const STORES = Object.keys(SERVERS);

const server = {
  ...{ kind: 'in-cluster', image: `images.example.com/server:1@sha256:${'9'.repeat(64)}` },
  credentials: { kind: 'generated' },
};

const environment = environmentSchema.parse({
  ...{ kubernetes: defaultMinor, domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] }, storageClass: 'fast' },
  ...{
    allowInClusterStores: true,
    provisioners: Object.fromEntries(STORES.map((type) => [type, { default: server }])),
  },
});

/** An app with one of everything that it can run beside what serves, one with a disk that stays, one with every data store. */
function planned(version: number): Plan {
  const image = `images.example.com/app:${version}@sha256:${`${version}`.repeat(64)}`;
  const shop = tenantSpecSchema.parse({
    ...{ name: 'shop', owner: 'shop-developers', domain: 'shop' },
    apps: [
      {
        ...{ name: 'web', image, port: 8080, scale: { min: 2, max: 2 } },
        workers: { mailer: { command: ['mail'], scale: { min: 1, max: 1 } } },
        jobs: {
          migrate: { command: ['migrate'], beforeRelease: true },
          seed: { command: ['seed'] },
          sweep: { command: ['sweep'], schedule: '* * * * *' },
        },
      },
      { name: 'user', image, uses: Object.fromEntries(STORES.map((type) => [type, { type, id: 'all' }])) },
      { name: 'keeper', image, disk: { '/data': { persistent: '2Gi' }, '/cache': { scratch: '1Gi' } } },
    ],
  });
  return plan(new Platform({ environment, tenants: [shop] }));
}

/** What nobody provides here: a disk for the claim. */
const DISK: Manifest = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'disk' },
  spec: {
    ...{ capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'fast' },
    hostPath: { path: '/disk' },
  },
};

const first = planned(1);
const manifests = manifestsOf(first);

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ crds: { for: manifests } });
  await cluster.client.serverSideApply(DISK);
  await applyCompartments(cluster.client, first.compartments);
}, 600_000);
afterAll(async () => cluster?.stop());

const object = (kind: string, name: string): Manifest => {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`nothing renders ${kind} ${name}`);
  return found;
};

async function statusOf(manifest: Manifest): Promise<Readonly<Record<string, unknown>>> {
  return ((await cluster.client.get(manifest))?.status ?? {}) as Readonly<Record<string, unknown>>;
}

test('workers run, jobs end well, and what keeps something on a disk has it', async () => {
  await cluster.until('all of it', async () => {
    const jobs = manifests.filter(({ kind }) => kind === 'Job');
    const ended = await Promise.all(jobs.map(async (job) => (await statusOf(job)).succeeded));
    const worker = await statusOf(object('Deployment', 'web-mailer'));
    const keeper = await statusOf(object('StatefulSet', 'keeper'));
    const claim = await statusOf(object('PersistentVolumeClaim', 'keeper.data'));
    const isThere = worker.readyReplicas === 1 && keeper.readyReplicas === 1 && claim.phase === 'Bound';
    return isThere && ended.length === 2 && ended.every((count) => count === 1) ? true : undefined;
  });
});

test('every data store comes up under the restricted Pod Security Standard, its Secret wanted and none of its own', async () => {
  await cluster.until('all of them', async () => {
    const ready = await Promise.all(
      STORES.map(async (type) => (await statusOf(object('StatefulSet', `${type}-all`))).readyReplicas),
    );
    return ready.every((count) => count === 1) ? true : undefined;
  });
  const wanted = manifests.filter(({ kind }) => kind === 'ExternalSecret').map(({ metadata }) => metadata.name);
  expect(wanted.sort()).toEqual(STORES.map((type) => `${type}.default.all`).sort());
  expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
});

test('no field of ours is dropped, defaulted away or changed, and a second apply changes nothing', async () => {
  for (const manifest of manifests) {
    expect([nameOf(manifest), lostMembers(manifest, await cluster.client.get(manifest))]).toEqual([
      nameOf(manifest),
      [],
    ]);
  }
  const kept = manifests.filter(({ kind }) => !['CronJob', 'ResourceQuota'].includes(kind));
  await cluster.until('the autoscalers to have their say', async () =>
    (await statusOf(object('Deployment', 'web'))).readyReplicas === 2 ? true : undefined,
  );
  const before = await contentsOf(cluster.client, kept);
  await applyCompartments(cluster.client, first.compartments);
  expect(await contentsOf(cluster.client, kept)).toEqual(before);
});

test("pods of jobs and workers are under no disruption budget of the app's: a node drains", async () => {
  const budget = object('PodDisruptionBudget', 'web');
  const status = await cluster.until('the budget to count', async () => {
    const found = await statusOf(budget);
    return found.expectedPods === 2 && found.currentHealthy === 2 ? found : undefined;
  });
  expect(status).toMatchObject({ disruptionsAllowed: 1 });
});

test('another version is accepted whole: its jobs are other Jobs, because no template of one can change', async () => {
  const second = planned(2);
  const jobs = (plan: Plan) => manifestsOf(plan).flatMap(({ kind, metadata }) => (kind === 'Job' ? metadata.name : []));
  expect(jobs(second).filter((name) => jobs(first).includes(name))).toEqual([]);
  await applyCompartments(cluster.client, second.compartments);
  const [job] = manifestsOf(second).filter(({ kind }) => kind === 'Job');
  const [old] = manifests.filter(({ kind }) => kind === 'Job');
  const overwritten = { ...job, apiVersion: 'batch/v1', kind: 'Job', metadata: old?.metadata ?? { name: '' } };
  await expect(cluster.client.serverSideApply(overwritten)).rejects.toThrow(/field is immutable/);
});

test('a schedule is read as it is meant: the next run is within a minute', async () => {
  const last = await cluster.until(
    'the CronJob to run',
    async () => (await statusOf(object('CronJob', 'web-sweep'))).lastScheduleTime as string | undefined,
    90,
  );
  expect(Date.now() - Date.parse(last)).toBeLessThan(90_000);
}, 120_000);
