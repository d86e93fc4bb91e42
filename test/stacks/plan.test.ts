import { ApiObject, Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import fc from 'fast-check';
import { Compartment } from '../../constructs/compartment';
import { apiServer, everyApp } from '../../constructs/end';
import { environmentSchema } from '../../constructs/environment';
import { Passage } from '../../constructs/passage';
import { Platform } from '../../constructs/platform';
import { manifestsOf, plan } from '../../stacks/plan';

const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
});

function newPlatform(): Platform {
  return new Platform({ environment });
}

function compartment(platform: Platform, name: string): Compartment {
  return new Compartment(platform, name, { plane: 'tenant', owner: 'team' });
}

function configMap(scope: Construct, name: string): ApiObject {
  return new ApiObject(scope, name, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { name } });
}

/** Names of the ConfigMaps of a plan, in its order. */
function configMaps(platform: Platform): string[] {
  return manifestsOf(plan(platform)).flatMap(({ kind, metadata }) => (kind === 'ConfigMap' ? metadata.name : []));
}

test('every new compartment comes after the refusal that proves the policies, but for what delivers and what only observes', () => {
  const policy = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' };
  const platform = new Platform({ environment, admission: [{ ...policy, metadata: { name: 'mine' } }] });
  new Compartment(platform, 'reports', { plane: 'tenant', owner: 'team' });
  new Compartment(platform, 'figures', { plane: 'telemetry', owner: 'team' });
  expect(Object.fromEntries(plan(platform).compartments.map(({ name, after }) => [name, after]))).toEqual({
    planes: [],
    delivery: ['planes'],
    policy: [],
    'policy-probe': ['planes', 'policy'],
    reports: ['planes', 'policy-probe'],
    figures: ['planes', 'policy'],
  });
});

test('an empty compartment admits and reaches nothing but DNS', () => {
  const platform = newPlatform();
  new Compartment(platform, 'empty', { plane: 'policy', owner: 'team' });
  const policies = manifestsOf(plan(platform)).filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'empty',
  );
  expect(policies.map(({ metadata, spec }) => ({ name: metadata.name, spec }))).toEqual([
    { name: 'default-deny', spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    {
      name: 'every.to.dns',
      spec: {
        podSelector: { matchExpressions: [{ key: 'bulkhead.dev/app', operator: 'Exists' }] },
        policyTypes: ['Egress'],
        egress: [
          {
            to: [
              {
                namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
                podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
              },
            ],
            ports: [
              { protocol: 'UDP', port: 53 },
              { protocol: 'TCP', port: 53 },
            ],
          },
        ],
      },
    },
  ]);
});

test('a compartment gets its share of the API server with its first passage to it', () => {
  const flowSchemas = (platform: Platform) =>
    manifestsOf(plan(platform)).flatMap(({ kind, metadata }) => (kind === 'FlowSchema' ? metadata.name : []));
  const platform = newPlatform();
  const watcher = compartment(platform, 'watcher');
  expect(flowSchemas(platform)).not.toContain('bulkhead-watcher');
  const ports = [{ protocol: 'TCP', port: 6443 }] as const;
  new Passage(platform, { from: everyApp(watcher), to: apiServer, ports, why: 'watches' });
  expect(flowSchemas(platform)).toContain('bulkhead-watcher');
});

test("a user's cdk8s chart is planned as cdk8s renders it, in its compartment's namespace", () => {
  const platform = newPlatform();
  const chart = new Chart(compartment(platform, 'own'), 'chart', { labels: { team: 'data' } });
  new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader' } });
  new ApiObject(chart, 'role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', rules: [] });
  const own = plan(platform).compartments.find(({ name }) => name === 'own');
  const added = own?.manifests.filter(({ source }) => source.startsWith('own/chart'));
  expect(added).toEqual([
    {
      half: 'boundary',
      source: 'own/chart/account',
      manifest: {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'reader', namespace: 'own', labels: { team: 'data' } },
      },
    },
    {
      half: 'boundary',
      source: 'own/chart/role',
      manifest: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: expect.stringMatching(/^own-chart-role/), labels: { team: 'data' } },
        rules: [],
      },
    },
  ]);
});

/** A random tree: compartments of charts of objects, and dependencies that point back, so that there are no circles. */
const trees = fc.record({
  shape: fc.array(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
  edges: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }),
});

test('whatever depends on something comes after all of it, in any tree', () => {
  fc.assert(
    fc.property(trees, ({ shape, edges }) => {
      const platform = newPlatform();
      const nodes: IConstruct[] = [];
      for (const [c, charts] of shape.entries()) {
        const own = compartment(platform, `c${c}`);
        for (const [g, count] of charts.entries()) {
          const chart = new Chart(own, `g${g}`);
          const objects = Array.from({ length: count }, (_, o) => configMap(chart, `c${c}-g${g}-o${9 - o}`));
          nodes.push(...objects, chart);
        }
      }
      const declared = edges.flatMap(([a, b]): [IConstruct, IConstruct][] => {
        const [earlier, later] = [a % nodes.length, b % nodes.length].sort((x, y) => x - y);
        const [target, source] = [nodes[earlier ?? 0], nodes[later ?? 0]];
        if (!target || !source || target === source || target.node.scope === source || source.node.scope === target)
          return [];
        source.node.addDependency(target);
        return [[source, target]];
      });
      const order = configMaps(platform);
      const place = new Map(order.map((name, index) => [name, index]));
      const placesBelow = (construct: IConstruct) =>
        construct.node.findAll().flatMap((each) => (ApiObject.isApiObject(each) ? (place.get(each.name) ?? -1) : []));
      for (const [source, target] of declared) {
        const after = Math.min(...placesBelow(source));
        for (const before of placesBelow(target)) expect(before).toBeLessThan(after);
      }
      expect(new Set(order).size).toBe(nodes.filter((node) => ApiObject.isApiObject(node)).length);
    }),
    { numRuns: 150 },
  );
});

test('dependencies that fan out twice per layer are planned at once, not once per path', () => {
  const platform = newPlatform();
  const own = compartment(platform, 'layers');
  let previous: Chart[] = [];
  for (let layer = 0; layer < 200; layer++) {
    const charts = ['a', 'b'].map((side) => new Chart(own, `${layer}-${side}`));
    for (const chart of charts) {
      configMap(chart, chart.node.id);
      if (previous.length > 0) chart.addDependency(...previous);
    }
    previous = charts;
  }
  expect(configMaps(platform)).toHaveLength(400);
});
