import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { checkManifests } from '../../policies';
import type { Finding } from '../../policies/finding';
import { madeByFlagger } from '../../policies/made-by-flagger';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { manifestsOf, plan } from '../../stacks/plan';
import { judgedBy, proofOf } from '../../stacks/proof';
import { render } from '../../stacks/render';
import { switchProblems } from '../../stacks/switches';

const environment = environmentSchema.parse({
  ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
  mesh: {
    ...{ versions: ['1.30.3'], tags: { stable: '1.30.3' }, gatewayApi: '1.5.1' },
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  edge: {},
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.net', cidrs: ['192.0.2.3/32'] },
  },
  delivery: { kind: 'flux', source: 'rendered' },
});
const { rollouts: section, ...bare } = environment;
const withDefault = (strategy: string) =>
  environmentSchema.parse({ ...environment, rollouts: { ...section, default: strategy } });

const image = `images.example.com/app:1@sha256:${'0'.repeat(64)}`;
const web = { name: 'web', image, port: 8080, servicePort: 80, expose: 'public', timeout: 20 };

function tenant(...apps: object[]) {
  return tenantSpecSchema.parse({ name: 'shop', owner: 'shop', domain: 'shop', apps });
}

function planned(apps: readonly object[], within = environment) {
  return plan(new Platform({ environment: within, tenants: [tenant(...apps)] }));
}

/** What shop delivers for these apps. */
function objects(apps: readonly object[], within = environment): Manifest[] {
  return manifestsOf(planned(apps, within)).filter(({ metadata }) => metadata.namespace === 'shop');
}

function find(manifests: readonly Manifest[], kind: string, name = 'web'): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
}

const SHIFTING = ['canary', 'blueGreen', { ab: { header: { name: 'X-New', value: 'yes' } } }];
const shifted = (rollout: unknown, more: object = {}) => objects([{ ...web, rollout, ...more }]);
const canarySpec = (rollout: unknown, more: object = {}) =>
  find(shifted(rollout, more), 'Canary')?.spec as { readonly service: object; readonly analysis: object };

describe('how versions take over', () => {
  test.each([
    ['a public app that says nothing', {}, 'canary'],
    ['one that says otherwise', { rollout: 'rolling' }, 'rolling'],
    ['one that speaks gRPC', { protocol: 'grpc' }, 'rolling'],
    ['one that speaks TCP', { protocol: 'tcp' }, 'rolling'],
    ['one that is internal', { expose: 'internal' }, 'rolling'],
    ['a worker', { port: undefined, servicePort: undefined, expose: 'internal' }, 'rolling'],
    ['one with a disk that stays', { disk: { '/data': { persistent: '1Gi' } } }, 'rolling'],
  ])('%s follows the environment if it can', (_, more, strategy) => {
    const found = objects([{ ...web, ...more }], withDefault('canary'));
    expect(find(found, 'Canary') === undefined).toBe(strategy === 'rolling');
    expect(find(objects([{ ...web, ...more }]), 'Canary')).toBeUndefined();
  });

  test('is a pace of the platform: weights, a wait, or chosen visitors first', () => {
    expect(canarySpec('canary').analysis).toMatchObject({
      interval: '1m',
      threshold: 3,
      stepWeight: 10,
      maxWeight: 50,
    });
    expect(canarySpec('blueGreen').analysis).toMatchObject({ interval: '1m', threshold: 3, iterations: 5 });
    expect(canarySpec({ ab: { header: { name: 'X-New', value: 'yes' } } }).analysis).toMatchObject({
      ...{ iterations: 10, match: [{ headers: { 'x-new': { exact: 'yes' } } }] },
    });
  });

  test('outlasts the time that an app has to start, where that is longer than the ten minutes that all have', () => {
    const deadlines = (startupSeconds: number) =>
      ['Deployment', 'Canary'].map((kind) => {
        const found = find(shifted('canary', { health: { startupSeconds } }), kind);
        return (found?.spec as { readonly progressDeadlineSeconds?: number }).progressDeadlineSeconds;
      });
    expect(deadlines(480)).toEqual([undefined, undefined]);
    expect(deadlines(900)).toEqual([1020, 1020]);
  });

  test('keeps a visitor with the version that served him, if the app says so', () => {
    expect(canarySpec('canary', { sticky: true }).analysis).toMatchObject({
      sessionAffinity: { cookieName: 'web-version', maxAge: 3600 },
    });
  });

  test("is judged by the app's own figures, and by the platform's where it says none", () => {
    const metrics = (min: number, max: number) => [
      { name: 'success-rate', templateRef: { name: 'success-rate', namespace: 'rollouts' }, thresholdRange: { min } },
      { name: 'latency-p99', templateRef: { name: 'latency-p99', namespace: 'rollouts' }, thresholdRange: { max } },
    ];
    expect(canarySpec('canary').analysis).toMatchObject({ metrics: metrics(99, 500) });
    const slo = { successRate: 99.95, p99ms: 120 };
    expect(canarySpec('canary', { slo }).analysis).toMatchObject({ metrics: metrics(99.95, 120) });
  });

  test.each([
    ['new=yes', true],
    ['a=1; new=yes; b=2', true],
    ['a=1;new=yes', true],
    ['renew=yes', false],
    ['new=yes1', false],
    ['newXyes', false],
  ])('a cookie is matched whole: %s', (cookie, matches) => {
    const { analysis } = canarySpec({ ab: { cookie: { name: 'new', value: 'yes' } } });
    const [{ headers }] = Reflect.get(analysis, 'match') as [{ headers: { cookie: { regex: string } } }];
    expect(new RegExp(headers.cookie.regex).test(cookie)).toBe(matches);
  });
});

/** What is known to go wrong with Flagger, and does not here. */
describe('of the pitfalls of Flagger', () => {
  test.each(
    SHIFTING,
  )('a second apex Service and a second route: there is none of ours beside a Canary (%j)', (rollout) => {
    const found = shifted(rollout);
    expect(find(found, 'Service')).toBeUndefined();
    expect(find(found, 'HTTPRoute')).toBeUndefined();
    expect(found.filter(({ kind }) => kind === 'Canary')).toHaveLength(1);
  });

  test('replicas of ours that wake the target up: the Deployment names none', () => {
    expect(find(shifted('canary'), 'Deployment')?.spec).not.toHaveProperty('replicas');
  });

  test('a selector that Flagger does not know: it is app.kubernetes.io/name alone', () => {
    expect(find(shifted('canary'), 'Deployment')?.spec).toMatchObject({
      selector: { matchLabels: { 'app.kubernetes.io/name': 'web' } },
    });
  });

  test('selectors that miss what serves: budget, policies and spread select what both versions carry', () => {
    const found = shifted('canary');
    const serving = find(madeByFlagger(found), 'Deployment', 'web-primary')?.spec as {
      readonly template: { readonly metadata: { readonly labels: object } };
    };
    const { labels } = serving.template.metadata;
    expect(labels).toMatchObject({ 'app.kubernetes.io/name': 'web-primary', 'bulkhead.dev/app': 'web' });
    const budget = find(found, 'PodDisruptionBudget')?.spec as { readonly selector: { readonly matchLabels: object } };
    expect(labels).toMatchObject(budget.selector.matchLabels);
    const spread = /"labelSelector":(\{[^}]*\}\})/.exec(JSON.stringify(serving.template))?.[1] ?? '{}';
    expect(JSON.parse(spread)).toEqual(budget.selector);
  });

  test('a template that moves by itself: rendered twice, it is the same byte by byte', () => {
    expect(JSON.stringify(shifted('canary'))).toBe(JSON.stringify(shifted('canary')));
    const quicker = shifted('canary', { slo: { p99ms: 100 }, sticky: true });
    expect(find(quicker, 'Deployment')).toEqual(find(shifted('canary'), 'Deployment'));
  });

  test('a match that becomes everybody: it is exact or a pattern, never a prefix, suffix or source', () => {
    const matches = [
      { ab: { header: { name: 'X-New', value: 'yes' } } },
      { ab: { cookie: { name: 'new', value: 'a.b' } } },
    ].map((rollout) => JSON.stringify(Reflect.get(canarySpec(rollout).analysis, 'match')));
    for (const match of matches) expect(match).toMatch(/^\[\{"headers":\{"[a-z-]+":\{"(exact|regex)":".+"\}\}\}\]$/);
  });

  test('retries and traffic policies that nobody reads: there are none', () => {
    expect(JSON.stringify(canarySpec('canary'))).not.toMatch(/"(trafficPolicy|retries|mirror|webhooks)"/);
  });

  test('two Canaries of one target, one that reverts, one that skips: it is one, and it does neither', () => {
    expect(JSON.stringify(find(shifted('canary'), 'Canary'))).not.toMatch(/revertOnDeletion|skipAnalysis/);
  });

  test('a Canary that goes with the tree: whoever delivers is told to leave it', () => {
    expect(find(shifted('canary'), 'Canary')?.metadata.annotations).toEqual({
      'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      'argocd.argoproj.io/sync-options': 'Prune=false',
    });
  });

  test('an autoscaler that is not there yet: it comes before the Canary, and the Canary names it', () => {
    const found = shifted('canary').map(({ kind }) => kind);
    expect(found.indexOf('HorizontalPodAutoscaler')).toBeLessThan(found.indexOf('Canary'));
    expect(canarySpec('canary')).toMatchObject({ autoscalerRef: { kind: 'HorizontalPodAutoscaler', name: 'web' } });
  });

  test("a route without end, for any name, at any listener: it is as long as the app's timeout, its own name, its own listener", () => {
    expect(canarySpec('canary').service).toMatchObject({
      ...{ port: 80, targetPort: 'http', timeout: '20s', hosts: ['web.shop.example.com'] },
      gatewayRefs: [{ name: 'edge', namespace: 'edge', sectionName: 'shop' }],
    });
    const plain = find(objects([{ ...web, rollout: 'rolling' }]), 'HTTPRoute')?.spec as {
      rules: { filters: object[] }[];
    };
    const made = find(madeByFlagger(shifted('canary')), 'HTTPRoute')?.spec as typeof plain;
    expect(made.rules[0]?.filters).toEqual(plain.rules[0]?.filters);
  });

  test('more than one writer, more than requests: workers, disks that stay and other protocols stay rolling', () => {
    const unfit = [
      { port: undefined, expose: 'internal', servicePort: undefined },
      { protocol: 'tcp' },
      { expose: 'internal' },
    ];
    for (const more of unfit) expect(() => tenant({ ...web, rollout: 'canary', ...more })).toThrow();
  });
});

test.each(
  SHIFTING,
)('what Flagger makes keeps every rule, and opens what the passages say and nothing else (%j)', (rollout) => {
  const within = planned([
    { ...web, rollout },
    { name: 'cart', image, port: 8081, calls: { web: 'asks' } },
  ]);
  expect(checkManifests(judgedBy(within))).toEqual([]);
  expect(proofOf(within, environment).findings).toEqual([]);
  expect(madeByFlagger(manifestsOf(within)).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    ...['Deployment web-primary', 'HorizontalPodAutoscaler web-primary'],
    ...['Service web', 'Service web-primary', 'Service web-canary', 'HTTPRoute web'],
  ]);
});

test('only a tenant with a Canary comes after what brings that kind', () => {
  const after = (rollout: string) =>
    planned([{ ...web, rollout }]).compartments.find(({ name }) => name === 'shop')?.after;
  expect(after('canary')).toContain('rollouts');
  expect(after('rolling')).not.toContain('rollouts');
});

describe('a switch that would cut traffic', () => {
  const rolling = tenant({ ...web, rollout: 'rolling' });
  const moved = tenant({ ...web, rollout: 'canary' });
  const told = (now: object, before: object, props: object = {}) =>
    switchProblems(tenantSpecSchema.parse(now), tenantSpecSchema.parse(before), {
      name: 'prod',
      environment,
      ...props,
    });

  test('is refused in either direction, and when the app goes, with what to do step by step', () => {
    expect(told(rolling, moved).map(({ path, problem, fix }) => `${path}: ${problem} ${fix}`)).toMatchInlineSnapshot(`
[
  "rollout: Flagger serves web in this environment, and nothing would be left if it stopped at once. What to do, step by step:
  1. See that "kubectl -n shop get canary web" says Initialized or Succeeded.
  2. Suspend the delivery of shop-contents.
  3. bulkhead synth prod --out next
  4. kubectl -n shop delete canary web --cascade=orphan
  5. kubectl -n shop apply --server-side --force-conflicts -f next/prod/shop/contents/Service.core.web.yaml -f next/prod/shop/contents/HTTPRoute.gateway.networking.k8s.io.web.yaml
  6. kubectl -n shop scale deployment web --replicas=2
  7. kubectl -n shop rollout status deployment web
  8. kubectl -n shop delete deployment/web-primary hpa/web-primary
  9. kubectl -n shop delete service/web-primary service/web-canary
  10. bulkhead synth prod --switched shop/web
  11. Commit it, and let it be delivered.",
]
`);
    expect(told(moved, rolling).map(({ path, problem, fix }) => `${path}: ${problem} ${fix}`)).toMatchInlineSnapshot(`
[
  "rollout: web serves already in this environment, and what leads to it would go before Flagger has made its own. What to do, step by step:
  1. kubectl -n shop annotate service/web httproute/web kustomize.toolkit.fluxcd.io/prune=disabled
  2. bulkhead synth prod --switched shop/web
  3. Commit it, and let it be delivered.
  4. See that "kubectl -n shop get canary web" says Initialized: until then the old way serves.",
]
`);
    expect(told(tenant(), moved).map(({ path, problem, fix }) => `${path}: ${problem} ${fix}`)).toMatchInlineSnapshot(`
[
  ": Flagger serves web in this environment, and would go on when the app is gone. What to do, step by step:
  1. bulkhead synth prod --switched shop/web
  2. Commit it, and let it be delivered.
  3. kubectl -n shop delete canary web",
]
`);
  });

  test.each([
    ['what nobody rendered before', moved, tenant()],
    ['one way of Flagger for another', tenant({ ...web, rollout: 'blueGreen' }), moved],
    ['a worker that becomes public', moved, tenant({ name: 'web', image })],
    ['a rolling app that goes', tenant(), rolling],
    ['whoever said nothing before', rolling, tenant(web)],
  ])('is not %s', (_, now, before) => {
    expect(told(now, before)).toEqual([]);
  });

  test('is not what somebody has done in the cluster', () => {
    expect(told(rolling, moved, { switched: ['shop/web'] })).toEqual([]);
    expect(told(rolling, moved, { switched: ['shop/other'] })).toHaveLength(1);
  });

  test("is one also by the environment's word", () => {
    expect(told(tenant(web), rolling, { environment: withDefault('canary') })).toHaveLength(1);
    expect(told(tenant(web), moved)).toHaveLength(1);
  });

  /** What becomes of shop in an environment, when it was rendered like this before. */
  function rendered(within: typeof environment, now: ReturnType<typeof tenant>, before: ReturnType<typeof tenant>) {
    const loaded = { name: 'prod', file: 'prod.ts', environment: within, findings: [] as Finding[] };
    const locate = () => ({ object: 'shop/web.score.yaml', path: 'rollout' });
    const shop = { name: 'shop', spec: now, findings: [], locate, says: () => false };
    return render(loaded, [shop], { ...NOTHING_EARLIER, tenants: ['shop'], wordOf: () => before });
  }

  test('holds its tenant at what it had, also where the environment says otherwise now', () => {
    const { held, plan: kept, inputs, findings } = rendered(withDefault('canary'), tenant(web), tenant(web));
    expect(findings.map(({ rule }) => rule)).toEqual(['switches-cut-no-traffic']);
    expect(held).toEqual(new Set(['shop']));
    expect(kept && find(manifestsOf(kept), 'Canary')).toBeUndefined();
    expect(kept && find(manifestsOf(kept), 'HTTPRoute')).toBeDefined();
    expect(inputs.get('shop')?.apps.map(({ rollout }) => rollout)).toEqual(['rolling']);
  });

  test('stops an environment that takes Flagger away while it serves', () => {
    const { plan: nothing } = rendered(environmentSchema.parse(bare), tenant(web), moved);
    expect(nothing).toBeUndefined();
  });
});
