import type { Manifest } from '../../../policies/manifest';
import type { Cases } from './case';

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Objects of one kind that differ in their specs. */
const of =
  ({ apiVersion, kind }: Kind) =>
  (...specs: readonly object[]): Manifest[] =>
    specs.map((spec) => ({ apiVersion, kind, metadata: { name: 'case', namespace: 'shop' }, spec }));

/** Objects of one kind that differ in their other members. */
const like =
  ({ apiVersion, kind }: Kind) =>
  (...members: readonly object[]): Manifest[] =>
    members.map((each) => ({ apiVersion, kind, metadata: { name: 'case', namespace: 'shop' }, ...each }));

const RBAC = 'rbac.authorization.k8s.io/v1';
const service = of({ apiVersion: 'v1', kind: 'Service' });
const selected = { selector: { app: 'web' }, ports: [{ port: 80 }] };
const gatewayApi = 'gateway.networking.k8s.io/v1';
const route = of({ apiVersion: gatewayApi, kind: 'HTTPRoute' });
const parent = { name: 'edge', namespace: 'edge', sectionName: 'shop' };
const rule = { backendRefs: [{ name: 'web', port: 80 }], timeouts: { request: '10s' } };
const goodRoute = { hostnames: ['web.shop.example.com'], parentRefs: [parent], rules: [rule] };
const mirror = (namespace: string) => [
  { type: 'RequestMirror', requestMirror: { backendRef: { name: 'x', port: 1, namespace } } },
];
const configMap = (...names: string[]): Manifest[] =>
  names.map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: {} }));
const secret = (type: string, data: object = {}): Manifest => ({
  ...{ apiVersion: 'v1', kind: 'Secret', type, stringData: data },
  metadata: { name: 'case', namespace: 'shop', annotations: { 'kubernetes.io/service-account.name': 'default' } },
});
const budget = of({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' });
const autoscaler = of({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' });
const scaled = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 1000 };
const canary = of({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' });
const target = { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } };
const canaryService = { service: { port: 80, timeout: '5s' } };
const pace = { interval: '1m', threshold: 5, iterations: 3 };
const hook = (...urls: string[]) =>
  canary({ ...target, ...canaryService, analysis: { ...pace, webhooks: urls.map((url) => ({ name: 'check', url })) } });
const shownTo = (...match: object[]) => canary({ ...target, ...canaryService, analysis: { ...pace, match } });
const measured = (...metrics: object[]) =>
  canary({
    ...{ ...target, ...canaryService },
    analysis: { ...pace, metrics: metrics.map((each) => ({ name: 'rate', interval: '1m', ...each })) },
  });
const alerting = (...providerRefs: object[]) =>
  canary({
    ...{ ...target, ...canaryService },
    analysis: { ...pace, alerts: providerRefs.map((providerRef) => ({ name: 'told', severity: 'info', providerRef })) },
  });
const UNTRACKED = { 'flagger.app/config-tracking': 'disabled' };
const bytes = (binaryData: object, annotations: Readonly<Record<string, string>> = {}): Manifest[] => [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'case', namespace: 'shop', annotations }, binaryData },
];
const metricTemplate = (...addresses: string[]) =>
  of({ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' })(
    ...addresses.map((address) => ({ provider: { type: 'prometheus', address }, query: 'up' })),
  );
const networkPolicy = of({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' });
const peer = { namespaceSelector: { matchLabels: { a: 'b' } }, podSelector: { matchLabels: { a: 'b' } } };
const byName = (operator: string, ...values: string[]) => ({
  matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator, ...(values.length > 0 && { values }) }],
});
const ingress = (...from: object[]) => networkPolicy(...from.map((each) => ({ podSelector: {}, ingress: [each] })));
const egress = (...to: object[]) =>
  networkPolicy(...to.map((each) => ({ podSelector: {}, policyTypes: ['Egress'], egress: [each] })));
const blocks = (...cidrs: string[]) => egress(...cidrs.map((cidr) => ({ to: [{ ipBlock: { cidr } }] })));
const authorization = of({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy' });
const from = (...sources: object[]) => authorization(...sources.map((source) => ({ rules: [{ from: [{ source }] }] })));
const mutualTls = of({ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' });
const port = (mode: string) => ({
  selector: { matchLabels: { a: 'b' } },
  mtls: { mode: 'STRICT' },
  portLevelMtls: { '80': { mode } },
});
const role = like({ apiVersion: RBAC, kind: 'Role' });
const roleOf = (...rules: object[]) => role(...rules.map((each) => ({ rules: [each] })));
const grants = (apiGroup: string, resource: string, ...verbs: string[]) => ({
  ...{ apiGroups: [apiGroup], resources: [resource], verbs },
});
const binding = (...roleRefs: [kind: string, name: string][]) =>
  like({ apiVersion: RBAC, kind: 'RoleBinding' })(
    ...roleRefs.map(([kind, name]) => ({
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: 'x', namespace: 'shop' }],
    })),
  );
const namespace = (...labels: object[]): Manifest[] =>
  labels.map((each, index) => ({
    ...{ apiVersion: 'v1', kind: 'Namespace' },
    metadata: { name: `case-${index}`, labels: { 'bulkhead.dev/plane': 'tenant', ...each } },
  }));
const enforce = (level: string, version = 'v1.36') => ({
  'pod-security.kubernetes.io/enforce': level,
  'pod-security.kubernetes.io/enforce-version': version,
});
const gateway = (...listeners: object[]) =>
  of({ apiVersion: gatewayApi, kind: 'Gateway' })(
    ...listeners.map((each) => ({
      gatewayClassName: 'istio',
      listeners: [
        { name: 'shop', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'shop' }] }, ...each },
      ],
    })),
  );
const certificate = (...certificateRefs: object[]) => ({ tls: { certificateRefs } });
const admits = (namespaces: object) => ({ allowedRoutes: { namespaces } });

/** By rule, objects that keep it and objects that break it. */
export const OBJECT_CASES: Readonly<Record<string, Cases<Manifest>>> = {
  'services-are-cluster-internal': {
    good: service(
      selected,
      { ...selected, type: 'ClusterIP' },
      { ...selected, clusterIP: 'None' },
      { ports: [{ port: 1 }] },
      { ...selected, sessionAffinity: 'ClientIP' },
    ),
    bad: service(
      { ...selected, type: 'NodePort' },
      { ...selected, type: 'LoadBalancer' },
      { type: 'ExternalName', externalName: 'example.com' },
      { ...selected, type: 'LoadBalancer', loadBalancerClass: 'x/y' },
      { ...selected, type: 'NodePort', externalTrafficPolicy: 'Local' },
    ),
  },
  'services-claim-no-addresses': {
    good: service(
      selected,
      { ...selected, externalIPs: [] },
      { ports: [{ port: 1 }] },
      { ...selected, type: 'NodePort' },
      { ...selected, clusterIP: 'None' },
    ),
    bad: service(
      ...[['1.2.3.4'], ['8.8.8.8', '1.1.1.1'], ['10.0.0.1'], ['192.168.1.1'], ['100.64.0.1']].map((externalIPs) => ({
        ...selected,
        externalIPs,
      })),
    ),
  },
  'services-select-pods': {
    good: service(
      selected,
      { ...selected, selector: { a: 'b', c: 'd' } },
      { ...selected, clusterIP: 'None' },
      { ...selected, type: 'NodePort' },
      { ...selected, publishNotReadyAddresses: true },
    ),
    bad: service(
      { ports: [{ port: 1 }] },
      { ports: [{ port: 1 }], selector: {} },
      { ports: [{ port: 1 }], clusterIP: 'None' },
      { ports: [{ port: 2, targetPort: 3 }] },
      { type: 'ExternalName', externalName: 'example.com' },
    ),
  },
  'routes-stay-below-the-tenants-domain': {
    good: route(
      ...[
        ['web.shop.example.com'],
        ['shop.example.com'],
        ['a.b.shop.example.com'],
        ['shop.example.com', 'x.shop.example.com'],
        ['a-b.shop.example.com'],
      ].map((hostnames) => ({ ...goodRoute, hostnames })),
    ),
    bad: route(
      ...[
        [],
        undefined,
        ['payments.example.com'],
        ['web.shop.example.com', 'example.com'],
        ['*.shop.example.com'],
        ['evilshop.example.com'],
      ].map((hostnames) => ({
        ...goodRoute,
        ...(hostnames && { hostnames }),
        ...(hostnames ? {} : { hostnames: undefined }),
      })),
    ),
  },
  'routes-attach-to-the-tenants-listener': {
    good: route(
      goodRoute,
      { parentRefs: [{ ...parent, name: 'edge-2' }] },
      { parentRefs: [{ ...parent, kind: 'Gateway' }] },
      { parentRefs: [{ ...parent, group: gatewayApi.split('/')[0] }] },
      { parentRefs: [parent, { ...parent, name: 'edge-2' }] },
    ),
    bad: route(
      {},
      { parentRefs: [] },
      { parentRefs: [{ ...parent, sectionName: 'payments' }] },
      { parentRefs: [{ name: 'edge', namespace: 'edge' }] },
      { parentRefs: [{ ...parent, namespace: undefined }] },
      { parentRefs: [{ group: '', kind: 'Service', name: 'web' }] },
      { parentRefs: [parent, { ...parent, name: 'mesh' }] },
    ),
  },
  'routes-limit-their-time': {
    good: route(
      ...['1s', '500ms', '1h30m', '1m', '10s'].map((request) => ({
        ...goodRoute,
        rules: [{ ...rule, timeouts: { request } }],
      })),
    ),
    bad: route(
      { rules: [{}] },
      { ...goodRoute, rules: [{ backendRefs: [] }] },
      { rules: [{ ...rule, timeouts: { request: '0s' } }] },
      { rules: [rule, { ...rule, timeouts: {} }] },
      { rules: [{ ...rule, timeouts: { request: '0h0m0s' } }] },
    ),
  },
  'routes-lead-into-their-own-namespace': {
    good: route(
      goodRoute,
      { rules: [{ backendRefs: [{ name: 'x', port: 1, namespace: 'shop' }] }] },
      { rules: [{}] },
      { rules: [{ ...rule, filters: mirror('shop') }] },
      { rules: [{ filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: {} }] }] },
    ),
    bad: route(
      { rules: [{ backendRefs: [{ name: 'x', port: 1, namespace: 'payments' }] }] },
      { rules: [rule, { backendRefs: [{ name: 'x', port: 1, namespace: 'edge' }] }] },
      { rules: [{ ...rule, filters: mirror('payments') }] },
      { rules: [{ backendRefs: [{ name: 'x', port: 1, filters: mirror('mesh') }] }] },
      {
        rules: [
          {
            backendRefs: [
              { name: 'a', port: 1 },
              { name: 'b', port: 1, namespace: 'metrics' },
            ],
          },
        ],
      },
    ),
  },
  'certificates-of-the-cluster-stay-with-their-writers': {
    good: configMap('web', 'kube-root-ca', 'istio-ca', 'root-ca.crt', 'settings'),
    bad: configMap('kube-root-ca.crt', 'istio-ca-root-cert', 'istio-ca-crl', 'kube-root-ca.crt', 'istio-ca-root-cert'),
  },
  'secrets-hold-no-tokens': {
    good: [
      secret('Opaque'),
      secret('Opaque', { a: 'b' }),
      secret('example.com/own'),
      secret('kubernetes.io/basic-auth', { username: 'x', password: 'y' }),
      { ...secret('Opaque'), type: undefined },
    ],
    bad: ['a', 'b', 'c', 'd', 'e'].map((key) => secret('kubernetes.io/service-account-token', { [key]: 'x' })),
  },
  'disruption-budgets-let-nodes-drain': {
    good: budget(...[1, 2, '10%', '100%', '1%'].map((maxUnavailable) => ({ maxUnavailable, selector: {} }))),
    bad: budget(
      {},
      { minAvailable: 1 },
      { maxUnavailable: 0 },
      { maxUnavailable: '0%' },
      { maxUnavailable: '00%' },
      { minAvailable: '50%' },
    ),
  },
  'autoscalers-keep-two-replicas': {
    good: autoscaler(...[2, 3, 4, 10, 100].map((minReplicas) => ({ ...scaled, minReplicas }))),
    bad: autoscaler(
      scaled,
      { ...scaled, minReplicas: 1 },
      { ...scaled, maxReplicas: 1 },
      { ...scaled, minReplicas: 1, metrics: [] },
      { ...scaled, behavior: {} },
    ),
  },
  'canaries-limit-their-time': {
    good: canary(
      ...['1s', '15s', '1m', '5m', '100ms'].map((timeout) => ({
        ...target,
        service: { port: 80, timeout },
        analysis: pace,
      })),
    ),
    bad: canary(
      ...[{}, { timeout: '0s' }, { timeout: '' }, { retries: {} }, { name: 'web' }].map((each) => ({
        ...target,
        service: { port: 80, ...each },
        analysis: pace,
      })),
    ),
  },
  'canaries-call-their-own-namespace': {
    good: [
      ...canary({ ...target, ...canaryService, analysis: pace }),
      ...hook(),
      ...hook('http://tester.shop/'),
      ...hook('http://tester.shop.svc:80/gate?x=/'),
      ...hook('http://tester.shop.svc.cluster.local:8080'),
    ],
    bad: [
      ...hook('http://tester.payments/'),
      ...hook('http://169.254.169.254/latest'),
      ...hook('https://example.com'),
      ...hook('http://a.shop@evil.com/'),
      ...hook('http://tester.shop/', 'http://tester.edge/'),
      ...hook('http://tester.shop.evil.com/'),
    ],
  },
  'canaries-match-what-can-be-matched': {
    good: [
      ...canary({ ...target, ...canaryService, analysis: pace }),
      ...shownTo({ headers: { 'x-new': { exact: 'yes' } } }),
      ...shownTo({ headers: { cookie: { regex: '^(.*; ?)?new=yes(;.*)?$' } } }),
      ...shownTo({ queryParams: { new: { exact: 'yes' } } }),
      ...shownTo({ headers: { a: { exact: 'b' }, c: { regex: 'd' } } }, { queryParams: { e: { regex: 'f' } } }),
    ],
    bad: [
      ...shownTo({ headers: { 'x-new': { prefix: 'y' } } }),
      ...shownTo({ headers: { 'x-new': { suffix: 's' } } }),
      ...shownTo({ headers: { 'x-new': { exact: '' } } }),
      ...shownTo({}),
      ...shownTo({ headers: { a: { exact: 'b' } }, sourceLabels: { app: 'c' } }),
      ...shownTo({ headers: { a: { exact: 'b' } } }, { queryParams: { e: { prefix: 'f' } } }),
    ],
  },
  'canaries-keep-what-serves': {
    good: [
      {},
      { revertOnDeletion: false },
      { skipAnalysis: false },
      { suspend: true },
      { provider: 'gatewayapi:v1' },
    ].flatMap((each) => canary({ ...target, ...canaryService, analysis: pace, ...each })),
    bad: [
      { revertOnDeletion: true },
      { skipAnalysis: true },
      { revertOnDeletion: true, skipAnalysis: true },
      { revertOnDeletion: true, skipAnalysis: false },
      { skipAnalysis: true, suspend: true },
    ].flatMap((each) => canary({ ...target, ...canaryService, analysis: pace, ...each })),
  },
  'canaries-leave-flagger-as-it-is': {
    good: [
      ...[{}, { metricsServer: '' }, { provider: '' }, { provider: 'gatewayapi:v1' }].flatMap((each) =>
        canary({ ...target, ...canaryService, analysis: pace, ...each }),
      ),
      ...measured({ templateRef: { name: 'x', namespace: 'rollouts' } }, { templateRef: { name: 'x' } }),
      ...measured({ templateRef: { name: 'x', namespace: 'shop' } }, {}),
      ...alerting({ name: 'x' }, { name: 'x', namespace: 'shop' }),
    ],
    bad: [
      ...[
        { metricsServer: 'http://169.254.169.254/' },
        { provider: 'istio' },
        { provider: 'gatewayapi:v1beta1' },
        { provider: 'kubernetes', metricsServer: 'http://istiod.mesh:15014' },
      ].flatMap((each) => canary({ ...target, ...canaryService, analysis: pace, ...each })),
      ...measured({ templateRef: { name: 'x', namespace: 'payments' } }),
      ...measured({ templateRef: { name: 'x' } }, { query: 'sum(istio_requests_total)' }),
      ...alerting({ name: 'x', namespace: 'rollouts' }),
      ...alerting({ name: 'x' }, { name: 'x', namespace: 'payments' }),
    ],
  },
  'bytes-are-not-tracked': {
    good: [
      ...configMap('case'),
      ...bytes({}),
      ...bytes({}, { any: 'thing' }),
      ...bytes({ file: 'AA==' }, UNTRACKED),
      ...bytes({ file: 'AA==' }, { ...UNTRACKED, any: 'thing' }),
    ],
    bad: [
      ...bytes({ file: 'AA==' }),
      ...bytes({ file: '' }),
      ...bytes({ a: 'AA==', b: 'AA==' }),
      ...bytes({ file: 'AA==' }, { 'flagger.app/config-tracking': 'enabled' }),
      ...bytes({ file: 'AA==' }, { any: 'thing' }),
    ],
  },
  'metric-templates-ask-the-tenants-proxy': {
    good: metricTemplate(
      'http://proxy-shop.metrics:9090',
      'http://proxy-shop.metrics',
      'http://proxy-shop.metrics.svc:8080/',
      'http://proxy-shop.metrics.svc.cluster.local:1',
      'http://proxy-shop.metrics/',
    ),
    bad: metricTemplate(
      'http://169.254.169.254',
      'http://proxy-payments.metrics:9090',
      'http://prometheus.metrics:9090',
      'http://proxy-shop.metrics.evil.com',
      'http://proxy-shop.metrics@evil.com',
      '',
    ),
  },
  'network-policies-name-their-peers': {
    good: [
      ...networkPolicy({ podSelector: {} }),
      ...ingress({ from: [peer] }),
      ...egress({ to: [peer] }),
      ...blocks('10.0.0.0/16'),
      ...ingress({ from: [{ podSelector: {} }] }),
      ...egress({ to: [{ namespaceSelector: byName('In', 'shop', 'payments') }] }),
    ],
    bad: [
      ...ingress(
        {},
        { from: [] },
        { from: [{ namespaceSelector: {} }] },
        { from: [peer, { namespaceSelector: { matchLabels: {} }, podSelector: peer.podSelector }] },
        { from: [{ namespaceSelector: byName('Exists'), podSelector: peer.podSelector }] },
      ),
      ...egress({ ports: [{ port: 53 }] }, { to: [{ namespaceSelector: {} }] }),
      ...egress({ to: [{ namespaceSelector: byName('NotIn', 'shop') }] }),
    ],
  },
  'network-policies-keep-the-world-out': {
    good: [
      ...egress({ to: [peer] }),
      ...blocks('10.0.0.0/8', '10.30.0.10/32', '192.168.0.0/16', 'fd00:1::/32', '170.0.0.0/8'),
      ...ingress({ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }),
    ],
    bad: blocks(
      '0.0.0.0/0',
      '128.0.0.0/1',
      '169.254.0.0/16',
      '169.254.169.254/32',
      '169.0.0.0/8',
      '::/0',
      'fe80::/10',
      'fd00:ec2::254/128',
      'fd00::/8',
    ),
  },
  'authorization-policies-name-their-sources': {
    good: [
      ...authorization({}, { action: 'DENY', rules: [{}] }, { rules: [] }),
      ...from(
        { principals: ['cluster.local/ns/shop/sa/web'] },
        { namespaces: ['shop'] },
        { ipBlocks: ['10.0.0.0/8', '192.168.7.7', 'fd00::/17'] },
        { serviceAccounts: ['shop/web'] },
      ),
    ],
    bad: [
      ...authorization({ rules: [{}] }, { action: 'ALLOW', rules: [{ to: [{ operation: { ports: ['80'] } }] }] }),
      ...from(
        {},
        { principals: ['*'] },
        { notPrincipals: ['x'] },
        { namespaces: ['shop', '*'] },
        { ipBlocks: ['0.0.0.0/0'] },
        { ipBlocks: ['0.0.0.0/1', '128.0.0.0/1'] },
        { remoteIpBlocks: ['10.0.0.0/8', '::/3'] },
        { principals: ['cluster.local/*'] },
      ),
    ],
  },
  'mutual-tls-is-strict': {
    good: mutualTls({}, { mtls: { mode: 'STRICT' } }, { mtls: {} }, port('STRICT'), port('UNSET'), {
      mtls: { mode: 'UNSET' },
    }),
    bad: mutualTls(
      { mtls: { mode: 'PERMISSIVE' } },
      { mtls: { mode: 'DISABLE' } },
      port('DISABLE'),
      port('PERMISSIVE'),
      { ...port('STRICT'), mtls: { mode: 'PERMISSIVE' } },
    ),
  },
  'roles-name-what-they-allow': {
    good: [
      ...role({}, { rules: [] }),
      ...roleOf(
        grants('', 'pods', 'get'),
        grants('apps', 'deployments', 'create', 'patch'),
        grants('', 'configmaps', 'delete'),
      ),
    ],
    bad: roleOf(
      grants('', 'pods', '*'),
      grants('*', 'pods', 'get'),
      grants('', '*', 'get'),
      grants('', '*/scale', 'update'),
      grants('rbac.authorization.k8s.io', 'roles', 'escalate'),
      grants('', 'serviceaccounts', 'impersonate'),
    ),
  },
  'roles-open-no-back-doors': {
    good: [
      ...role({}),
      ...roleOf(
        grants('', 'pods', 'get'),
        grants('', 'pods/log', 'get'),
        grants('', 'serviceaccounts', 'get'),
        grants('', '*', 'get'),
      ),
    ],
    bad: roleOf(
      grants('', 'secrets', 'get'),
      grants('', 'serviceaccounts/token', 'create'),
      grants('', 'pods/exec', 'create'),
      grants('', 'pods/ephemeralcontainers', 'patch'),
      grants('', 'pods/portforward', 'create'),
    ),
  },
  'bindings-grant-no-ready-made-roles': {
    good: binding(
      ['Role', 'owner'],
      ['Role', 'admin'],
      ['ClusterRole', 'view'],
      ['ClusterRole', 'own'],
      ['Role', 'cluster-admin'],
    ),
    bad: binding(
      ['ClusterRole', 'cluster-admin'],
      ['ClusterRole', 'admin'],
      ['ClusterRole', 'edit'],
      ['ClusterRole', 'edit'],
      ['ClusterRole', 'admin'],
    ),
  },
  'compartments-enforce-pod-security': {
    good: namespace(
      enforce('restricted'),
      enforce('restricted', 'v1.30'),
      { 'bulkhead.dev/plane': 'logging', ...enforce('privileged') },
      { 'bulkhead.dev/plane': 'mesh', ...enforce('baseline') },
      { 'bulkhead.dev/plane': 'edge', ...enforce('restricted') },
    ),
    bad: namespace(
      {},
      enforce('baseline'),
      enforce('privileged'),
      enforce('restricted', 'latest'),
      { 'pod-security.kubernetes.io/enforce': 'restricted' },
      { 'bulkhead.dev/plane': 'edge', ...enforce('privileged') },
    ),
  },
  'gateways-hold-their-own-certificates': {
    good: gateway(
      {},
      { protocol: 'HTTP', tls: undefined },
      certificate({ name: 'a' }, { name: 'b' }),
      certificate({ name: 'a', namespace: 'shop' }),
      { protocol: 'TLS', tls: { mode: 'Passthrough' } },
    ),
    bad: gateway(
      certificate({ name: 'a', namespace: 'payments' }),
      certificate({ name: 'a' }, { name: 'b', namespace: 'mesh' }),
      { tls: { mode: 'Terminate', options: { a: 'b' } } },
      { tls: { certificateRefs: [], options: { a: 'b' } } },
      { protocol: 'TLS', tls: { mode: 'Terminate', options: { a: 'b' } } },
    ),
  },
  'gateways-admit-named-namespaces': {
    good: gateway(
      {},
      admits({ from: 'Same' }),
      { protocol: 'HTTP', tls: undefined },
      admits({ from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } }),
      admits({ from: 'Selector', selector: byName('In', 'shop') }),
    ),
    bad: gateway(
      admits({ from: 'Selector', selector: byName('Exists') }),
      admits({ from: 'Selector', selector: byName('NotIn', 'payments') }),
      admits({ from: 'All' }),
      admits({ from: 'Selector', selector: {} }),
      admits({ from: 'Selector', selector: { matchLabels: {} } }),
      { ...admits({ from: 'All' }), protocol: 'HTTP', tls: undefined },
      admits({ from: 'Selector' }),
    ),
  },
};
