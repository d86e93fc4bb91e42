import fc from 'fast-check';
import { admissionPolicies } from '../../policies/cel/admission';
import { CEL_RULES, findBreaches } from '../../policies/cel/check';
import { TEMPLATES } from '../../policies/cel/family';
import { Rulebook } from '../../policies/cel/rulebook';
import type { Manifest } from '../../policies/manifest';
import { manifestsOf } from '../../stacks/plan';
import { CORPUS, type CorpusCase, NAMESPACE } from '../policies/corpus';
import { anyPod } from '../policies/corpus/any-pod';
import { podTemplate, WORKLOAD_KINDS } from '../policies/corpus/case';
import { COSTLY, largeObjects, MOST } from '../policies/corpus/large';
import { nameOf, standInForArgo } from './apply';
import { type Client, Refusal } from './client';
import { type Cluster, startCluster } from './control-plane';
import { renderedPlan } from './rendered';
import { defaultMinor, minorNamed } from './versions';

const kubernetes = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);
const pins = { kubernetes, podSecurity: 'v1.36' };
const exemption = {
  ...{ rule: 'root-file-systems-are-read-only', object: 'shop Deployment/old', owner: 'ann' },
  ...{ reason: 'writes beside itself', expires: '2026-12-31' },
};
const policies = admissionPolicies(CEL_RULES, { ...pins, exemptions: [exemption] });
const rulebook = new Rulebook(CEL_RULES, { ...pins, exemptions: [exemption] });

let cluster: Cluster;
let client: Client;

beforeAll(async () => {
  cluster = await startCluster({ kubernetes, crds: true });
  client = cluster.client;
}, 600_000);
afterAll(async () => cluster?.stop());

/** A Deployment of the corpus under a name of its own. */
function deployment(name: string, container: object = {}): Manifest {
  const made = WORKLOAD_KINDS.Deployment?.(podTemplate({ container }));
  if (!made) throw new Error('no Deployment');
  return { ...made, metadata: { ...made.metadata, name } };
}

const WRITABLE = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

describe('as they are bound', () => {
  test('what broke rules before they came is there', async () => {
    await client.create({ ...NAMESPACE });
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', namespace: 'shop' } });
    await client.create(deployment('before', { securityContext: WRITABLE }));
  });

  test('the policies are accepted, and bite', async () => {
    for (const manifest of policies) await client.serverSideApply(manifest);
    await bite();
  });

  test('their types check, without a single warning, where a field misspelt gives one', async () => {
    const [first] = CEL_RULES.filter(({ id }) => id === 'services-are-cluster-internal');
    if (!first) throw new Error('no such rule');
    const misspelt = { ...first, holds: "object.spec.?typo.orValue('ClusterIP') == 'ClusterIP'" };
    const [policy] = admissionPolicies([misspelt], pins);
    if (!policy) throw new Error('no such policy');
    // Without its binding, which would refuse what the tests below send.
    const name = `misspelt.${policy.metadata.name}`;
    await apply({ ...policy, metadata: { name } });
    expect(await typeWarnings(name)).toEqual([expect.stringContaining('typo')]);

    const warnings: string[] = [];
    for (const { kind, metadata } of policies) {
      if (kind === 'ValidatingAdmissionPolicy') warnings.push(...(await typeWarnings(metadata.name)));
    }
    expect(warnings).toEqual([]);
  });

  /** What the server says of a policy's types, once it has checked them. */
  async function typeWarnings(name: string): Promise<string[]> {
    const named = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
    };
    const warnings = await cluster.until(`the types of ${name} to be checked`, async () => {
      const policy = await client.get(named);
      const { observedGeneration, typeChecking } = (policy?.status ?? {}) as {
        readonly observedGeneration?: number;
        readonly typeChecking?: { readonly expressionWarnings?: readonly object[] };
      };
      if (observedGeneration !== policy?.metadata.generation) return undefined;
      return typeChecking?.expressionWarnings ?? [];
    });
    return warnings.map((warning) => `${name}: ${JSON.stringify(warning)}`);
  }

  test('a good Deployment is admitted with its pods, a bad one refused with the rule and what to do', async () => {
    await client.create(deployment('good'));
    await podOf('good');
    await expect(client.create(deployment('bad', { securityContext: WRITABLE }))).rejects.toThrow(
      'root-file-systems-are-read-only: A container can write to its root file system. Set securityContext',
    );
  });

  test('an exempt Deployment is admitted with all that it makes', async () => {
    await client.create(deployment('old', { securityContext: WRITABLE }));
    await podOf('old');
  });

  test('what is older than a rule can still be annotated, scaled, and deleted, but not made anew', async () => {
    const before = deployment('before', { securityContext: WRITABLE });
    const { spec } = before as Manifest & { readonly spec: object };
    const annotated = { ...before.metadata, annotations: { seen: 'yes' } };
    await apply({ ...before, metadata: annotated, spec: { ...spec, replicas: 2 } });
    const changed = deployment('before', { securityContext: WRITABLE, env: [{ name: 'A', value: 'b' }] });
    await expect(apply(changed)).rejects.toThrow('root-file-systems-are-read-only');
    await client.delete(before);
    await cluster.until('its ReplicaSet to be gone', async () =>
      (await client.list('apps/v1', 'ReplicaSet', { namespace: 'shop' })).some(({ metadata }) =>
        metadata.name.startsWith('before-'),
      )
        ? undefined
        : true,
    );
  });

  test.each(['dev', 'staging', 'prod'])('everything that %s renders is admitted', async (environment) => {
    const manifests = manifestsOf(renderedPlan(environment, kubernetes));
    const refused: string[] = [];
    await standInForArgo(client, manifests);
    for (const manifest of manifests.filter(({ kind }) => kind === 'Namespace')) {
      await apply(manifest);
    }
    for (const manifest of manifests) {
      if (!(await client.serves(manifest.apiVersion, manifest.kind))) continue;
      try {
        await client.serverSideApply(manifest, { dryRun: true, force: true });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refused.push(`${nameOf(manifest)}: ${error.sentence}`);
      }
    }
    expect(refused).toEqual([]);
  });

  async function podOf(name: string): Promise<void> {
    await cluster.until(`a pod of ${name}`, async () =>
      (await client.list('v1', 'Pod', { namespace: 'shop' })).find(({ metadata }) => metadata.name.startsWith(name)),
    );
  }
});

/*
 * As warnings, the server tells every rule that an object breaks, where a refusal would name the first alone. Pod Security
 * admission may only warn, too: it comes first, and would hide what the rules say.
 */
describe('as warnings', () => {
  beforeAll(async () => {
    const plane = { matchExpressions: [{ key: 'bulkhead.dev/plane', operator: 'Exists' }] };
    for (const manifest of policies.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding')) {
      const { policyName, matchResources } = manifest.spec as {
        readonly policyName: string;
        readonly matchResources: object;
      };
      const isLevel = /[.](baseline|restricted)$/.test(policyName);
      const resources = isLevel ? { namespaceSelector: plane } : matchResources;
      const spec = { policyName, matchResources: resources, validationActions: ['Warn'] };
      await apply({ ...manifest, spec });
    }
    const labels = { 'bulkhead.dev/plane': 'tenant', 'pod-security.kubernetes.io/enforce': 'privileged' };
    const shop: Manifest = { ...NAMESPACE, metadata: { ...NAMESPACE.metadata, labels } };
    for (const name of ['api', 'ghost']) {
      await create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'shop' } });
    }
    for (const name of ['tenant-1000', 'mesh-1000000', 'edge-900000', 'policy-800000']) {
      await create({
        ...{ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1 },
        metadata: { name: `bulkhead-${name}` },
      });
    }
    // Refused until the binding for namespaces has arrived.
    await cluster.until('namespaces to be free', () => apply(shop).catch(ignoreRefusal));
    for (const level of LEVELS)
      for (const version of VERSIONS)
        await create({
          ...{ apiVersion: 'v1', kind: 'Namespace' },
          metadata: {
            name: `${level}-${version.replace('.', '-')}`,
            labels: {
              ...labels,
              'pod-security.kubernetes.io/warn': level,
              'pod-security.kubernetes.io/warn-version': version,
            },
          },
        });
    // A probe that keeps nothing: once the pod of the corpus is warned about and not refused, all bindings have arrived.
    await cluster.until('bindings and namespaces to warn only', async () => {
      const answers = await Promise.all(probes().map(({ manifest }) => ask(manifest)));
      return answers.every(({ refused }) => !refused?.includes('ValidatingAdmissionPolicy')) || undefined;
    });
  }, 120_000);

  test('both gates break the same rules over the whole corpus, as written and as the server fills it in', async () => {
    const { disagreements, compared } = await compare(CORPUS.map(({ manifest }) => manifest));
    expect(disagreements).toEqual([]);
    expect(compared).toBe(CORPUS.length);
  });

  test('very large objects get the same verdict: no rule costs the server more than it spends', async () => {
    // One by one: together they would keep a small machine busy for longer than a request may take.
    for (const large of largeObjects(MOST)) expect((await compare([large])).disagreements).toEqual([]);
  }, 180_000);

  test.each(COSTLY)('on such an object the server gives up on %s, which no rule may say', async (holds) => {
    const [rule] = CEL_RULES.filter(({ id }) => id === 'pods-run-as-their-app');
    const large = largeObjects(MOST).find(({ kind }) => kind === 'Deployment');
    if (!rule || !large) throw new Error('no such rule or object');
    const made = admissionPolicies([{ ...rule, level: 'advisory', on: [TEMPLATES], holds }], pins);
    for (const manifest of made) await apply(renamed(manifest));
    const told = await cluster.until('the policy to speak', async () => {
      return (await ask(large)).broken.find((text) => text.includes('costly'));
    });
    for (const manifest of made) await client.delete(renamed(manifest));
    expect(told).toContain('cost');
  });

  test('over thousands of pods, rules, policies and Pod Security admission agree, in every version', async () => {
    const pods = fc.sample(anyPod, { numRuns: PODS, seed: 20_261_123 });
    const books = new Map(
      VERSIONS.map((podSecurity) => [podSecurity, new Rulebook(CEL_RULES, { ...pins, podSecurity })]),
    );
    const disagreements: string[] = [];
    let [compared, violating] = [0, 0];
    await inParallel(pods, async (pod, index) => {
      const level = LEVELS[index % 2] ?? 'baseline';
      const version = VERSIONS[Math.floor(index / 2) % VERSIONS.length] ?? 'v1.36';
      const placed = { ...pod, metadata: { ...pod.metadata, namespace: `${level}-${version.replace('.', '-')}` } };
      const answer = await ask(placed);
      if (answer.refused !== undefined) return;
      const book = books.get(version);
      const ids = new Set(
        CEL_RULES.filter(({ within }) => within.name === 'baseline' || within.name === level).map(({ id }) => id),
      );
      const own = book ? broken(placed, book, level).filter((id) => ids.has(id)) : [];
      const upstream = answer.podSecurity;
      compared++;
      if (upstream) violating++;
      if (upstream !== own.length > 0)
        disagreements.push(`${level} ${version} ${upstream} ${own}: ${JSON.stringify(pod.spec)}`);
      const offline = broken(placed, rulebook, 'restricted');
      if (`${offline}` !== `${answer.broken}`)
        disagreements.push(`${offline} or ${answer.broken}: ${JSON.stringify(pod)}`);
    });
    expect(disagreements.slice(0, 5)).toEqual([]);
    process.stderr.write(`admission: ${compared} pods compared, ${violating} of them in breach of their level\n`);
    expect(compared).toBeGreaterThan(PODS / 2);
    expect(violating).toBeGreaterThan(PODS / 10);
    expect(compared - violating).toBeGreaterThan(PODS / 20);
  });
});

async function apply(manifest: Manifest): Promise<true> {
  await client.serverSideApply(manifest, { force: true });
  return true;
}

async function create(manifest: Manifest): Promise<void> {
  await client.create(manifest);
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}

const LEVELS = ['baseline', 'restricted'] as const;
const VERSIONS = ['v1.25', 'v1.28', 'v1.30', 'v1.33', 'v1.34', 'v1.36'];
const PODS = 4000;

/** What the server says to a creation that it does not carry out. */
interface Answer {
  /** Ids of the rules that are broken, in order. */
  readonly broken: readonly string[];
  /** Whether Pod Security admission warns. */
  readonly podSecurity: boolean;
  /** Why it is refused altogether. */
  readonly refused: string | undefined;
  readonly filledIn: Manifest;
}

async function ask(manifest: Manifest): Promise<Answer> {
  const path = (await client.path(manifest)).replace(/\/[^/]+$/, '');
  const send = (method: string, to: string) =>
    client.send<Manifest & { readonly message?: string }>(method, `${to}?dryRun=All`, manifest);
  const created = await send('POST', path);
  // Of what controllers make in every namespace, such as kube-root-ca.crt, only an update can be asked.
  const answer = created.status === 409 ? await send('PUT', await client.path(manifest)) : created;
  return {
    broken: answer.warnings.flatMap((text) => /binding '[^']+': ([a-z-]+): /.exec(text)?.[1] ?? erring(text)).sort(),
    podSecurity: answer.warnings.some((text) => text.includes('would violate PodSecurity')),
    refused: answer.status < 400 ? undefined : (answer.body.message ?? 'no message'),
    filledIn: answer.body,
  };
}

/** A policy that could not be evaluated is as good as broken, but never by our own corpus. */
function erring(text: string): string[] {
  return text.includes('ValidatingAdmissionPolicy') ? [text] : [];
}

function broken(manifest: Manifest, book: Rulebook, level: string): string[] {
  const name = manifest.metadata.namespace ?? '';
  const labels = { 'bulkhead.dev/plane': 'tenant', 'pod-security.kubernetes.io/enforce': level };
  const annotations = name === 'shop' ? NAMESPACE.metadata.annotations : {};
  const namespace: Manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels, ...(annotations && { annotations }) },
  };
  return findBreaches([namespace, manifest], book)
    .filter((each) => each.manifest === manifest)
    .map(({ breach }) => breach.rule.id)
    .sort();
}

async function compare(manifests: readonly Manifest[]): Promise<{ disagreements: string[]; compared: number }> {
  const disagreements: string[] = [];
  let compared = 0;
  await inParallel(manifests, async (manifest) => {
    const answer = await ask(manifest);
    const written = broken(manifest, rulebook, 'restricted');
    if (answer.refused !== undefined) disagreements.push(`refused: ${answer.refused}`);
    else {
      compared++;
      const filledIn = broken(answer.filledIn, rulebook, 'restricted');
      if (`${written}` !== `${answer.broken}` || `${written}` !== `${filledIn}`) {
        disagreements.push(`${written}\nor ${answer.broken}\nor ${filledIn}: ${JSON.stringify(manifest)}`);
      }
    }
  });
  return { disagreements, compared };
}

async function inParallel<Each>(
  all: readonly Each[],
  task: (each: Each, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < all.length; index = next++) {
      const each = all[index];
      if (each !== undefined) await task(each, index);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

/** A policy or binding beside those of the same family. */
function renamed(manifest: Manifest): Manifest {
  const spec = { ...(manifest.spec as object), ...(manifest.kind.endsWith('Binding') && { policyName: 'costly' }) };
  return { ...manifest, metadata: { name: 'costly' }, spec };
}

/** A bad case of every rule that refuses. */
function probes(): CorpusCase[] {
  const bad = CORPUS.filter(({ verdict, manifest }) => verdict === 'bad' && manifest.kind !== 'Pod');
  return CEL_RULES.filter(({ level }) => level === 'mandatory').flatMap(({ id, on }) =>
    on.flatMap(
      ({ kinds }) =>
        bad.find(({ rule, manifest }) => rule === id && kinds.some(({ kind }) => kind === manifest.kind)) ?? [],
    ),
  );
}

async function bite(): Promise<void> {
  await cluster.until('every policy to bite', async () => {
    const answers = await Promise.all(probes().map(({ manifest }) => ask(manifest)));
    return answers.every(({ refused }) => refused?.includes('ValidatingAdmissionPolicy')) || undefined;
  });
}
