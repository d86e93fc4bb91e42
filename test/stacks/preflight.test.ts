import { join } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { formatFinding } from '../../policies/finding';
import { type Kubectl, reasonOf } from '../../stacks/kubectl';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { manifestsOf, runsOf } from '../../stacks/plan';
import { LiveCluster } from '../../stacks/preflight/live-cluster';
import { PREFLIGHT_CHECKS, preflight } from '../../stacks/preflight/preflight';
import { readCluster } from '../../stacks/preflight/read-cluster';
import { PREFLIGHT_REPORTS } from '../../stacks/preflight/report';
import { situationOf } from '../../stacks/preflight/situation';
import { render } from '../../stacks/render';

const ROOT = join(__dirname, '..', '..');

const { environment, plan, undelivered } = render(
  loadEnvironment(join(ROOT, 'stacks', 'environments'), 'prod'),
  // Whoever comes later changes nothing of what is told here.
  loadTenants(join(ROOT, 'tenants')).filter(({ name }) => ['payments', 'shop'].includes(name)),
  NOTHING_EARLIER,
);
if (!environment || !plan || !undelivered) throw new Error('prod does not render');
const pinned = { environment, plans: { plan, undelivered } };

/** All of prod as it would lie in the cluster, with a ready endpoint behind every Service. */
const RUNNING = [...manifestsOf(plan), ...runsOf(undelivered)].flatMap((manifest) =>
  manifest.kind === 'Service' ? [manifest, endpointsOf(manifest, true)] : [manifest],
);

function endpointsOf({ metadata: { name, namespace = '' } }: Manifest, ready: boolean): Manifest {
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    metadata: { name: `${name}-1`, namespace, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
  };
}

function findingsAt(objects: readonly Manifest[], minor: string | undefined = '1.36') {
  return preflight(situationOf('prod', pinned.environment, pinned.plans, new LiveCluster(minor, objects)));
}

/** What is told of prod when `broken` stands in the cluster in place of its like, as `rule level object: …`. */
function told(broken: readonly Manifest[], without: (manifest: Manifest) => boolean = () => false, minor?: string) {
  const names = new Set(broken.map(name));
  const rest = RUNNING.filter((manifest) => !names.has(name(manifest)) && !without(manifest));
  return findingsAt([...rest, ...broken], minor).map(
    (finding) => `${finding.rule} ${finding.stops ? 'stop' : 'mind'} ${formatFinding(finding)}`,
  );
}

function name({ kind, metadata }: Manifest): string {
  return `${metadata.namespace} ${kind}/${metadata.name}`;
}

function live(kind: string, of: string, namespace?: string): Manifest {
  const found = RUNNING.find(
    ({ kind: its, metadata }) => its === kind && metadata.name === of && metadata.namespace === namespace,
  );
  if (!found) throw new Error(`prod has no ${kind} ${of}`);
  return found;
}

function crd(
  plural: string,
  kind: string,
  more: { annotations?: Record<string, string>; labels?: Record<string, string>; stored?: string[]; group?: string },
): Manifest {
  const { annotations = {}, labels = {}, stored = ['v1'], group = 'gateway.networking.k8s.io' } = more;
  return {
    ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
    metadata: { name: `${plural}.${group}`, annotations, labels },
    spec: { group, names: { plural, kind }, versions: [] },
    status: { storedVersions: stored },
  };
}

function bundle(version: string, channel = 'standard') {
  return {
    annotations: {
      'gateway.networking.k8s.io/bundle-version': `v${version}`,
      'gateway.networking.k8s.io/channel': channel,
    },
  };
}

const has =
  (...parts: string[]) =>
  (line: string) =>
    parts.every((part) => line.includes(part));

test('nothing speaks against an empty cluster, nor against one that runs this very platform', () => {
  expect(findingsAt([])).toEqual([]);
  expect(findingsAt(RUNNING)).toEqual([]);
});

test('every check has its broken cluster here, and tells of it what would happen and what to do', () => {
  const shop = live('Namespace', 'shop');
  const web = live('Deployment', 'web', 'shop');
  const budget = (metadata: Manifest['metadata'], spec: object, status: object): Manifest => ({
    ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
    ...{ metadata, spec, status },
  });
  const broken: Readonly<Record<string, readonly string[]>> = {
    'the-cluster-runs-the-pinned-minor': told([], undefined, '1.37'),
    'pins-are-tested-with-the-clusters-minor': findingsOfOld(),
    'objects-fit-the-clusters-minor': toldOfRemoved(),
    'nobody-else-owns-a-namespace': told([{ ...shop, metadata: { name: 'shop' } }]),
    'no-workload-is-made-anew': told([
      { ...web, spec: { ...(web.spec as object), selector: { matchLabels: { a: 'b' } } } },
    ]),
    'nobody-else-changed-our-fields': told([changedByHand()]),
    'gateway-api-is-the-pinned-bundle': told([crd('gateways', 'Gateway', bundle('1.6.1', 'experimental'))]),
    'stored-versions-are-still-served': told([
      crd('certificates', 'Certificate', { group: 'cert-manager.io', stored: ['v1alpha2', 'v1'] }),
    ]),
    'the-provider-manages-nothing-of-ours': told([
      crd('gateways', 'Gateway', { ...bundle('1.5.1'), labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' } }),
    ]),
    'webhooks-are-answered': told([], ({ kind, metadata }) => kind === 'Service' && metadata.name === 'istiod-1-30-3'),
    'pods-follow-their-revision': told([], ({ metadata }) => metadata.name === 'istio-revision-tag-stable'),
    'nodes-can-be-drained': told([
      budget({ name: 'never', namespace: 'theirs' }, { maxUnavailable: 0 }, { expectedPods: 2, disruptionsAllowed: 0 }),
    ]),
  };
  expect(Object.keys(broken)).toEqual(PREFLIGHT_CHECKS.map(({ id }) => id));
  for (const [id, lines] of Object.entries(broken)) expect(lines.filter(has(id)).length).toBeGreaterThan(0);
  expect(Object.values(broken).flat().filter(has('stop')).length).toBeGreaterThan(0);
  expect(broken).toMatchSnapshot();
});

/** Prod with Istio 1.28, which was tested on the pinned 1.34 alone, at a cluster that the provider moved. */
function findingsOfOld(): string[] {
  const mesh = environment?.mesh && { ...environment.mesh, versions: ['1.28.0'] as ['1.28.0'] };
  const old = { ...pinned.environment, kubernetes: '1.34' as const, mesh };
  return preflight(situationOf('prod', old, pinned.plans, new LiveCluster('1.36', []))).map(
    (finding) => `${finding.rule} ${finding.stops ? 'stop' : 'mind'} ${formatFinding(finding)}`,
  );
}

test('when the provider moved the cluster first, it says what follows, and the plan that restores a tested pair', () => {
  const mesh = (version: '1.28.0' | '1.30.3', gatewayApi: '1.4.0' | '1.5.1') => ({
    mesh: environment?.mesh && { ...environment.mesh, versions: [version] as [typeof version], gatewayApi },
  });
  const [newMesh, oldMesh] = [mesh('1.30.3', '1.5.1'), mesh('1.28.0', '1.4.0')];
  const toldAt = (kubernetes: '1.33' | '1.36', pinnedMesh: typeof oldMesh, minor: string | undefined) => {
    const moved = { ...pinned.environment, ...pinnedMesh, kubernetes };
    const found = preflight(situationOf('prod', moved, pinned.plans, new LiveCluster(minor, [])));
    return found.map(({ stops, ...finding }) => `${stops ? 'stop' : 'mind'} ${formatFinding(finding)}`);
  };
  expect(toldAt('1.33', newMesh, '1.36')).toEqual([
    expect.stringMatching(
      /^stop .* pins 1\.33: .*: bulkhead upgrade prod --to kubernetes=1\.36 restores a tested pair\./,
    ),
  ]);
  expect(toldAt('1.33', oldMesh, '1.36')).toEqual([
    expect.stringContaining(
      'Istio 1.28.0 was tested with Kubernetes 1.32, 1.33, 1.34, not with 1.36. bulkhead upgrade prod --to gateway-api=1.5.1,istio=1.30.4,kubernetes=1.36 leads to a pair that was.',
    ),
    expect.stringMatching(/^mind environment mesh\.versions\.0: Istio 1\.28\.0 was tested with/),
  ]);
  expect(toldAt('1.36', newMesh, '1.35')).toEqual([
    expect.stringContaining('have it moved to 1.36; no plan leads back'),
  ]);
  expect(toldAt('1.36', newMesh, undefined)).toEqual([
    expect.stringMatching(
      /Kubernetes of an unknown version.*Choose another cluster, or a version of Bulkhead that knows/,
    ),
  ]);
});

/** A tenant's object of an API that the cluster's minor does not have any more. */
function toldOfRemoved(): string[] {
  const flow = { apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3', kind: 'FlowSchema', metadata: { name: 'old' } };
  const [first, ...rest] = pinned.plans.plan.compartments;
  if (!first) return [];
  const manifests = [{ manifest: flow, half: 'boundary' as const, source: 'old' }];
  const outlived = { ...pinned.plans.plan, compartments: [{ ...first, manifests }, ...rest] };
  const plans = { plan: outlived, undelivered: outlived };
  return preflight(situationOf('prod', pinned.environment, plans, new LiveCluster('1.35', []))).map(
    (finding) => `${finding.rule} ${finding.stops ? 'stop' : 'mind'} ${formatFinding(finding)}`,
  );
}

/** The shop's web with another image than rendered, written by a hand; what else that hand owns is as rendered or its own. */
function changedByHand(): Manifest {
  const web = live('Deployment', 'web', 'shop');
  const spec = structuredClone(web.spec) as { template: { spec: { containers: { name: string; image: string }[] } } };
  const [container] = spec.template.spec.containers;
  if (!container) throw new Error('web has no container');
  container.image = 'images.example.com/other:1';
  const owned = { [`k:{"name":"${container.name}"}`]: { '.': {}, 'f:image': {}, 'f:name': {}, 'f:tty': {} } };
  const fieldsV1 = { 'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': owned } } } };
  const managedFields = [{ manager: 'kubectl-edit', operation: 'Update', fieldsV1 }];
  return { ...web, spec, metadata: { ...web.metadata, managedFields } };
}

test('a webhook that nobody answers is told with exactly what it would refuse, and one that excludes us is no matter', () => {
  const hook = (more: object): Manifest => ({
    ...{ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' },
    metadata: { name: 'theirs' },
    webhooks: [
      {
        name: 'a.b.c',
        clientConfig: { service: { namespace: 'theirs', name: 'gone' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        ...more,
      },
    ],
  });
  const only = (namespace: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': namespace } });
  const [refused = ''] = told([hook({ namespaceSelector: only('shop') })]);
  expect(refused).toContain('its failure refuses the request: refused are new pods in shop. Pods that run stay.');
  expect(told([hook({ namespaceSelector: only('elsewhere') })])[0]).toContain('nothing of this platform is asked');
  expect(told([hook({ namespaceSelector: only('elsewhere'), failurePolicy: 'Ignore' })])).toEqual([]);
  const slow = { namespaceSelector: only('shop'), failurePolicy: 'Ignore', timeoutSeconds: 7 };
  expect(told([hook(slow)])[0]).toContain('each request waits for it up to 7 s and then goes on: new pods in shop.');
  expect(told([hook({ failurePolicy: 'Ignore', matchConditions: [{ name: 'never', expression: 'false' }] })])).toEqual(
    [],
  );
});

test('pods that kept the sidecar of an older revision than their tag stands for are counted', () => {
  const pod = (index: number, revision: string): Manifest => ({
    ...{ apiVersion: 'v1', kind: 'Pod' },
    metadata: { name: `web-${index}`, namespace: 'shop', annotations: { 'istio.io/rev': revision } },
  });
  const lines = told([pod(1, '1-28-0'), pod(2, '1-28-0'), pod(3, '1-30-3')]);
  expect(lines).toEqual([
    expect.stringContaining('2 of its pods have the sidecar of revision 1-28-0, and "canary" stands for 1-30-3'),
  ]);
});

test('a cluster is read in five questions, without kinds that it does not serve, and an emulated minor counts', () => {
  const asked: string[] = [];
  const kubectl: Kubectl = (args) => {
    asked.push(args.join(' '));
    if (args.includes('--raw=/version')) {
      return JSON.stringify({ gitVersion: 'v1.36.3', emulationMajor: '1', emulationMinor: '35' });
    }
    if (args.includes('--raw=/apis')) return JSON.stringify({ groups: [{ versions: [{ groupVersion: 'apps/v1' }] }] });
    return JSON.stringify({ items: [] });
  };
  expect(readCluster(manifestsOf(pinned.plans.plan), kubectl).minor).toBe('1.35');
  expect(asked).toHaveLength(5);
  expect(asked[3]).toContain('Namespace.v1.,Service.v1.,Deployment.v1.apps');
  expect(asked[3]).not.toContain('Certificate');
});

test('an unreachable server and a missing kubectl are one sentence each', () => {
  expect(reasonOf({ stderr: 'E1123 memcache\nThe connection was refused.\n' })).toBe(
    'The cluster does not answer: The connection was refused.',
  );
  expect(reasonOf({ code: 'ENOENT' })).toBe(
    'There is no kubectl on the PATH. Install it: it knows how to reach the cluster.',
  );
});

test('each report tells the level, the place and what to do', () => {
  const findings = findingsAt([], '1.35');
  const result = { environment: 'prod', findings };
  expect(PREFLIGHT_REPORTS.text(result)).toMatch(/^stop {2}cluster version: .*\n(.*\n)*\d+ to mend before anything/);
  expect(PREFLIGHT_REPORTS.markdown(result)).toContain('| stop | `cluster version` | The cluster runs Kubernetes 1.35');
  expect(JSON.parse(PREFLIGHT_REPORTS.json(result))).toEqual(result);
});
