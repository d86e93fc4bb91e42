import type { Manifest } from '../../policies/manifest';
import { nameObject } from '../../policies/rule';

/** One way to damage rendered output. */
export interface Mutant {
  /** `shop NetworkPolicy/web.to.cart: no peers`. */
  readonly name: string;
  /** What was done, the same for every object that it was done to: `NetworkPolicy: no peers`. */
  readonly damage: string;
  /** The object that was damaged or added. */
  readonly object: string;
  readonly manifests: readonly Manifest[];
}

type Path = readonly (string | number)[];

/** A change of whatever lies at the first of `paths` that is there. `GONE` removes it. */
interface Damage {
  readonly damage: string;
  readonly paths: readonly Path[];
  readonly change: (old: unknown) => unknown;
}

const GONE = Symbol('gone');
const APP = 'bulkhead.dev/app';
const NAME = 'kubernetes.io/metadata.name';

/** Every way that applies, to every object that it applies to. No two leave the same output. */
export function mutantsOf(manifests: readonly Manifest[]): Mutant[] {
  const damaged = manifests.flatMap((manifest) => {
    const damages = DAMAGES[manifest.kind];
    if (!damages) return [];
    const object = nameObject(manifest);
    const becomes = (damage: string, ...instead: readonly Manifest[]): Mutant => ({
      ...{ name: `${object}: ${damage}`, damage: `${manifest.kind}: ${damage}`, object },
      manifests: manifests.flatMap((each) => (each === manifest ? instead : [each])),
    });
    const copies = damages.flatMap(({ damage, paths, change }) => {
      const copy = structuredClone(manifest);
      return paths.some((path) => edit(copy, path, change)) ? [becomes(damage, copy)] : [];
    });
    return [becomes('dropped'), ...copies];
  });
  const added = Object.entries(ADDED).map(([damage, manifest]): Mutant => {
    const object = nameObject(manifest);
    return { name: `${object}: ${damage}`, damage: `added: ${damage}`, object, manifests: [...manifests, manifest] };
  });
  const seen = new Set([JSON.stringify(manifests)]);
  return [...damaged, ...added].filter((mutant) => {
    const text = JSON.stringify(mutant.manifests);
    return !seen.has(text) && seen.add(text);
  });
}

/** Whether there was something to change. */
function edit(root: unknown, path: Path, change: Damage['change']): boolean {
  const last = path.at(-1);
  let inner: unknown = root;
  for (const key of path.slice(0, -1)) inner = isObject(inner) ? inner[key] : undefined;
  if (!isObject(inner) || last === undefined) return false;
  const old = inner[last];
  const value = change(old);
  if (value === old || (value === GONE && old === undefined)) return false;
  if (value !== GONE) inner[last] = value;
  else if (Array.isArray(inner)) inner.splice(Number(last), 1);
  else delete inner[last];
  return true;
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Where something lies in the first rule of a NetworkPolicy, whatever it is about. */
function inRule(...rest: Path): Path[] {
  return (['ingress', 'egress'] as const).map((direction) => ['spec', direction, 0, ...rest]);
}

function inPeer(...rest: Path): Path[] {
  return [
    ['spec', 'ingress', 0, 'from', 0, ...rest],
    ['spec', 'egress', 0, 'to', 0, ...rest],
  ];
}

const to = (value: unknown) => () => value;
/** Changes what is there, and adds nothing where nothing is. */
const from = (value: unknown) => (old: unknown) => (old === undefined ? old : value);
const otherApp = (old: unknown) => (old === undefined ? old : old === 'cart' ? 'web' : 'cart');
const otherTenant = (old: unknown) => (old === undefined ? old : old === 'shop' ? 'payments' : 'shop');
const nextPort = (old: unknown) => (typeof old === 'number' ? old + 1 : old);
const more = (value: unknown) => (old: unknown) => (Array.isArray(old) ? [...old, value] : old);
const text = (change: (old: string) => string) => (old: unknown) => (typeof old === 'string' ? change(old) : old);

const inTemplate = (...rest: Path): Path[] => [['spec', 'template', ...rest]];
const source = (...rest: Path): Path[] => [['spec', 'rules', 0, 'from', 0, 'source', ...rest]];
const operation = (...rest: Path): Path[] => [['spec', 'rules', 0, 'to', 0, 'operation', ...rest]];
const listener = (...rest: Path): Path[] => [['spec', 'listeners', 2, ...rest]];
const metadata = (...rest: Path): Path[] => [['metadata', ...rest]];
const spec = (...rest: Path): Path[] => [['spec', ...rest]];

const WORKLOAD: readonly Damage[] = [
  { damage: "another app's label", paths: inTemplate('metadata', 'labels', APP), change: otherApp },
  { damage: 'no label of its app', paths: inTemplate('metadata', 'labels', APP), change: to(GONE) },
  { damage: 'another service account', paths: inTemplate('spec', 'serviceAccountName'), change: from('thief') },
  { damage: 'no service account', paths: inTemplate('spec', 'serviceAccountName'), change: to(GONE) },
  { damage: 'no sidecar', paths: inTemplate('metadata', 'labels', 'sidecar.istio.io/inject'), change: to('false') },
  { damage: "its node's network", paths: inTemplate('spec', 'hostNetwork'), change: to(true) },
  { damage: 'moved to another namespace', paths: metadata('namespace'), change: otherTenant },
  {
    damage: 'its port past the sidecar',
    paths: inTemplate('metadata', 'annotations'),
    change: to({ 'traffic.sidecar.istio.io/excludeInboundPorts': '8080,9000' }),
  },
  {
    damage: 'its calls past the sidecar',
    paths: inTemplate('metadata', 'annotations'),
    change: to({ 'traffic.sidecar.istio.io/excludeOutboundPorts': '8080,9000' }),
  },
];

const DAMAGES: Readonly<Record<string, readonly Damage[]>> = {
  NetworkPolicy: [
    { damage: 'selects all pods', paths: spec('podSelector'), change: to({}) },
    { damage: 'selects another app', paths: spec('podSelector', 'matchLabels', APP), change: otherApp },
    { damage: 'selects nobody', paths: spec('podSelector'), change: to({ matchLabels: { [APP]: 'nobody' } }) },
    {
      damage: 'selects pods of no app',
      paths: spec('podSelector'),
      change: to({ matchExpressions: [{ key: APP, operator: 'DoesNotExist' }] }),
    },
    {
      damage: 'selects every app',
      paths: spec('podSelector'),
      change: to({ matchExpressions: [{ key: APP, operator: 'Exists' }] }),
    },
    { damage: 'moved to another namespace', paths: metadata('namespace'), change: otherTenant },
    { damage: 'about ingress alone', paths: spec('policyTypes'), change: to(['Ingress']) },
    { damage: 'about egress alone', paths: spec('policyTypes'), change: to(['Egress']) },
    { damage: 'about both directions', paths: spec('policyTypes'), change: to(['Ingress', 'Egress']) },
    { damage: 'without types', paths: spec('policyTypes'), change: to(GONE) },
    { damage: 'an empty rule in', paths: spec('ingress'), change: (old) => [...(Array.isArray(old) ? old : []), {}] },
    { damage: 'an empty rule out', paths: spec('egress'), change: (old) => [...(Array.isArray(old) ? old : []), {}] },
    { damage: 'no peers', paths: inPeer().map((path) => path.slice(0, -1)), change: from([]) },
    { damage: 'no ports', paths: inRule('ports'), change: from([]) },
    { damage: 'one port more', paths: inRule('ports'), change: more({ protocol: 'TCP', port: 22 }) },
    { damage: 'the next port', paths: inRule('ports', 0, 'port'), change: nextPort },
    { damage: 'a range of ports', paths: inRule('ports', 0, 'endPort'), change: to(65_535) },
    { damage: 'any port of a protocol', paths: inRule('ports', 0, 'port'), change: from(GONE) },
    {
      damage: 'another protocol',
      paths: inRule('ports', 0, 'protocol'),
      change: (old) => (old === 'TCP' ? 'UDP' : 'TCP'),
    },
    { damage: 'the first port out', paths: inRule('ports', 0), change: from(GONE) },
    { damage: 'peers of any namespace', paths: inPeer('namespaceSelector'), change: from({}) },
    { damage: 'peers of its own namespace', paths: inPeer('namespaceSelector'), change: from(GONE) },
    {
      damage: 'peers of another namespace',
      paths: inPeer('namespaceSelector', 'matchLabels', NAME),
      change: otherTenant,
    },
    {
      damage: 'peers of all tenants',
      paths: inPeer('namespaceSelector'),
      change: from({ matchLabels: { 'bulkhead.dev/plane': 'tenant' } }),
    },
    {
      damage: 'peers of all other namespaces',
      paths: inPeer('namespaceSelector'),
      change: from({ matchExpressions: [{ key: NAME, operator: 'NotIn', values: ['shop'] }] }),
    },
    { damage: 'all pods as peers', paths: inPeer('podSelector'), change: from({}) },
    { damage: 'no pods as peers', paths: inPeer('podSelector'), change: from({ matchLabels: { [APP]: 'nobody' } }) },
    { damage: 'another app as peer', paths: inPeer('podSelector', 'matchLabels', APP), change: otherApp },
    {
      damage: 'all but one app as peers',
      paths: inPeer('podSelector'),
      change: from({ matchExpressions: [{ key: APP, operator: 'NotIn', values: ['web'] }] }),
    },
    { damage: 'any address', paths: inPeer('ipBlock', 'cidr'), change: from('0.0.0.0/0') },
    { damage: 'a wider range', paths: inPeer('ipBlock', 'cidr'), change: text((cidr) => cidr.replace(/\/\d+$/, '/8')) },
    { damage: 'another address', paths: inPeer('ipBlock', 'cidr'), change: from('169.254.169.254/32') },
    {
      damage: 'a hole in the range',
      paths: inPeer('ipBlock'),
      change: (old) => (isObject(old) ? { ...old, except: [old.cidr] } : old),
    },
    { damage: 'pods for addresses', paths: inPeer('ipBlock'), change: from(GONE) },
  ],
  AuthorizationPolicy: [
    { damage: 'selects all pods', paths: spec('selector'), change: from(GONE) },
    { damage: 'selects another app', paths: spec('selector', 'matchLabels', APP), change: otherApp },
    { damage: 'selects nobody', paths: spec('selector'), change: to({ matchLabels: { [APP]: 'nobody' } }) },
    { damage: 'moved to another namespace', paths: metadata('namespace'), change: otherTenant },
    { damage: 'moved to the mesh', paths: metadata('namespace'), change: from('mesh') },
    { damage: 'denies', paths: spec('action'), change: to('DENY') },
    { damage: 'audits', paths: spec('action'), change: to('AUDIT') },
    { damage: 'asks somebody else', paths: spec('action'), change: to('CUSTOM') },
    { damage: 'an empty rule', paths: spec('rules'), change: (old) => [...(Array.isArray(old) ? old : []), {}] },
    { damage: 'no rules', paths: spec('rules'), change: from(GONE) },
    { damage: 'everyone who proves who he is', paths: source('principals'), change: from(['*']) },
    { damage: 'everyone', paths: [['spec', 'rules', 0, 'from']], change: from(GONE) },
    {
      damage: 'everyone else',
      paths: source(),
      change: (old) => (isObject(old) ? { notPrincipals: old.principals } : old),
    },
    {
      damage: 'another caller',
      paths: source('principals', 0),
      change: text((name) => name.replace(/[^/]+$/, 'cart')),
    },
    {
      damage: 'a caller of another namespace',
      paths: source('principals', 0),
      change: text((name) => name.replace(/\/ns\/[^/]+/, '/ns/payments')),
    },
    {
      damage: 'a caller of another mesh',
      paths: source('principals', 0),
      change: text((name) => name.replace('cluster.local', 'example.org')),
    },
    { damage: 'a namespace for a caller', paths: source(), change: from({ namespaces: ['shop'] }) },
    {
      damage: 'a prefix for a caller',
      paths: source('principals', 0),
      change: text((name) => name.replace(/[^/]+$/, '*')),
    },
    { damage: 'all ports', paths: [['spec', 'rules', 0, 'to']], change: from(GONE) },
    { damage: 'one port more', paths: operation('ports'), change: more('8081') },
    { damage: 'another port', paths: operation('ports'), change: from(['8081']) },
    { damage: 'all other ports', paths: operation(), change: (old) => (isObject(old) ? { notPorts: old.ports } : old) },
    { damage: 'one path alone', paths: operation('paths'), change: to(['/only']) },
    {
      damage: 'under a condition',
      paths: [['spec', 'rules', 0, 'when']],
      change: to([{ key: 'request.headers[x]', values: ['y'] }]),
    },
  ],
  PeerAuthentication: [
    { damage: 'permissive', paths: spec('mtls', 'mode'), change: to('PERMISSIVE') },
    { damage: 'disabled', paths: spec('mtls', 'mode'), change: to('DISABLE') },
    { damage: 'unset', paths: spec('mtls', 'mode'), change: to('UNSET') },
    { damage: 'moved to a tenant', paths: metadata('namespace'), change: to('shop') },
    { damage: 'selects pods', paths: spec('selector'), change: to({ matchLabels: { [APP]: 'web' } }) },
  ],
  Namespace: [
    { damage: 'not meshed', paths: metadata('labels', 'istio.io/rev'), change: to(GONE) },
    { damage: 'meshed', paths: metadata('labels', 'istio.io/rev'), change: (old) => old ?? 'stable' },
    { damage: 'on another plane', paths: metadata('labels', 'bulkhead.dev/plane'), change: to('telemetry') },
    {
      damage: 'with the labels of a tenant',
      paths: metadata('labels'),
      change: to({ [NAME]: 'shop', 'bulkhead.dev/plane': 'tenant' }),
    },
    {
      damage: 'in a mesh without sidecars',
      paths: metadata('labels', 'istio.io/dataplane-mode'),
      change: to('ambient'),
    },
  ],
  Deployment: WORKLOAD,
  DaemonSet: WORKLOAD,
  Service: [
    { damage: 'another app behind it', paths: spec('selector', APP), change: otherApp },
    { damage: 'nobody behind it', paths: spec('selector'), change: to({ [APP]: 'nobody' }) },
    { damage: 'no selector', paths: spec('selector'), change: to(GONE) },
    { damage: 'another port behind it', paths: spec('ports', 0, 'targetPort'), change: to(22) },
    { damage: 'a way in of its own', paths: spec('type'), change: to('LoadBalancer') },
    { damage: 'a port on every node', paths: spec('type'), change: to('NodePort') },
    { damage: 'addresses of its own', paths: spec('externalIPs'), change: to(['198.51.100.7']) },
  ],
  HTTPRoute: [
    { damage: 'another Gateway', paths: spec('parentRefs', 0, 'name'), change: to('other') },
    { damage: 'another listener', paths: spec('parentRefs', 0, 'sectionName'), change: to('payments') },
    { damage: 'a Gateway of its own namespace', paths: spec('parentRefs', 0, 'namespace'), change: from(GONE) },
    { damage: 'no Gateway', paths: spec('parentRefs'), change: to([]) },
    { damage: 'a Service for a Gateway', paths: spec('parentRefs', 0, 'kind'), change: to('Service') },
    { damage: "another tenant's hostname", paths: spec('hostnames'), change: to(['web.pay.example.com']) },
    { damage: 'another app behind it', paths: spec('rules', 0, 'backendRefs', 0, 'name'), change: from('cart') },
    {
      damage: 'another app beside it',
      paths: spec('rules', 0, 'backendRefs'),
      change: more({ name: 'cart', port: 80 }),
    },
    {
      damage: "another tenant's app behind it",
      paths: spec('rules', 0, 'backendRefs', 0, 'namespace'),
      change: to('payments'),
    },
    { damage: 'another port behind it', paths: spec('rules', 0, 'backendRefs', 0, 'port'), change: to(22) },
    { damage: 'moved to another namespace', paths: metadata('namespace'), change: otherTenant },
  ],
  Gateway: [
    { damage: 'of another class', paths: spec('gatewayClassName'), change: to('other') },
    { damage: 'its pods without a label', paths: spec('infrastructure', 'labels', APP), change: to(GONE) },
    { damage: "its pods with another app's label", paths: spec('infrastructure', 'labels', APP), change: to('other') },
    { damage: 'of another name', paths: metadata('name'), change: to('other') },
    { damage: 'no listeners', paths: spec('listeners'), change: to([]) },
    {
      damage: 'routes of its own namespace',
      paths: listener('allowedRoutes', 'namespaces'),
      change: from({ from: 'Same' }),
    },
    {
      damage: 'routes of another namespace',
      paths: listener('allowedRoutes', 'namespaces', 'selector', 'matchLabels', NAME),
      change: otherTenant,
    },
    {
      damage: 'routes of all namespaces',
      paths: listener('allowedRoutes', 'namespaces'),
      change: from({ from: 'All' }),
    },
    { damage: 'another hostname', paths: listener('hostname'), change: to('*.other.example.com') },
    {
      damage: 'routes of another kind',
      paths: listener('allowedRoutes', 'kinds'),
      change: to([{ kind: 'GRPCRoute' }]),
    },
    { damage: 'another listener name', paths: listener('name'), change: to('other') },
  ],
  Sidecar: [
    { damage: 'no hosts of its own namespace', paths: spec('egress', 0, 'hosts', 0), change: to(GONE) },
    { damage: 'no hosts of the DNS', paths: spec('egress', 0, 'hosts', 2), change: to(GONE) },
    { damage: 'no host beyond', paths: spec('egress', 0, 'hosts', 3), change: to(GONE) },
    { damage: 'everything', paths: spec('egress', 0, 'hosts'), change: to(['*/*']) },
    { damage: 'nothing', paths: spec('egress', 0, 'hosts'), change: to(['~/*']) },
    { damage: 'what it does not know', paths: spec('outboundTrafficPolicy'), change: to({ mode: 'ALLOW_ANY' }) },
  ],
  ServiceEntry: [
    { damage: 'another host', paths: spec('hosts'), change: to(['other.example.com']) },
    { damage: 'another port', paths: spec('ports', 0, 'number'), change: to(22) },
    { damage: 'moved to another namespace', paths: metadata('namespace'), change: otherTenant },
  ],
};

function policy(namespace: string, name: string, spec: object): Manifest {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

function authorization(namespace: string, name: string, spec: object): Manifest {
  return { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec };
}

function foreign(apiVersion: string, kind: string): Manifest {
  return { apiVersion, kind, metadata: { name: 'foreign', namespace: 'shop' }, spec: {} };
}

function pod(namespace: string, labels: Readonly<Record<string, string>>, spec: object): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'added', namespace, labels },
    spec: { containers: [], ...spec },
  };
}

/** Objects that nobody asked for. */
const ADDED: Readonly<Record<string, Manifest>> = {
  'open to all': policy('shop', 'open', {
    podSelector: {},
    ingress: [{}],
    egress: [{}],
    policyTypes: ['Ingress', 'Egress'],
  }),
  'open to its own namespace': policy('payments', 'own', {
    podSelector: {},
    ingress: [{ from: [{ podSelector: {} }] }],
  }),
  'open to another tenant': policy('payments', 'neighbour', {
    podSelector: {},
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { [NAME]: 'shop' } } }] }],
  }),
  'the metadata service': policy('shop', 'metadata', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '169.254.169.254/32' } }] }],
  }),
  'all DNS pods': policy('shop', 'dns', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [{ namespaceSelector: { matchLabels: { [NAME]: 'kube-system' } } }] }],
  }),
  'one more closed': policy('shop', 'closed', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  'calls from a namespace that nobody knows': policy('mesh', 'ghost', {
    podSelector: { matchLabels: { [APP]: 'istiod' } },
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { [NAME]: 'ghost' } } }] }],
  }),
  'allowed to all': authorization('shop', 'all', { rules: [{}] }),
  'allowed to all who prove who they are': authorization('payments', 'known', {
    rules: [{ from: [{ source: { principals: ['*'] } }] }],
  }),
  'allowed to another tenant': authorization('payments', 'neighbour', {
    rules: [{ from: [{ source: { namespaces: ['shop'] } }] }],
  }),
  'denied to all': authorization('shop', 'nobody', { action: 'DENY', rules: [{}] }),
  'denied in part': authorization('shop', 'some', {
    action: 'DENY',
    rules: [{ to: [{ operation: { paths: ['/admin'] } }] }],
  }),
  'plaintext in one namespace': {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'plain', namespace: 'shop' },
    spec: { mtls: { mode: 'PERMISSIVE' } },
  },
  'plaintext at one port': {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'port', namespace: 'payments' },
    spec: { selector: { matchLabels: { [APP]: 'api' } }, portLevelMtls: { 9000: { mode: 'DISABLE' } } },
  },
  'a second word of the mesh': {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'second', namespace: 'mesh' },
    spec: { mtls: { mode: 'PERMISSIVE' } },
  },
  "a caller's labels in another namespace": pod('payments', { [APP]: 'web' }, { serviceAccountName: 'web' }),
  "a caller's labels under another identity": pod('shop', { [APP]: 'web' }, { serviceAccountName: 'mailer' }),
  "a caller's labels in an unknown namespace": pod('elsewhere', { [APP]: 'web' }, { serviceAccountName: 'web' }),
  'a pod without labels': pod('shop', {}, {}),
  'a pod of a node': pod('shop', { [APP]: 'web' }, { hostNetwork: true }),
  'a policy of Cilium': foreign('cilium.io/v2', 'CiliumNetworkPolicy'),
  'a policy of Calico': foreign('projectcalico.org/v3', 'GlobalNetworkPolicy'),
  'a policy of the administrator': foreign('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'),
  'a filter of the proxy': foreign('networking.istio.io/v1alpha3', 'EnvoyFilter'),
  'another router': foreign('networking.istio.io/v1', 'VirtualService'),
  'another way in': foreign('networking.k8s.io/v1', 'Ingress'),
  'endpoints by hand': foreign('discovery.k8s.io/v1', 'EndpointSlice'),
};
