import fc from 'fast-check';
import { endsFirst, startOrder } from '../../constructs/app/companions-spec';
import { type AppSpec, appSpecSchema } from '../../constructs/app-spec';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { needsOf } from '../../constructs/tenant-room';
import { manifestsOf, plan } from '../../stacks/plan';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const environment = defineEnvironment({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  scale: { min: 1, max: 1 },
});

const web = {
  ...{ name: 'web', image, size: { cpu: '100m', memory: '1Gi' } },
  jobs: { sweep: { command: ['sweep'], size: { cpu: '100m', memory: '1Gi' } } },
  companions: {
    up: { command: ['up'], size: { cpu: '1', memory: '512Mi' }, before: { main: 'complete' } },
    agent: { size: { cpu: '50m', memory: '64Mi' } },
    proxy: {
      ...{ image: image.replace('app', 'proxy'), files: { '/etc/proxy': { content: 'a' } } },
      ...{ size: { cpu: '50m', memory: '64Mi' }, ready: ['ready'], before: { up: 'healthy' } },
    },
  },
} as const;

interface Pod {
  readonly initContainers?: readonly Record<string, unknown>[];
  readonly containers: readonly Record<string, unknown>[];
}

function podsOf(app: object): Map<string, Pod> {
  const tenant = defineTenant({ name: 'shop', owner: 'a', domain: 'shop', apps: [appSpecSchema.parse(app)] });
  const manifests = manifestsOf(plan(new Platform({ environment, tenants: [tenant] })));
  const workloads = manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
  return new Map(
    workloads.map((each) => [each.kind, (each as never as { spec: { template: { spec: Pod } } }).spec.template.spec]),
  );
}

test('companions start in their order: sidecars stay beside the app, others end before it starts, and jobs have none', () => {
  const pods = podsOf(web);
  const pod = pods.get('Deployment');
  const told = pod?.initContainers?.map((each) => {
    const { name, restartPolicy, startupProbe, readinessProbe, image, securityContext } = each;
    expect(securityContext).toEqual(pod.containers[0]?.securityContext);
    return [name, restartPolicy, startupProbe !== undefined, readinessProbe !== undefined, image];
  });
  expect(told).toEqual([
    ['agent', 'Always', false, false, image],
    ['proxy', 'Always', true, true, image.replace('app', 'proxy')],
    ['up', undefined, false, false, image],
  ]);
  expect(pods.get('Job')?.initContainers).toBeUndefined();
});

test('a pod needs what runs together, or what ends first where that is more', () => {
  const { cpu, memory } = needsOf(appSpecSchema.parse(web), environment);
  // Two pods while a rollout is under way, each with its first companion beside both sidecars; and the job's.
  expect(cpu).toBeCloseTo(2 * (1 + 0.05 + 0.05) + 0.1);
  expect(memory).toBe(2 * (1024 + 64 + 64) + 1024);
});

test('whoever is to start before another does, in whatever way they are written', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const edges = fc.array(fc.tuple(fc.nat(4), fc.nat(4), fc.boolean()), { maxLength: 12 });
  fc.assert(
    fc.property(edges, fc.shuffledSubarray(names, { minLength: 5 }), (pairs, written) => {
      const before = (name: string) =>
        pairs.flatMap(([from, to]) => (names[from] === name && from < to ? [[names[to], 'started']] : []));
      const companions = Object.fromEntries(
        written.map((name) => [name, { before: Object.fromEntries(before(name)) }]),
      );
      const read = appSpecSchema.safeParse({ name: 'web', image, companions });
      const order = startOrder((read.data as AppSpec).companions);
      expect([...order].sort()).toEqual(names);
      for (const name of names) {
        for (const [other] of before(name)) expect(order.indexOf(name)).toBeLessThan(order.indexOf(`${other}`));
      }
      expect(Object.values((read.data as AppSpec).companions).some(endsFirst)).toBe(false);
    }),
  );
});
