import { dirname } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { isObserving } from '../../constructs/planes';
import { formatFinding } from '../../policies/finding';
import { kubectlAt } from '../../stacks/kubectl';
import { manifestsOf, runsOf } from '../../stacks/plan';
import type { PlannedCompartment } from '../../stacks/planned';
import { preflight } from '../../stacks/preflight/preflight';
import { readCluster } from '../../stacks/preflight/read-cluster';
import { situationOf } from '../../stacks/preflight/situation';
import { applyCompartments, contentsOf, unasked } from './apply';
import { binary } from './build';
import type { Client, ServerObject } from './client';
import { type Cluster, type Part, startCluster } from './control-plane';
import { rendering } from './rendered';
import { settled } from './settled';
import { defaultMinor, kubernetesReleases, type Minor, minorNamed } from './versions';

/**
 * The incident of 2019: the provider moved the cluster, the mesh's telemetry did not survive it, and since the request path and
 * admission asked what only observes, every tenant was down; nothing came back before everything else had. Each cause is a case.
 */
const minors = Object.keys(kubernetesReleases).map(minorNamed);
const chosen = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);
/** From the newest minor there is no next: its binaries behave like the one before, and then like themselves. */
const emulated = chosen === defaultMinor;
const minor = emulated ? neighbour(defaultMinor, -1) : chosen;
const nextMinor = neighbour(minor, 1);

const { environment, undelivered: plan } = rendering('prod', minor);
const manifests = manifestsOf(plan);
const runs = runsOf(plan);
const observing = plan.compartments.filter(({ plane }) => isObserving(plane));
const tenants = plan.compartments.filter(({ plane }) => plane === 'tenant');
const others = plan.compartments.filter((compartment) => !observing.includes(compartment));

let cluster: Cluster;
let client: Client;

/** Every test of a case starts where the one before it ended. */
async function startProd(): Promise<void> {
  // Preflight asks kubectl.
  process.env.PATH = `${dirname(await binary('kubectl'))}:${process.env.PATH}`;
  cluster = await startCluster({ kubernetes: minor, emulated, crds: { for: manifests } });
  client = cluster.client;
  await applyCompartments(client, plan.compartments);
  await settled(cluster, manifests);
}

describe('what stands in no request path breaks', () => {
  beforeAll(startProd, 600_000);
  afterAll(() => cluster?.stop());

  test('before anything breaks, preflight has nothing to say', () => {
    expect(told()).toEqual([]);
  });

  test("the mesh's injector does not answer: new pods of tenants are refused, and nothing else is", async () => {
    const injectors = webhooks('MutatingWebhookConfiguration', /^istio/);
    const pods = await podsOf(tenants);
    await apply(injectors);
    expect(told()).toEqual([
      expect.stringMatching(/istio-revision-tag-canary webhooks: .*refused are new pods in shop\. Pods that run stay/),
      expect.stringMatching(/istio-revision-tag-edge webhooks: .* nothing of this platform is asked about/),
      expect.stringMatching(
        /istio-revision-tag-stable webhooks: .*refused are new pods in payments\. Pods that run stay/,
      ),
      expect.stringMatching(/istio-sidecar-injector-.* nothing of this platform is asked about/),
    ]);
    await expect(client.serverSideApply(podIn('shop'), { dryRun: true })).rejects.toThrow('failed calling webhook');
    await restart(observing);
    await applyCompartments(client, tenants);
    expect(await podsOf(tenants)).toEqual(pods);
    await remove(injectors);
    expect(told()).toEqual([]);
  });

  test("certificates' webhook does not answer: changes of certificates are refused, and nothing in the request path", async () => {
    const validators = webhooks('ValidatingWebhookConfiguration', /^cert-manager/);
    await apply(validators);
    const [finding, ...more] = told();
    expect(more).toEqual([]);
    expect(finding).toMatch(/refused are (changes of (ClusterIssuer|Certificate|Issuer) in [a-z, ]+(; )?)+\. Look/);
    const inPath = others.filter(({ plane }) => plane === 'tenant' || plane === 'mesh' || plane === 'telemetry');
    await applyCompartments(client, inPath);
    await restart(tenants);
    await applyCompartments(client, tenants);
    await remove(validators);
  });

  test('telemetry and logging are broken on purpose: no other object changes, new pods of tenants are Ready', async () => {
    const before = await contentsOf(client, manifestsIn(others));
    await breakObservers();
    expect(told()).toEqual([
      expect.stringMatching(
        /broken-observers webhooks: .*refused are (new pods in logging, telemetry)\. Pods that run stay/,
      ),
    ]);
    await restart(tenants);
    await applyCompartments(client, others);
    expect(await contentsOf(client, manifestsIn(others))).toEqual(before);
  });

  test('telemetry and logging are deleted: no other object changes, new pods of tenants are Ready', async () => {
    await remove([BROKEN_OBSERVERS]);
    const before = await contentsOf(client, manifestsIn(others));
    await deleteObservers();
    await restart(tenants);
    expect(await contentsOf(client, manifestsIn(others))).toEqual(before);
    expect(told()).toEqual([]);
    await applyCompartments(client, observing);
    await settled(cluster, manifests);
  });

  const parts: readonly Part[] = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'];
  test.each([
    ['as they are written', parts, others],
    ['the other way round', parts.toReversed(), others.toReversed()],
    ['the controllers first, and tenants before what they use', [...parts.slice(1), ...parts.slice(0, 1)], tenants],
  ])('control plane and compartments restarted %s come back', async (_, controllers, compartments) => {
    await cluster.restart(controllers);
    await restart([...compartments, ...observing]);
    await settled(cluster, manifests);
    expect(told()).toEqual([]);
  });
});

const how = emulated ? `emulated ${minor} → ${nextMinor}` : `${minor} → ${nextMinor}`;

describe.each(['whole', 'broken'])(`the provider moves the control plane, ${how}, with observers %s`, (state) => {
  const moved = rendering('prod', nextMinor);
  const compartments = state === 'broken' ? others : plan.compartments;

  beforeAll(startProd, 600_000);
  afterAll(() => cluster?.stop());

  test('before, preflight says what is broken and nothing else', async () => {
    if (state === 'broken') await breakObservers();
    const broken = expect.stringContaining('broken-observers');
    expect(told()).toEqual(state === 'broken' ? [broken] : []);
  });

  test('the next minor starts on the same etcd: no object changes, and preflight says that the pin is behind', async () => {
    const before = await contentsOf(client, manifestsIn(compartments));
    const pods = await podsOf(tenants);
    await cluster.restart(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'], {
      kubernetes: nextMinor,
    });
    expect(await contentsOf(client, manifestsIn(compartments))).toEqual(before);
    expect(await podsOf(tenants)).toEqual(pods);
    const [behind] = told();
    expect(behind).toContain(`The cluster runs Kubernetes ${nextMinor}, and the environment pins ${minor}`);
  });

  test('every manifest is accepted, and a second apply changes nothing', async () => {
    const next = moved.undelivered.compartments.filter(({ name }) => compartments.some((own) => own.name === name));
    await applyCompartments(client, next);
    const before = await contentsOf(client, manifestsIn(next));
    await applyCompartments(client, next);
    expect(await contentsOf(client, manifestsIn(next))).toEqual(before);
  });

  test('new pods of tenants are admitted and Ready', async () => {
    await restart(tenants);
  });
});

/** What preflight tells, but for the bundle of Gateway API: the harness installs another one than prod pins. */
function told(): string[] {
  const found = readCluster([...manifests, ...runs], kubectlAt({ kubeconfig: cluster.kubeconfig }));
  return preflight(situationOf('prod', environment, { plan, undelivered: plan }, found))
    .filter(({ rule }) => rule !== 'gateway-api-is-the-pinned-bundle')
    .map(formatFinding);
}

function neighbour(of: Minor, distance: number): Minor {
  return minorNamed(minors[minors.indexOf(of) + distance] ?? '');
}

function manifestsIn(compartments: readonly PlannedCompartment[]): Manifest[] {
  return compartments.flatMap((compartment) => compartment.manifests.map(({ manifest }) => manifest));
}

/** Configurations as they are, so that whoever they name is asked. */
function webhooks(kind: string, name: RegExp): Manifest[] {
  return [...manifests, ...runs].filter((manifest) => manifest.kind === kind && name.test(manifest.metadata.name));
}

async function apply(objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) await client.serverSideApply(object);
}

/** What is part of the plan goes back to asking nobody; what only a release brings goes. */
async function remove(objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    if (manifests.includes(object)) await client.serverSideApply(unasked(object));
    else await client.delete(object);
  }
}

/** The pods of compartments, by name and uid. */
async function podsOf(compartments: readonly PlannedCompartment[]): Promise<string[]> {
  const lists = await Promise.all(compartments.map(({ namespace = '' }) => client.list('v1', 'Pod', { namespace })));
  return lists
    .flat()
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name} ${metadata.uid}`)
    .sort();
}

/** Deletes every pod of the compartments that serves, and waits until as many others are Ready. What a Job has done stays done. */
async function restart(compartments: readonly PlannedCompartment[]): Promise<void> {
  for (const { namespace } of compartments) {
    if (namespace === undefined) continue;
    const serving = async () => (await client.list('v1', 'Pod', { namespace })).filter(isReady);
    const before = await serving();
    const old = new Set(before.map(({ metadata }) => metadata.uid));
    for (const pod of before) await client.delete(pod);
    await cluster.until(
      `${before.length} new pods in ${namespace} to be Ready`,
      async () =>
        (await serving()).filter(({ metadata }) => !old.has(metadata.uid)).length >= before.length || undefined,
      90,
    );
  }
}

/** What has ended stays Ready under kwok. */
function isReady({ status }: ServerObject): boolean {
  const { phase, conditions = [] } = (status ?? {}) as PodStatus;
  return phase === 'Running' && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** A pod as the shop's web would have it. */
function podIn(namespace: string): Manifest {
  const web = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === namespace);
  const { template } = web?.spec as { template: { metadata: object; spec: object } };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { ...template.metadata, name: 'another', namespace },
    spec: template.spec,
  };
}

/** A webhook that a telemetry operator may bring, whose Service is gone. */
const BROKEN_OBSERVERS: Manifest = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'broken-observers' },
  webhooks: [
    {
      name: 'pods.observers.example.com',
      clientConfig: { service: { name: 'gone', namespace: 'telemetry' } },
      rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      namespaceSelector: {
        matchExpressions: [{ key: 'bulkhead.dev/plane', operator: 'In', values: ['logging', 'telemetry'] }],
      },
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
};

/** No pod of an observer comes back: their webhook refuses it. */
async function breakObservers(): Promise<void> {
  await client.serverSideApply(BROKEN_OBSERVERS);
  for (const { namespace } of observing) {
    for (const pod of await client.list('v1', 'Pod', { namespace: namespace ?? '' })) await client.delete(pod);
  }
  await cluster.until(
    'the pods of observers to be gone',
    async () => (await podsOf(observing)).length === 0 || undefined,
  );
}

async function deleteObservers(): Promise<void> {
  for (const manifest of manifestsIn(observing).toReversed()) await client.delete(manifest);
  await cluster.until(
    `${observing.map(({ name }) => name).join(' and ')} to be gone`,
    async () => {
      const left = manifestsIn(observing).filter(({ kind }) => kind === 'Namespace');
      return (await Promise.all(left.map((namespace) => client.get(namespace)))).every((it) => !it) || undefined;
    },
    120,
  );
}
