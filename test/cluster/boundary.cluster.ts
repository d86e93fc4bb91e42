import type { Manifest } from '../../constructs/manifest';
import { manifestsOf } from '../../stacks/plan';
import { accessTable, type Subject } from './access';
import { applyCompartments, contentsOf, nameOf } from './apply';
import { type Client, Refusal, type ServerObject } from './client';
import { type Cluster, startCluster } from './control-plane';
import { renderedPlan } from './rendered';
import { defaultMinor, minorNamed } from './versions';

const kubernetes = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);
const plan = renderedPlan('prod', kubernetes);
const manifests = manifestsOf(plan);
const deliverer: Subject = { user: 'system:serviceaccount:delivery:tenant-shop' };
const owner: Subject = { user: 'ann', groups: ['shop-developers', 'system:authenticated'] };
const pod: Subject = { user: 'system:serviceaccount:shop:web' };

let cluster: Cluster;
let client: Client;

beforeAll(async () => {
  cluster = await startCluster({
    kubernetes,
    crds: true,
  });
  client = cluster.client;
  // Any order that respects the declared edges must do, so this is not the plan's.
  await applyCompartments(client, anotherOrder());
}, 600_000);
afterAll(async () => cluster?.stop());

/** The compartments, as late in the alphabet as their edges allow. */
function anotherOrder() {
  const left = plan.compartments.toSorted((a, b) => (a.name < b.name ? 1 : -1));
  const ordered: typeof left = [];
  while (left.length > 0) {
    const ready = left.findIndex(({ after }) => after.every((name) => ordered.some((done) => done.name === name)));
    ordered.push(...left.splice(ready, 1));
  }
  return ordered;
}

test('the compartments stand, applied in another order that respects their edges', async () => {
  expect(anotherOrder().map(({ name }) => name)).not.toEqual(plan.compartments.map(({ name }) => name));
  const missing = [...(await contentsOf(client, manifests))].filter(([, content]) => content === undefined);
  expect(missing).toEqual([]);
});

/** The tenant's own, another tenant's, and where the deliverers live. */
const NAMESPACES = ['shop', 'payments', 'delivery'];

describe('what a subject may do, of every verb on every resource of the server', () => {
  test("shop's deliverer writes shop's contents and sees why they are not well, and that is all", async () => {
    expect(await accessTable(client, deliverer, NAMESPACES)).toMatchInlineSnapshot(`
[
  "cluster selfsubjectaccessreviews.authorization.k8s.io: create",
  "cluster selfsubjectreviews.authentication.k8s.io: create",
  "cluster selfsubjectrulesreviews.authorization.k8s.io: create",
  "shop canaries.flagger.app: get list watch create patch delete",
  "shop configmaps: get list watch create patch delete",
  "shop cronjobs.batch: get list watch create patch delete",
  "shop deployments.apps: get list watch create patch delete",
  "shop events: get list watch",
  "shop horizontalpodautoscalers.autoscaling: get list watch create patch delete",
  "shop httproutes.gateway.networking.k8s.io: get list watch create patch delete",
  "shop jobs.batch: get list watch create patch delete",
  "shop metrictemplates.flagger.app: get list watch create patch delete",
  "shop persistentvolumeclaims: get list watch create patch delete",
  "shop poddisruptionbudgets.policy: get list watch create patch delete",
  "shop pods: get list watch",
  "shop replicasets.apps: get list watch",
  "shop services: get list watch create patch delete",
  "shop statefulsets.apps: get list watch create patch delete",
]
`);
  });

  test("shop's people look at shop, and at nothing else", async () => {
    expect(await accessTable(client, owner, NAMESPACES)).toMatchInlineSnapshot(`
[
  "cluster selfsubjectaccessreviews.authorization.k8s.io: create",
  "cluster selfsubjectreviews.authentication.k8s.io: create",
  "cluster selfsubjectrulesreviews.authorization.k8s.io: create",
  "shop canaries.flagger.app: get list watch",
  "shop configmaps: get list watch",
  "shop cronjobs.batch: get list watch",
  "shop deployments.apps: get list watch",
  "shop events: get list watch",
  "shop horizontalpodautoscalers.autoscaling: get list watch",
  "shop httproutes.gateway.networking.k8s.io: get list watch",
  "shop jobs.batch: get list watch",
  "shop limitranges: get list watch",
  "shop metrictemplates.flagger.app: get list watch",
  "shop networkpolicies.networking.k8s.io: get list watch",
  "shop persistentvolumeclaims: get list watch",
  "shop poddisruptionbudgets.policy: get list watch",
  "shop pods/log: get list watch",
  "shop pods: get list watch",
  "shop replicasets.apps: get list watch",
  "shop resourcequotas: get list watch",
  "shop serviceaccounts: get list watch",
  "shop services: get list watch",
  "shop statefulsets.apps: get list watch",
]
`);
  });

  test('a pod of shop/web may do nothing', async () => {
    expect(await accessTable(client, pod, NAMESPACES)).toMatchInlineSnapshot(`
[
  "cluster selfsubjectaccessreviews.authorization.k8s.io: create",
  "cluster selfsubjectreviews.authentication.k8s.io: create",
  "cluster selfsubjectrulesreviews.authorization.k8s.io: create",
]
`);
  });
});

describe("shop's deliverer", () => {
  const shop = plan.compartments.find(({ name }) => name === 'shop');
  const half = (wanted: string) =>
    (shop?.manifests ?? []).flatMap(({ half, manifest }) => (half === wanted ? [manifest] : []));

  test('applies the contents', async () => {
    for (const manifest of half('contents')) await client.as(deliverer).serverSideApply(manifest);
  });

  test('cannot touch the boundary', async () => {
    for (const manifest of half('boundary'))
      expect([nameOf(manifest), await refusal(manifest)]).toEqual([nameOf(manifest), 'Forbidden']);
  });

  test("cannot touch another tenant's contents, nor smuggle new objects into its own boundary", async () => {
    const payments = plan.compartments.find(({ name }) => name === 'payments')?.manifests ?? [];
    const open: Manifest = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'open', namespace: 'shop' },
      spec: { podSelector: {}, ingress: [{}] },
    };
    for (const manifest of [...payments.map(({ manifest }) => manifest), open]) {
      expect([nameOf(manifest), await refusal(manifest)]).toEqual([nameOf(manifest), 'Forbidden']);
    }
  });

  async function refusal(manifest: Manifest): Promise<string> {
    try {
      await client.as(deliverer).serverSideApply(manifest, { force: true });
      return 'accepted';
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
  }
});

describe('what breaks a rule', () => {
  test('is refused as it is applied, whoever applies it, with the rule and what to do', async () => {
    const open = deployment('open', 1, { priorityClassName: 'bulkhead-tenant-1000', memory: '64Mi' });
    for (const subject of [client, client.as(deliverer)]) {
      await expect(subject.serverSideApply(open)).rejects.toThrow('images-are-pinned-by-digest: An image is named');
    }
  });
});

/** What the API server refuses even while the rules are not bound. */
describe('limits', () => {
  const priorityClassName = 'bulkhead-tenant-1000';

  beforeAll(async () => {
    for (const manifest of manifests) {
      if (manifest.kind === 'ValidatingAdmissionPolicyBinding') await client.delete(manifest);
    }
    const probe = deployment('probe', 1, { priorityClassName, memory: '64Mi' });
    await cluster.until('the rules to bite no more', () => client.serverSideApply(probe).catch(() => undefined));
    await client.delete(probe);
  });

  test('a pod of a foreign priority is refused, and one without any', async () => {
    await client.serverSideApply(
      deployment('pushy', 1, { priorityClassName: 'system-cluster-critical', memory: '64Mi' }),
    );
    expect(await complaintAbout('pushy')).toContain('no-foreign-priority');
    await client.serverSideApply(deployment('plain', 1, { memory: '64Mi' }));
    expect(await complaintAbout('plain')).toContain('no-foreign-priority');
  });

  test("a Deployment's pods get their plane's priority", async () => {
    const [found] = await podsOf('web', 1);
    const { priority, preemptionPolicy } = (found?.spec ?? {}) as Record<string, unknown>;
    expect({ priority, preemptionPolicy }).toEqual({ priority: 1000, preemptionPolicy: 'PreemptLowerPriority' });
  });

  test('a container that says nothing gets requests and limits', async () => {
    await client.serverSideApply(deployment('silent', 1, { priorityClassName }));
    const [found] = await podsOf('silent', 1);
    const { containers } = (found?.spec ?? {}) as { containers: { resources: unknown }[] };
    expect(containers[0]?.resources).toEqual({
      requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
      limits: { memory: '256Mi', 'ephemeral-storage': '1Gi' },
    });
  });

  test('a pod below the restricted level is refused', async () => {
    await client.serverSideApply(deployment('rooted', 1, { priorityClassName, memory: '64Mi', securityContext: {} }));
    expect(await complaintAbout('rooted')).toContain('violates PodSecurity "restricted:v1.36"');
  });

  // The last one: a quota that is full refuses any pod, before anything else does.
  test('a pod over the quota is refused, and its ReplicaSet says so', async () => {
    await client.serverSideApply(deployment('greedy', 3, { priorityClassName, memory: '16Gi' }));
    expect(await complaintAbout('greedy')).toContain('exceeded quota: amounts');
  });
});

test('deleting a tenant leaves every other object as it was', async () => {
  const others = manifests.filter(
    ({ metadata, kind }) =>
      metadata.namespace !== 'payments' && !(kind === 'Namespace' && metadata.name === 'payments'),
  );
  const before = await contentsOf(client, others);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'payments' } };
  await client.delete(namespace);
  await cluster.until(
    'the namespace payments to be gone',
    async () => ((await client.get(namespace)) ? undefined : true),
    60,
  );
  expect(await contentsOf(client, others)).toEqual(before);
});

interface Wish {
  readonly priorityClassName?: string;
  readonly memory?: string;
  readonly securityContext?: object;
}

/** A Deployment in shop that nobody rendered, fit for the restricted level unless it wishes otherwise. */
function deployment(name: string, replicas: number, { priorityClassName, memory, securityContext }: Wish): Manifest {
  const labels = { 'bulkhead.dev/app': name, test: name };
  const resources = memory && { requests: { cpu: '10m', memory }, limits: { memory } };
  const restricted = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const container = {
    ...{ name: 'main', image: 'images.example.com/test:1', securityContext: securityContext ?? restricted },
    ...(resources && { resources }),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: {
      replicas,
      selector: { matchLabels: { test: name } },
      template: {
        metadata: { labels },
        spec: { serviceAccountName: 'web', ...(priorityClassName && { priorityClassName }), containers: [container] },
      },
    },
  };
}

/** Why the pods of a Deployment are not created, as its ReplicaSet's event says it. */
async function complaintAbout(name: string): Promise<string> {
  return cluster.until(`a FailedCreate event of ${name}`, async () => {
    const events = await client.list('v1', 'Event', { namespace: 'shop' });
    const failed = events.find(
      ({ reason, involvedObject }) =>
        reason === 'FailedCreate' && (involvedObject as { name: string }).name.startsWith(`${name}-`),
    );
    return failed?.message as string | undefined;
  });
}

async function podsOf(app: string, atLeast: number): Promise<readonly ServerObject[]> {
  return cluster.until(`pods of ${app}`, async () => {
    const pods = await client.list('v1', 'Pod', { namespace: 'shop', selector: `bulkhead.dev/app=${app}` });
    return pods.length >= atLeast ? pods : undefined;
  });
}
