import { App } from 'cdk8s';
import fc from 'fast-check';
import type { DaemonSet, StatefulSet } from 'kubernetes-types/apps/v1';
import type { CollectorConfig } from '../../constructs/collector/config';
import type { FilelogReceiver } from '../../constructs/collector/receivers';
import { Compartment } from '../../constructs/compartment';
import { bindEnvironment, environmentSchema } from '../../constructs/environment';
import { Logging } from '../../constructs/logging';
import { type LoggingInput, loggingSchema } from '../../constructs/logging/logging-spec';
import type { Manifest } from '../../constructs/manifest';
import { Planes } from '../../constructs/planes';
import { Release } from '../../constructs/release';
import { manifestsOf, plan } from '../../stacks/plan';

const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
});

const base: LoggingInput = {
  version: '0.149.0',
  backend: { kind: 'outside', endpoint: 'https://logs.example.net/otlp', cidrs: ['203.0.113.7/32'] },
};

/** The planes and one tenant, of which logging must not know more than the name. */
function surroundings() {
  const root = new App();
  bindEnvironment(root, environment);
  const planes = new Planes(root);
  new Compartment(root, 'shop', { plane: 'tenant', owner: 'shop-developers', mesh: 'member' }).after(planes);
  return { root, planes };
}

function planned(tenants: readonly string[], spec: Partial<LoggingInput> = {}) {
  const { root, planes } = surroundings();
  new Logging(root, { spec: loggingSchema.parse({ ...base, ...spec }), tenants }).after(planes);
  return plan(root);
}

function rendered(tenants: readonly string[], spec: Partial<LoggingInput> = {}): Manifest[] {
  return manifestsOf(planned(tenants, spec)).filter(
    ({ kind, metadata }) => metadata.namespace === 'logging' || (kind === 'Namespace' && metadata.name === 'logging'),
  );
}

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}.`);
  return found;
}

function configOf(manifests: readonly Manifest[]): CollectorConfig {
  const { 'config.yaml': text = '' } = find(manifests, 'ConfigMap', 'agent').data as Record<string, string>;
  return JSON.parse(text) as CollectorConfig;
}

function podOf(manifests: readonly Manifest[]) {
  const template = (find(manifests, 'DaemonSet', 'agent') as DaemonSet).spec?.template;
  const [container] = template?.spec?.containers ?? [];
  return { template, spec: template?.spec, container };
}

/** Whether a path lies under one of the patterns, as the collector reads them: a star stays within one folder. */
function matches(path: string, patterns: readonly string[] = []): boolean {
  return patterns.some((pattern) => new RegExp(`^${pattern.split('*').join('[^/]*')}$`).test(path));
}

/** As whom the lines of a container of `namespace` are sent: the tenants of all exporters that they reach. */
function sentAs(config: CollectorConfig, namespace: string, pod = 'web-5f7-x'): string[] {
  const path = `/var/log/pods/${namespace}_${pod}_0b7c/main/0.log`;
  return Object.values(config.service.pipelines).flatMap(({ receivers: [receiver], exporters: [exporter] }) => {
    const { include, exclude } = config.receivers[receiver] as FilelogReceiver;
    if (!matches(path, include) || matches(path, exclude)) return [];
    return config.exporters[exporter]?.headers['X-Scope-OrgID'] ?? [];
  });
}

const names = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
const tenantSets = fc.uniqueArray(names, { maxLength: 6 });

test('for all tenants, a line is sent once, as the tenant in whose namespace it was written, and else as the platform', () => {
  fc.assert(
    fc.property(tenantSets, names, (tenants, other) => {
      const config = configOf(rendered(tenants));
      for (const tenant of tenants) expect(sentAs(config, tenant)).toEqual([tenant]);
      expect(sentAs(config, other)).toEqual([tenants.includes(other) ? other : 'platform']);
    }),
    { numRuns: 40 },
  );
});

test('the agents do not read their own lines, and do read those of others who call themselves so', () => {
  const config = configOf(rendered(['shop']));
  expect(sentAs(config, 'logging', 'agent-x7k2p')).toEqual([]);
  expect(sentAs(config, 'logging', 'loki-0')).toEqual(['platform']);
  expect(sentAs(config, 'shop', 'agent-x7k2p')).toEqual(['shop']);
});

test('for all tenants, the queues have room on a volume with an end, and the container may use all of it', () => {
  fc.assert(
    fc.property(tenantSets, fc.integer({ min: 1, max: 256 }), (tenants, queue) => {
      const manifests = rendered(tenants, { buffer: { queue: `${queue}Mi` } });
      const { exporters } = configOf(manifests);
      const queued = Object.values(exporters).reduce((sum, exporter) => sum + exporter.sending_queue.queue_size, 0);
      const { spec, container } = podOf(manifests);
      const limit = spec?.volumes?.find(({ name }) => name === 'storage')?.emptyDir?.sizeLimit ?? '';
      expect(queued).toBe((tenants.length + 1) * queue * 2 ** 20);
      expect(Number.parseInt(limit, 10) * 2 ** 20).toBeGreaterThan(queued);
      const disk = Number.parseInt(container?.resources?.limits?.['ephemeral-storage'] ?? '', 10);
      expect(disk).toBeGreaterThan(Number.parseInt(limit, 10));
    }),
    { numRuns: 40 },
  );
});

test('nothing of a dead backend is kept for ever, and it lets nobody wait', () => {
  const { exporters, service, receivers } = configOf(rendered(['shop', 'payments']));
  for (const { sending_queue, retry_on_failure, timeout } of Object.values(exporters)) {
    expect(sending_queue).toMatchObject({ block_on_overflow: false, storage: 'file_storage' });
    expect(retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: '300s' });
    expect(timeout).toBe('5s');
  }
  for (const { processors } of Object.values(service.pipelines)) expect(processors).toEqual(['memory_limiter']);
  for (const receiver of Object.values(receivers)) expect(receiver).toMatchObject({ storage: 'file_storage' });
});

test('the agent reads log files and touches nothing else of its node', () => {
  const { spec, container } = podOf(rendered(['shop']));
  expect(spec?.volumes?.flatMap(({ hostPath }) => hostPath ?? [])).toEqual([
    { path: '/var/log/pods', type: 'Directory' },
  ]);
  expect(container?.volumeMounts).toContainEqual({ name: 'logs', mountPath: '/var/log/pods', readOnly: true });
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(spec).toMatchObject({ automountServiceAccountToken: false, priorityClassName: 'bulkhead-logging-minus-100' });
  expect(container?.ports).toEqual([
    { name: 'health', containerPort: 13133 },
    { name: 'metrics', containerPort: 8888 },
  ]);
});

test('a tenth of the nodes may be without an agent during a rollout, and only named taints are tolerated', () => {
  const tolerations = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' as const }];
  const manifests = rendered(['shop'], { tolerations });
  expect((find(manifests, 'DaemonSet', 'agent') as DaemonSet).spec?.updateStrategy).toEqual({
    type: 'RollingUpdate',
    rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' },
  });
  expect(podOf(manifests).spec?.tolerations).toEqual([
    { key: 'gpu', operator: 'Equal', value: 'yes', effect: 'NoSchedule' },
  ]);
});

test('the one way out leads to the backend, and the one way in to what agents tell of themselves', () => {
  const egress = rendered(['shop']).filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name !== 'default-deny',
  );
  expect(egress.map(({ metadata }) => metadata.name)).toEqual([
    'agent.from.telemetry.agent',
    'agent.to.outside.logs-backend',
    'every.to.dns',
  ]);
  expect(egress[0]?.spec).toMatchObject({ ingress: [{ ports: [{ port: 8888 }] }] });
  expect(egress[1]?.spec).toEqual({
    podSelector: { matchLabels: { 'bulkhead.dev/app': 'agent' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '203.0.113.7/32' } }], ports: [{ protocol: 'TCP', port: 443 }] }],
  });
});

test('Loki in the cluster is reached by the agents alone, within the compartment, and has room there', () => {
  const backend = { kind: 'loki', version: '18.11.0' } as const;
  const { root, planes } = surroundings();
  const logging = new Logging(root, { spec: loggingSchema.parse({ ...base, backend }), tenants: ['shop'] });
  const manifests = manifestsOf(plan(logging.after(planes).node.root)).filter(
    ({ metadata }) => metadata.namespace === 'logging',
  );
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name);
  expect(policies).toEqual([
    'agent.from.telemetry.agent',
    'agent.to.loki',
    'default-deny',
    'every.to.dns',
    'loki.from.agent',
  ]);
  expect(configOf(manifests).exporters['otlp_http/shop']?.endpoint).toBe('http://loki.logging.svc:3100/otlp');
  expect((find(manifests, 'ResourceQuota', 'amounts').spec as { hard: { pods: string } }).hard.pods).toBe('80');

  const [release] = logging.node.children.filter((child) => Release.isRelease(child));
  const loki = release?.runs.find(({ kind }) => kind === 'StatefulSet') as StatefulSet | undefined;
  expect(loki?.spec?.template.metadata?.labels).toMatchObject({ 'bulkhead.dev/app': 'loki' });
  expect(loki?.spec?.template.spec).toMatchObject({
    priorityClassName: 'bulkhead-logging-minus-100',
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(release).toMatchObject({
    chart: { name: 'loki', version: '18.11.0' },
    values: { loki: { auth_enabled: true }, lokiCanary: { enabled: false }, gateway: { enabled: false } },
  });
});

test('agents start anew when the configuration changes, and not when tenants change places', () => {
  const annotation = (tenants: string[], spec?: Partial<LoggingInput>) =>
    podOf(rendered(tenants, spec)).template?.metadata?.annotations?.['bulkhead.dev/config'];
  const before = annotation(['shop', 'payments']);
  expect(annotation(['payments', 'shop'])).toBe(before);
  expect(annotation(['shop'])).not.toBe(before);
  expect(annotation(['shop', 'payments'], { buffer: { queue: '33Mi' } })).not.toBe(before);
});

test('logging depends on the planes alone, and no other compartment knows whether it is there', () => {
  const without = plan(surroundings().root);
  const { compartments } = planned(['shop']);
  expect(compartments.find(({ name }) => name === 'logging')?.after).toEqual(['planes']);
  const plain = ({ name, after, manifests }: (typeof compartments)[number]) => [
    name,
    after,
    manifests.map(({ manifest }) => manifest),
  ];
  expect(compartments.filter(({ name }) => name !== 'logging').map(plain)).toEqual(without.compartments.map(plain));
});

test('tenants that the volume has no room for are told where the environment says so; nodes have room, however many', () => {
  const tenants = Array.from({ length: 9 }, (_, index) => `team-${index}`);
  expect(() => planned(tenants, { buffer: { queue: '64Mi', volume: '512Mi' } })).toThrow(
    'environment logging.buffer.volume: 10 queues of 64Mi need 1440Mi, and the volume holds 512Mi. Write at least "1440Mi", or a smaller queue.',
  );
  const manifests = rendered(['shop'], { nodes: 1200, agent: 'L' });
  expect(find(manifests, 'ResourceQuota', 'amounts').spec).toMatchObject({
    hard: { pods: '2500', 'requests.cpu': '625', 'requests.memory': '1250Gi', 'limits.memory': '3500Gi' },
  });
});
