import { App } from 'cdk8s';
import fc from 'fast-check';
import type { DaemonSet, Deployment } from 'kubernetes-types/apps/v1';
import type { CollectorConfig } from '../../constructs/collector/config';
import type { Transform } from '../../constructs/collector/processors';
import type { PrometheusReceiver } from '../../constructs/collector/receivers';
import { Compartment } from '../../constructs/compartment';
import { bindEnvironment, type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Planes } from '../../constructs/planes';
import { Telemetry } from '../../constructs/telemetry';
import { type TelemetryInput, telemetrySchema } from '../../constructs/telemetry/telemetry-spec';
import { manifestsOf, plan } from '../../stacks/plan';

const base: EnvironmentInput = {
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.6.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
};

const spec: TelemetryInput = {
  version: '0.149.0',
  metrics: { kind: 'outside', endpoint: 'https://metrics.example.net/otlp', cidrs: ['203.0.113.7/32'] },
  traces: { endpoint: 'https://traces.example.net', cidrs: ['203.0.113.8/32'], port: 8443 },
};

/** The planes and one tenant, of which telemetry must not know more than the name. */
function surroundings(environment: EnvironmentInput = base) {
  const root = new App();
  bindEnvironment(root, environmentSchema.parse(environment));
  const planes = new Planes(root);
  new Compartment(root, 'shop', { plane: 'tenant', owner: 'shop-developers', mesh: 'member' }).after(planes);
  return { root, planes };
}

function planned(tenants: readonly string[], environment?: EnvironmentInput) {
  const { root, planes } = surroundings(environment);
  new Telemetry(root, { spec: telemetrySchema.parse(spec), tenants }).after(planes);
  return plan(root);
}

const rendered = (tenants: readonly string[], environment?: EnvironmentInput) =>
  manifestsOf(planned(tenants, environment));

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return manifests.find(
    (manifest) =>
      manifest.kind === kind &&
      manifest.metadata.name === name &&
      (manifest.metadata.namespace ?? 'telemetry') === 'telemetry',
  );
}

function configOf(manifests: readonly Manifest[], name: string): CollectorConfig {
  const { 'config.yaml': text = '' } = find(manifests, 'ConfigMap', name)?.data as Record<string, string>;
  return JSON.parse(text) as CollectorConfig;
}

/** What a NetworkPolicy opens: the pods at its own end, those at the other, and the ports. */
function openings(manifests: readonly Manifest[], direction: 'Ingress' | 'Egress'): Record<string, unknown> {
  const policies = manifests.filter(
    ({ kind, metadata, spec }) =>
      kind === 'NetworkPolicy' &&
      metadata.namespace === 'telemetry' &&
      metadata.name !== 'default-deny' &&
      JSON.stringify(spec).includes(`"policyTypes":["${direction}"]`),
  );
  return Object.fromEntries(policies.map(({ metadata, spec }) => [metadata.name, portsIn(spec)]));
}

function portsIn(spec: unknown): number[] {
  return [...JSON.stringify(spec).matchAll(/"port":(\d+)/g)].map(([, port]) => Number(port));
}

const manifests = rendered(['shop', 'payments']);

test('a gateway is reached by the apps of its own tenant and by the agents, and by nobody else', () => {
  expect(openings(manifests, 'Ingress')).toEqual({
    'gateway-payments.from.agent': [4317, 8888],
    'gateway-payments.from.payments.every': [4317, 4318],
    'gateway-platform.from.agent': [4317, 8888],
    'gateway-shop.from.agent': [4317, 8888],
    'gateway-shop.from.shop.every': [4317, 4318],
  });
  expect(find(manifests, 'NetworkPolicy', 'gateway-shop.from.shop.every')?.spec).toMatchObject({
    podSelector: { matchLabels: { 'bulkhead.dev/app': 'gateway-shop' } },
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
            podSelector: { matchExpressions: [{ key: 'bulkhead.dev/app', operator: 'Exists' }] },
          },
        ],
      },
    ],
  });
});

test('agents reach the API server, what they scrape and gateways; gateways reach their backends', () => {
  expect(openings(manifests, 'Egress')).toEqual({
    'agent.to.api-server': [6443],
    'agent.to.certificates.every': [9402],
    'agent.to.edge.every': [15020],
    'agent.to.gateway-payments': [4317, 8888],
    'agent.to.gateway-platform': [4317, 8888],
    'agent.to.gateway-shop': [4317, 8888],
    'agent.to.logging.agent': [8888],
    'agent.to.mesh.istiod': [15014],
    'agent.to.payments.every': [15020],
    'agent.to.shop.every': [15020],
    'every.to.dns': [53, 53],
    'gateway-payments.to.outside.metrics-backend': [443],
    'gateway-payments.to.outside.traces-backend': [8443],
    'gateway-platform.to.outside.metrics-backend': [443],
    'gateway-shop.to.outside.metrics-backend': [443],
    'gateway-shop.to.outside.traces-backend': [8443],
  });
});

/** The attributes that are left of `keys` after a statement list has passed over them, and what it sets. */
function stamped(transform: Transform, context: string, keys: readonly string[]) {
  const all = [...transform.metric_statements, ...transform.trace_statements];
  const lists = all.filter((each) => each.context === context).map(({ statements }) => statements);
  return lists.map((statements) => {
    const deleted = statements.flatMap((statement) => {
      const [, insensitive, pattern] = /delete_matching_keys\(.*, "(\(\?i\))?(.*)"\)/.exec(statement) ?? [];
      return pattern === undefined ? [] : [new RegExp(pattern, insensitive ? 'i' : '')];
    });
    const set = statements.flatMap(
      (statement) => /set\(.*\["(.*)"\], "(.*)"\)/.exec(statement)?.slice(1, 3).join('=') ?? [],
    );
    return { left: keys.filter((key) => !deleted.some((pattern) => pattern.test(key))), set };
  });
}

/** Names of which a Prometheus makes the labels of pod and tenant. */
const ALIKE = ['.', '_', '-', '/', ':', ' ', 'é'].flatMap((point) => [`k8s${point}pod.name`, `bulkhead${point}tenant`]);

test('for all names, what a sender claims of its place or tenant is dropped, and what it says of itself is kept', () => {
  const transform = configOf(manifests, 'gateway-shop').processors['transform/tenant'];
  if (!transform) throw new Error('The gateway rewrites nothing.');
  const claims = ['k8s.namespace.name', 'k8s.pod.uid', ...ALIKE, 'tenant', 'tenant.id', 'Tenant_ID', 'x-scope-orgid'];
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{1,8}){0,2}$/), (name) => {
      const own = /^(k8s|bulkhead)\.|^tenant/.test(name) ? [] : [name, 'service.name'];
      for (const { left, set } of stamped(transform, 'resource', [...claims, ...own])) {
        expect(left).toEqual(own);
        expect(set).toEqual(['k8s.namespace.name=shop', 'bulkhead.tenant=shop']);
      }
      for (const context of ['scope', 'span', 'spanevent', 'datapoint']) {
        const known = context === 'datapoint' ? ['bulkhead.tenant=shop'] : [];
        expect(stamped(transform, context, [])).not.toEqual([]);
        for (const { left, set } of stamped(transform, context, [...ALIKE, ...own])) {
          expect(left).toEqual(own);
          expect(set).toEqual(known);
        }
      }
    }),
  );
});

test('a gateway sends as its tenant, whatever is received: headers are not kept and the tenant is a constant', () => {
  const config = configOf(manifests, 'gateway-shop');
  expect(Object.values(config.exporters).map(({ headers }) => headers)).toEqual([
    { 'X-Scope-OrgID': 'shop' },
    { 'X-Scope-OrgID': 'shop' },
  ]);
  expect(JSON.stringify(config.receivers)).not.toContain('include_metadata');
  for (const { processors } of Object.values(config.service.pipelines)) {
    expect(processors).toEqual(['memory_limiter', 'transform/tenant']);
  }
});

test('an agent asks for the pods of its own node, tenant by tenant, and may do nothing else', () => {
  const { receivers } = configOf(manifests, 'agent');
  const [scrape] = (receivers['prometheus/shop'] as PrometheusReceiver).config.scrape_configs;
  expect(scrape.kubernetes_sd_configs).toEqual([
    {
      role: 'pod',
      namespaces: { names: ['shop'] },
      selectors: [{ role: 'pod', field: `spec.nodeName=\${env:NODE_NAME}` }],
    },
  ]);
  expect(find(manifests, 'ClusterRole', 'bulkhead-telemetry-agent')?.rules).toEqual([
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  ]);
  const pod = (find(manifests, 'DaemonSet', 'agent') as DaemonSet).spec?.template.spec;
  expect(pod).toMatchObject({ automountServiceAccountToken: true, serviceAccountName: 'agent' });
  expect(find(manifests, 'FlowSchema', 'bulkhead-telemetry')).toBeDefined();
});

test("each tenant's metrics go to that tenant's gateway", () => {
  const { exporters, service } = configOf(manifests, 'agent');
  expect(service.pipelines['metrics/shop']).toEqual({
    receivers: ['prometheus/shop'],
    processors: ['memory_limiter'],
    exporters: ['otlp_grpc/shop'],
  });
  expect(exporters['otlp_grpc/shop']).toMatchObject({
    endpoint: 'gateway-shop.telemetry.svc:4317',
    headers: { 'X-Scope-OrgID': 'shop' },
  });
});

test('a gateway survives a node, lets nodes drain and fits the restricted standard', () => {
  const deployment = find(manifests, 'Deployment', 'gateway-shop') as Deployment;
  expect(deployment.spec).toMatchObject({
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  });
  expect(find(manifests, 'PodDisruptionBudget', 'gateway-shop')?.spec).toMatchObject({ maxUnavailable: 1 });
  const pod = deployment.spec?.template.spec;
  expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(pod?.automountServiceAccountToken).toBe(false);
  expect(pod?.volumes?.some(({ hostPath }) => hostPath)).toBe(false);
});

test("the platform's own parts are scraped, each at one port, and told of as the platform", () => {
  const { receivers, exporters } = configOf(manifests, 'agent');
  const { scrape_configs } = (receivers['prometheus/platform'] as PrometheusReceiver).config;
  const targets = scrape_configs.map(({ metrics_path, kubernetes_sd_configs: [pods], relabel_configs }) => [
    pods.namespaces.names[0],
    relabel_configs.find(({ action }) => action === 'keep')?.regex,
    `${relabel_configs.find(({ target_label }) => target_label === '__address__')?.replacement}${metrics_path}`,
  ]);
  expect(targets).toEqual([
    ['certificates', '.+', '$$1:9402/metrics'],
    ['mesh', 'istiod', '$$1:15014/metrics'],
    ['edge', '.+', '$$1:15020/stats/prometheus'],
    ['logging', 'agent', '$$1:8888/metrics'],
    ['telemetry', '.+', '$$1:8888/metrics'],
  ]);
  expect(exporters['otlp_grpc/platform']).toMatchObject({
    endpoint: 'gateway-platform.telemetry.svc:4317',
    headers: { 'X-Scope-OrgID': 'platform' },
  });
  const { processors, service, exporters: backends } = configOf(manifests, 'gateway-platform');
  const [{ set } = { set: [] }] = stamped(processors['transform/tenant'] as Transform, 'resource', []);
  expect(set).toEqual(['bulkhead.tenant=platform']);
  expect(Object.keys(service.pipelines)).toEqual(['metrics/platform']);
  expect(Object.values(backends).map(({ headers }) => headers)).toEqual([{ 'X-Scope-OrgID': 'platform' }]);
});

test('without a mesh, or without tenants, agents scrape the platform alone', () => {
  const { mesh: _, ...unmeshed } = base;
  for (const without of [rendered(['shop'], unmeshed), rendered([])]) {
    expect(Object.keys(configOf(without, 'agent').receivers)).toEqual(['prometheus/platform']);
  }
});

test('five hundred tenants have room for their gateways, rollouts included', () => {
  const tenants = Array.from({ length: 500 }, (_, index) => `team-${index}`);
  const quota = rendered(tenants).find(
    ({ kind, metadata }) =>
      kind === 'ResourceQuota' && metadata.namespace === 'telemetry' && metadata.name === 'amounts',
  );
  expect(Number((quota?.spec as { hard: { pods: string } }).hard.pods)).toBeGreaterThanOrEqual(501 * 3);
});

test('telemetry depends on the planes alone, and no other compartment knows whether it is there', () => {
  const { compartments } = planned(['shop']);
  const without = plan(surroundings().root).compartments;
  expect(compartments.find(({ name }) => name === 'telemetry')?.after).toEqual(['planes']);
  const plain = ({ name, after, manifests }: (typeof compartments)[number]) => [
    name,
    after,
    manifests.map(({ manifest }) => manifest),
  ];
  expect(compartments.filter(({ name }) => name !== 'telemetry').map(plain)).toEqual(without.map(plain));
});
