import fc from 'fast-check';
import { COMPONENT_NAMES, COMPONENTS } from '../../constructs/components';
import { type Environment, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { Memory } from '../../policies/memory';
import { nameObject } from '../../policies/rule';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import type { LoadedTenant } from '../../stacks/load/tenants';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { manifestsOf, runsOf } from '../../stacks/plan';
import { LiveCluster } from '../../stacks/preflight/live-cluster';
import { type Rendering, render } from '../../stacks/render';
import { checkStep } from '../../stacks/upgrade/check-step';
import { type Lock, reachedAt } from '../../stacks/upgrade/lock';
import { findPath } from '../../stacks/upgrade/path';
import { type Pins, pinsOf, withPins } from '../../stacks/upgrade/pins';
import { restartCommands, UPGRADE_REPORTS } from '../../stacks/upgrade/report';
import { readRequest } from '../../stacks/upgrade/request';
import { statusOf, type UpgradeStatus } from '../../stacks/upgrade/status';
import { STATUS_REPORTS } from '../../stacks/upgrade/status-report';
import { planUpgrade, type UpgradePlan } from '../../stacks/upgrade/upgrade';

const TODAY = '2027-01-31';

const tenants = ['ann', 'bob', 'cyd', 'dan'].map((name): LoadedTenant => {
  const image = `images.example.com/web:1@sha256:${'1'.repeat(64)}`;
  const apps = [{ name: 'web', image, port: 8080, expose: 'public' }];
  const spec = tenantSpecSchema.parse({ name, owner: `${name}-developers`, domain: name, apps });
  return { name, spec, says: () => true, findings: [], locate: () => ({ object: name, path: '' }) };
});

const environment = environmentSchema.parse({
  kubernetes: '1.32',
  podSecurity: 'v1.32',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.27.0'],
    tags: { canary: '1.27.0', early: '1.27.0', stable: '1.27.0', edge: '1.27.0' },
    gatewayApi: '1.3.0',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  rings: { canary: ['bob'], early: ['ann'] },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  edge: { revisionTag: 'edge' },
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.net', cidrs: ['192.0.2.3/32'] },
  },
  logging: {
    version: '0.149.0',
    backend: { kind: 'outside', endpoint: 'https://logs.example.net', cidrs: ['192.0.2.4/32'] },
  },
  delivery: { kind: 'flux', source: 'rendered' },
});

function planTo(request: string, start = environment): UpgradePlan {
  const pins = pinsOf(start);
  return planBetween(start, pins, readRequest(request, pins));
}

function planBetween(start: Environment, from: Pins, to: Pins, some = tenants, memory = new Memory()): UpgradePlan {
  const loaded = { name: 'test', file: 'test.ts', environment: start, findings: [] };
  const plan = planUpgrade({ loaded, tenants: some, from, to, today: TODAY, memory });
  if (!plan) throw new Error('There is no plan.');
  return plan;
}

function renderOf(value: Environment, some: readonly LoadedTenant[], memory: Memory): Rendering {
  const loaded = { name: 'test', file: 'test.ts', environment: value, findings: [] };
  return render(loaded, some, NOTHING_EARLIER, TODAY, memory);
}

function bytesOf({ plan, inputs }: Pick<Rendering, 'plan' | 'inputs'>): string {
  return JSON.stringify(plan && gitopsTree(plan, inputs).map(({ name, files }) => [name, ...files]));
}

describe('a plan', () => {
  const everything = planTo(
    'istio=1.30.4,kubernetes=1.36,gateway-api=1.6.1,cert-manager=1.21.2,flagger=1.44.0,pod-security=v1.36',
  );

  test('moves one part at a time: CRDs before the mesh, ring after ring, one minor of Kubernetes', () => {
    expect(everything.impossible).toBeUndefined();
    expect(everything.findings).toEqual([]);
    expect(everything.steps.map(({ title }) => title)).toEqual([
      'cert-manager 1.21.1 → 1.21.2',
      'Gateway API 1.3.0 → 1.4.0',
      'Istio 1.28.0 runs beside 1.27.0',
      'ring canary moves to Istio 1.28.0',
      'ring early moves to Istio 1.28.0',
      'ring stable moves to Istio 1.28.0',
      'ring edge moves to Istio 1.28.0',
      'Istio 1.28.0 checks what is written for the mesh',
      'Istio 1.27.0 goes',
      'Gateway API 1.4.0 → 1.5.1',
      'Gateway API 1.5.1 → 1.6.1',
      'Istio 1.30.4 runs beside 1.28.0',
      'ring canary moves to Istio 1.30.4',
      'ring early moves to Istio 1.30.4',
      'ring stable moves to Istio 1.30.4',
      'ring edge moves to Istio 1.30.4',
      'Istio 1.30.4 checks what is written for the mesh',
      'Istio 1.28.0 goes',
      'Kubernetes 1.32 → 1.33',
      'Kubernetes 1.33 → 1.34',
      'Kubernetes 1.34 → 1.35',
      'Kubernetes 1.35 → 1.36',
      'Pod Security Standards v1.32 → v1.36',
    ]);
  });

  test('restarts no ring but the one that it moves, and the edge by itself', () => {
    const restarts = everything.steps
      .filter(({ stage }) => stage === 'ring')
      .slice(0, 4)
      .map((step) => [step.ring?.tag, ...restartCommands(step), ...step.blast.restarts.map(({ why }) => why)]);
    expect(restarts).toEqual([
      ['canary', 'kubectl rollout restart deployment/web --namespace bob', 'proxy'],
      ['early', 'kubectl rollout restart deployment/web --namespace ann', 'proxy'],
      [
        'stable',
        'kubectl rollout restart deployment/web --namespace cyd',
        'kubectl rollout restart deployment/web --namespace dan',
        'proxy',
        'proxy',
      ],
      ['edge', 'gateway'],
    ]);
  });

  test('says of every step what it changes, and that a cluster moves without a manifest', () => {
    const changes = (title: string) =>
      everything.steps
        .find((step) => step.title === title)
        ?.blast.compartments.map(({ compartment, objects }) => [compartment, ...objects.map(({ object }) => object)]);
    expect(changes('Istio 1.28.0 runs beside 1.27.0')).toEqual([
      ['mesh', 'HelmRelease.helm.toolkit.fluxcd.io/istio-base', 'HelmRelease.helm.toolkit.fluxcd.io/istiod-1-28-0'],
    ]);
    expect(changes('ring canary moves to Istio 1.28.0')).toEqual([
      [
        'mesh',
        'MutatingWebhookConfiguration.admissionregistration.k8s.io/istio-revision-tag-canary',
        'Service/istiod-revision-tag-canary',
      ],
    ]);
    expect(changes('Gateway API 1.3.0 → 1.4.0')).toEqual([
      ['gateway-api', 'GitRepository.source.toolkit.fluxcd.io/gateway-api'],
    ]);
    expect(changes('Kubernetes 1.32 → 1.33')).toEqual([]);
  });

  test('marks what has no way back before it is taken, with what to save', () => {
    const oneWays = everything.steps.filter(({ oneWay }) => oneWay).map(({ title }) => title);
    expect(oneWays).toEqual([
      'Gateway API 1.4.0 → 1.5.1',
      'Gateway API 1.5.1 → 1.6.1',
      'Kubernetes 1.32 → 1.33',
      'Kubernetes 1.33 → 1.34',
      'Kubernetes 1.34 → 1.35',
      'Kubernetes 1.35 → 1.36',
    ]);
    expect(UPGRADE_REPORTS.text(everything)).toContain('Before it: Take a snapshot of etcd');
  });

  test('ends what an earlier one has begun, and repeats nothing of it', () => {
    const half = everything.steps.find(({ title }) => title === 'ring early moves to Istio 1.28.0');
    const start = environmentSchema.parse(withPins(environment, half?.pins ?? {}));
    expect(planTo('istio=1.28.0', start).steps.map(({ title }) => title)).toEqual([
      'ring stable moves to Istio 1.28.0',
      'ring edge moves to Istio 1.28.0',
      'Istio 1.28.0 checks what is written for the mesh',
      'Istio 1.27.0 goes',
    ]);
  });

  test('to what nobody tested says why, goes as far as tested steps lead, and what to ask for', () => {
    const plan = planTo('kubernetes=1.35');
    expect(plan.impossible).toEqual({
      why: ['Istio 1.27.0 was tested with Kubernetes 1.32, 1.33, not with 1.35.'],
      instead: 'gateway-api=1.5.1,istio=1.30.4,kubernetes=1.35',
    });
    expect(plan.steps.map(({ title }) => title)).toEqual(['Kubernetes 1.32 → 1.33']);
    expect(planTo(plan.impossible?.instead ?? '').impossible).toBeUndefined();
  });

  test('refuses to lead back, and what it does not know', () => {
    const back = findPath({ kubernetes: '1.36' }, { kubernetes: '1.35' });
    expect('why' in back && back.why).toEqual([
      'Kubernetes 1.36 → 1.35 leads back. A plan leads forward; its own steps tell the way back, as far as none of them is one way.',
    ]);
    expect(() => planTo('istio=1.99.0')).toThrow(
      `--to: Nothing is known of Istio 1.99.0. Known: ${COMPONENTS.istio.versions.join(', ')}.`,
    );
    expect(() => planTo('istoi=1.28.0')).toThrow('--to: There is no component "istoi". Did you mean "istio"?');
    expect(() => planTo('loki=18.11.0')).toThrow('--to: This environment has no Loki.');
  });
});

describe('a running cluster', () => {
  const plan = planTo('istio=1.28.0,kubernetes=1.33,gateway-api=1.4.0,cert-manager=1.21.2');
  const states = [plan.start, ...plan.steps.map(({ rendering }) => rendering)];

  /** As everything would lie there that state `number` delivers and runs, Ready. */
  function running(number: number): Manifest[] {
    const { plan, undelivered } = states[number] ?? {};
    if (!plan || !undelivered) throw new Error(`There is no step ${number}.`);
    return [...manifestsOf(plan), ...runsOf(undelivered)].map((manifest) => ({ ...manifest, status: ready(manifest) }));
  }

  function ready({ spec }: Manifest): object {
    const { replicas = 1 } = (spec ?? {}) as { replicas?: number };
    const conditions = ['Ready', 'Programmed'].map((type) => ({ type, status: 'True' }));
    return { conditions, replicas, updatedReplicas: replicas, readyReplicas: replicas };
  }

  function statusAt(objects: readonly Manifest[], minor = '1.32'): UpgradeStatus {
    const status = statusOf(plan, new LiveCluster(minor, objects));
    if (!status) throw new Error('The plan does not render.');
    return status;
  }

  /** State `number` with other objects in place of their like. */
  function having(number: number, others: readonly Manifest[]): Manifest[] {
    const names = new Set(others.map(nameObject));
    return [...running(number).filter((manifest) => !names.has(nameObject(manifest))), ...others];
  }

  test.each(states.map((_, number) => number))('at step %i is said to be there, and the next may start', (number) => {
    const minor = number < states.length - 1 ? '1.32' : '1.33';
    const next = plan.steps[number];
    expect(statusAt(running(number), minor)).toEqual({
      ...{ environment: 'test', steps: plan.steps.length, at: number, unfinished: [] },
      ...{ title: plan.steps[number - 1]?.title ?? 'before the first step', waits: expect.any(Array) },
      next: next && { number: number + 1, title: next.title, why: [], save: next.oneWay?.save },
    });
  });

  const canary = plan.steps.find(({ ring }) => ring?.tag === 'canary');
  const at = canary?.number ?? 0;
  const told = (objects: readonly Manifest[], minor?: string) => {
    const status = statusAt(objects, minor);
    const unfinished = status.unfinished.map(({ rule, object }) => `${rule}: ${object}`);
    return { at: status.at, unfinished, mayStart: status.next?.why.length === 0 };
  };

  test('between two steps is said to be on the way to the later one, with what is missing', () => {
    const service = running(at - 1).filter(({ metadata }) => metadata.name === 'istiod-revision-tag-canary');
    expect(service).toHaveLength(1);
    expect(told(having(at, service))).toEqual({
      at,
      unfinished: ['objects-are-as-the-step-leaves-them: mesh Service/istiod-revision-tag-canary'],
      mayStart: false,
    });
    const minor = told(running(states.length - 1), '1.32');
    expect(minor).toEqual({ at: states.length - 2, unfinished: [], mayStart: true });
  });

  test('whose pods have the proxy of before waits for the restart that the step declared', () => {
    const pod = (name: string, revision: string, phase: string): Manifest => ({
      ...{ apiVersion: 'v1', kind: 'Pod', status: { phase } },
      metadata: { name, namespace: 'bob', annotations: { 'istio.io/rev': revision } },
    });
    const old = pod('web-1', '1-27-0', 'Running');
    const status = statusAt(having(at, [old, pod('web-2', '1-28-0', 'Running'), pod('job-1', '1-27-0', 'Succeeded')]));
    expect(status.at).toBe(at);
    expect(status.unfinished.map(({ problem, fix }) => `${problem} ${fix}`)).toEqual([
      expect.stringMatching(/^1 of its pods.* Restart: kubectl rollout restart deployment\/web --namespace bob\.$/),
    ]);
    expect(STATUS_REPORTS.text(status)).toMatchSnapshot();
  });

  test('whose Gateway is run by the control plane of before waits for the other', () => {
    const edge = plan.steps.find(({ ring }) => ring?.tag === 'edge')?.number ?? 0;
    const deployment: Manifest = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      metadata: { name: 'edge-istio', namespace: 'edge', labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' } },
      spec: { replicas: 1, template: { metadata: { annotations: { 'istio.io/rev': '1-27-0' } } } },
      status: { replicas: 1, updatedReplicas: 1, readyReplicas: 1 },
    };
    expect(told(having(edge, [deployment])).unfinished).toEqual(['pods-follow-their-revision: edge Gateway/edge']);
    expect(told(having(edge - 1, [deployment])).unfinished).toEqual([]);
  });

  test('in which something that a step touches is not Ready, not there or still there is unfinished', () => {
    const last = running(1).find(({ kind, metadata }) => kind === 'HelmRelease' && metadata.name === 'cert-manager');
    const istiod = running(at).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'istiod-1-28-0');
    const web = running(at).find(({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === 'bob');
    if (!last || !istiod || !web) throw new Error('The plan is another.');
    const unready = (manifest: Manifest, generation: number, status: object): Manifest => ({
      ...{ ...manifest, metadata: { ...manifest.metadata, generation } },
      status: { ...ready(manifest), ...status },
    });
    const failed = { conditions: [{ type: 'Ready', status: 'False', message: 'no such chart' }] };
    const rule = 'what-a-step-touches-is-ready';
    expect(told(having(1, [unready(last, 1, { ...failed, observedGeneration: 1 })])).unfinished).toEqual([
      `${rule}: certificates HelmRelease/cert-manager`,
    ]);
    expect(told(having(1, [unready(last, 2, { observedGeneration: 1 })])).mayStart).toBe(false);
    expect(told(having(at, [unready(web, 1, { observedGeneration: 1, readyReplicas: 0 })])).unfinished).toEqual([
      `${rule}: bob Deployment/web`,
    ]);
    const run = 'releases-run-what-the-step-pins: mesh Deployment/istiod-1-28-0';
    expect(told(running(at).filter((manifest) => manifest !== istiod && !isOf(istiod, manifest))).unfinished).toEqual([
      run,
    ]);
    expect(told([...running(0), istiod]).unfinished).toEqual([run]);
  });

  test('whose nodes are behind waits for them', () => {
    const node = (version: string): Manifest => ({
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: version } },
      status: { nodeInfo: { kubeletVersion: version } },
    });
    const nodes = ['v1.32.2', 'v1.33.13', 'something'].map(node);
    expect(told([...running(states.length - 1), ...nodes], '1.33').unfinished).toEqual([
      'nodes-follow-the-control-plane: Node/v1.32.2',
    ]);
  });

  test('as no step leaves it is said to be at none, whatever is nearest', () => {
    const mixed = having(
      1,
      running(at).filter(({ metadata }) => metadata.name === 'istiod-revision-tag-canary'),
    );
    expect(told(mixed)).toMatchObject({ at: undefined, mayStart: false });
    expect(told(running(2), '1.36')).toMatchObject({
      at: undefined,
      unfinished: ['the-cluster-runs-the-pinned-minor: cluster'],
    });
    expect(told([])).toMatchObject({ at: undefined });
  });
});

function isOf(a: Manifest, b: Manifest): boolean {
  return nameObject(a) === nameObject(b);
}

describe('a step', () => {
  const [first] = planTo('cert-manager=1.21.2').steps;
  const before = pinsOf(environment);
  if (!first) throw new Error('There is no step.');

  test('that touches more than its component may is a finding', () => {
    const [change] = first.blast.compartments;
    const elsewhere = { ...first.blast, compartments: change ? [change, { ...change, compartment: 'mesh' }] : [] };
    expect(checkStep({ step: first, before, blast: first.blast })).toEqual([]);
    expect(checkStep({ step: first, before, blast: elsewhere })).toMatchObject([
      {
        rule: 'steps-stay-within-their-budget',
        problem: 'It changes mesh HelmRelease.helm.toolkit.fluxcd.io/cert-manager.',
      },
    ]);
  });

  test('of two components, with a control plane too many, too far or gone too soon is a finding', () => {
    const check = (pins: Partial<Pins>, from = before) =>
      checkStep({ step: { ...first, pins: { ...from, ...pins } }, before: from, blast: first.blast }).map(
        ({ rule, problem }) => `${rule}: ${problem}`,
      );
    const { tags } = before.istio ?? { tags: {} };
    expect(check({ 'cert-manager': '1.21.2', kubernetes: '1.33' })).toEqual([
      'steps-move-one-component: It moves cert-manager and kubernetes.',
    ]);
    expect(check({ istio: { versions: ['1.27.0', '1.30.4'], tags } })).toContain(
      'control-planes-are-within-reach: 1.27.0 and 1.30.4 are more than 2 minors apart.',
    );
    expect(check({ istio: { versions: ['1.28.0'], tags: { stable: '1.28.0' } } })).toEqual(
      expect.arrayContaining([
        'control-planes-outlive-their-proxies: The control plane of 1.27.0 goes while rings are bound to it.',
        'control-planes-come-before-their-proxies: A ring is bound to 1.28.0 in the step in which its control plane comes.',
      ]),
    );
  });
});

describe('an environment that follows another', () => {
  const follower = environmentSchema.parse({ ...environment, follows: 'staging' });
  const from = pinsOf(follower);
  const to = readRequest('cert-manager=1.21.2,gateway-api=1.4.0,istio=1.28.0', from);
  const planAfter = (followed: Lock) => {
    const loaded = { name: 'test', file: 'test.ts', environment: follower, findings: [] };
    return planUpgrade({ loaded, tenants, from, to, today: TODAY, followed })?.findings.map(({ object }) => object);
  };
  const steps = planBetween(environment, from, to).steps;

  test('takes no step to where that has not been', () => {
    expect(planAfter({ pins: from, reached: reachedAt(from) })).toEqual([
      'cert-manager 1.21.1 → 1.21.2',
      'Gateway API 1.3.0 → 1.4.0',
      'Istio 1.28.0 runs beside 1.27.0',
      'ring canary moves to Istio 1.28.0',
      'Istio 1.27.0 goes',
    ]);
  });

  test('moves its first ring once all rings have moved there', () => {
    const reachedBy = (count: number) =>
      [from, ...steps.slice(0, count).map(({ pins }) => pins)].flatMap((pins) => reachedAt(pins));
    const first = 'ring canary moves to Istio 1.28.0';
    const at = steps.findIndex(({ title }) => title === 'ring stable moves to Istio 1.28.0');
    expect(planAfter({ pins: from, reached: reachedBy(at + 1) })).toContain(first);
    expect(planAfter({ pins: from, reached: reachedBy(at + 2) })).not.toContain(first);
    expect(planAfter({ pins: from, reached: reachedBy(steps.length) })).toEqual([]);
  });
});

test('an object that did not change is not judged again, and is judged all the same', () => {
  const memory = new Memory();
  const at = (pins: Partial<Pins>, tenant: readonly LoadedTenant[], remembering?: Memory) => {
    const value = environmentSchema.parse(withPins(environment, { ...pinsOf(environment), ...pins }));
    const loaded = { name: 'test', file: 'test.ts', environment: value, findings: [] };
    const rendering = render(loaded, tenant, NOTHING_EARLIER, TODAY, remembering);
    return { findings: rendering.findings, bytes: bytesOf(rendering) };
  };
  const broken = tenants.map((tenant, index) => {
    const [app] = tenant.spec?.apps ?? [];
    const apps = app && index === 0 ? [{ ...app, image: 'images.example.com/web:1' }] : tenant.spec?.apps;
    return { ...tenant, spec: tenant.spec && { ...tenant.spec, apps: apps ?? [] } };
  });
  const turns: [Partial<Pins>, readonly LoadedTenant[]][] = [
    [{}, tenants],
    [{ 'cert-manager': '1.21.2' }, broken],
    [{ 'pod-security': 'v1.33' }, broken],
    [{ kubernetes: '1.33' }, tenants],
    [{}, broken],
  ];
  for (const [pins, some] of turns) {
    const fresh = at(pins, some);
    expect(at(pins, some, memory)).toEqual(fresh);
    expect(fresh.findings.length > 0).toBe(some === broken);
  }
});

describe('any plan', () => {
  const small = tenants.slice(0, 2);
  // Of what has one known version nothing moves.
  const { rollouts: _, logging: __, ...moving } = environment;
  const from = environmentSchema.parse({ ...moving, rings: { canary: ['bob'] } });
  const whole = planBetween(from, pinsOf(from), readRequest('istio=1.30.4,kubernetes=1.36', pinsOf(from)), small);
  const starts = [whole.from, ...whole.steps.map(({ pins }) => pins)];
  const names = COMPONENT_NAMES.filter((name) => pinsOf(from)[name] !== undefined);
  const choice = fc.record({
    start: fc.constantFrom(...starts),
    versions: fc.record(
      Object.fromEntries(names.map((name) => [name, fc.constantFrom(...COMPONENTS[name].versions)])),
      { requiredKeys: [] },
    ),
  });

  /** What an environment renders by itself, without anything that a plan knows. */
  const known = new Map<string, string>();
  const memory = new Memory();
  const ofPlans = new Memory();
  function alone(pins: Pins, at: Environment): string {
    const value = environmentSchema.parse(withPins(at, pins));
    const key = JSON.stringify(value);
    const bytes = known.get(key) ?? bytesOf(renderOf(value, small, memory));
    known.set(key, bytes);
    return bytes;
  }

  test('ends where its target renders, keeps every rule on the way, and its ways back restore the bytes', () => {
    fc.assert(
      fc.property(choice, ({ start, versions }) => {
        const asked = Object.entries(versions).map(([name, version]) => `${name}=${version}`);
        const to = asked.reduce((pins, one) => readRequest(one, pins), start);
        const plan = planBetween(environmentSchema.parse(withPins(from, start)), start, to, small, ofPlans);
        expect(plan.findings).toEqual([]);
        const last = plan.steps.at(-1);
        if (!plan.impossible) expect(bytesOf(last?.rendering ?? plan.start)).toBe(alone(plan.to, from));
        for (const [index, step] of plan.steps.entries()) {
          const earlier = plan.steps[index - 1];
          const back = alone(earlier?.pins ?? plan.from, step.rendering.environment ?? from);
          expect(back).toBe(bytesOf(earlier?.rendering ?? plan.start));
        }
      }),
      { numRuns: 10 },
    );
  });
});
