import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { emitYaml, type Json } from '../../stacks/emit/yaml';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { writeTree } from '../../stacks/outputs/gitops/write-tree';
import { manifestsOf } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { contentsOf, unaskedIn } from './apply';
import type { Client, ServerObject } from './client';
import { type Cluster, startCluster } from './control-plane';
import { type Flux, startFlux } from './flux';
import { renderedPlan } from './rendered';
import { settled } from './settled';
import { playUpstream, type Upstream } from './upstream';
import { defaultMinor } from './versions';

/** Seconds that a commit may take to reach the last half, on a machine that is busy with other things. */
const PATIENCE = 180;

const SOURCE = { name: 'rendered', namespace: 'delivery' };
const plan = renderedPlan('prod', defaultMinor);
const manifests = manifestsOf(plan);
const halves = manifests.filter(({ kind, metadata }) => kind === 'Kustomization' && metadata.namespace === 'delivery');

let cluster: Cluster;
let client: Client;
let flux: Flux;
let upstream: Upstream;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-flux-'));
  cluster = await startCluster({ crds: { for: manifests } });
  client = cluster.client;
  flux = await startFlux(cluster, SOURCE);
  upstream = playUpstream(client, flux, manifests, join(folder, 'upstream'));
}, 600_000);
afterAll(async () => {
  await upstream?.stop();
  flux?.close();
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('while the policies stand and do not bite, nothing that is to be judged by them is applied', async () => {
  const delivery = plan.compartments.find(({ name }) => name === 'delivery');
  for (const { manifest } of delivery?.manifests ?? []) await client.serverSideApply(manifest);
  await client.serverSideApply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: SOURCE,
    ...{ spec: { interval: '1h', url: 'https://git.example.com/platform/rendered.git' } },
  });
  const probe = 'policy-probe-contents';
  await publish('0', write('toothless', toothless()));
  const failed = await cluster.until(
    'the probe to be given up',
    async () => {
      const ready = readyOf(await half(probe));
      return ready?.message.includes('ReplicaSet/policy-probe/probe-') ? ready : undefined;
    },
    PATIENCE,
  );
  expect(failed).toMatchObject({ status: 'False', message: expect.stringContaining('InProgress') });
  const compartments = (await client.list('v1', 'Namespace'))
    .filter(({ metadata }) => metadata.labels?.['bulkhead.dev/plane'] !== undefined)
    .map(({ metadata }) => metadata.name);
  expect(compartments.sort()).toEqual(['delivery', 'logging', 'policy-probe', 'telemetry']);
});

test('bootstrapped as the README says, every half becomes Ready, each after those it depends on', async () => {
  await publish('1', write('good', plan));
  await allAt('1');
  await settled(cluster, manifests);
  const missing = [...(await contentsOf(client, manifests))].filter(([, content]) => content === undefined);
  expect(missing).toEqual([]);
  await expectDeclaredOrder();
});

test('the same tree as another commit changes nothing', async () => {
  const before = await contentsOf(client, manifests);
  await publish('2', join(folder, 'good'));
  await allAt('2');
  expect(await contentsOf(client, manifests)).toEqual(before);
});

test('a NetworkPolicy smuggled into contents is refused with all of its half, and every other half stays Ready', async () => {
  await publish('3', smuggled());
  const failed = await cluster.until(
    'shop-contents to be refused',
    async () => {
      const ready = readyOf(await half('shop-contents'));
      const isWaiting = /is not (ready|up to date)/.test(ready?.message ?? '');
      return ready?.status === 'False' && !isWaiting ? ready : undefined;
    },
    PATIENCE,
  );
  expect(failed.message).toContain(
    '"system:serviceaccount:delivery:tenant-shop" cannot patch resource "networkpolicies"',
  );
  await allAt('3', ['shop-contents']);
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: OPEN.metadata };
  expect(await client.get(policy)).toBeUndefined();
});

test('a removed app prunes exactly its objects', async () => {
  const smaller = withoutApp(plan, 'shop', 'mailer');
  const kept = manifestsOf(smaller);
  const names = new Set(kept.map(keyOf));
  const gone = manifests.filter((manifest) => !names.has(keyOf(manifest)));
  const before = await contentsOf(client, kept);
  await publish('4', write('smaller', smaller));
  await allAt('4');
  await cluster.until('the removed objects to be gone', async () => {
    const left = [...(await contentsOf(client, gone)).values()].filter((content) => content !== undefined);
    return left.length === 0 ? true : undefined;
  });
  expect(gone.map(keyOf)).toEqual([
    'shop Deployment mailer',
    'shop HorizontalPodAutoscaler mailer',
    'shop PodDisruptionBudget mailer',
  ]);
  expect(await contentsOf(client, kept)).toEqual(before);
});

test('a version is rolled out only once the job before it has ended well, and nobody else waits for it', async () => {
  const [image] = await imagesOfCart();
  await publish('5', write('hanging', withNewCart('nowhere')));
  const hanging = migrationOf(withNewCart('nowhere'));
  await cluster.until('the job of the new version to run', async () => client.get(hanging), PATIENCE);
  await allAt('5', ['shop-before-release', 'shop-contents']);
  expect(readyOf(await half('shop-before-release'))?.status).not.toBe('True');
  expect(await imagesOfCart()).toEqual([image, image]);

  const released = withNewCart();
  await publish('6', write('released', released));
  await allAt('6');
  expect((await client.get(migrationOf(released)))?.status).toMatchObject({ succeeded: 1 });
  expect(await client.get(migrationOf(withNewCart('nowhere')))).toBeUndefined();
  expect(new Set(await imagesOfCart())).toEqual(new Set([expect.stringContaining('cart:1.9.4@')]));
});

/** The plan with the probe's policy bound to record and not to deny, as if no policy bit yet. */
function toothless(): Plan {
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((planned) => {
      const { kind, metadata, spec } = planned.manifest;
      if (kind === 'ValidatingAdmissionPolicyBinding' && metadata.name === 'bulkhead.probe')
        return {
          ...planned,
          manifest: { ...planned.manifest, spec: { ...(spec as object), validationActions: ['Audit'] } },
        };
      // Flux looks at a new commit only once it has given up waiting.
      if (metadata.name === 'policy-probe-contents')
        return { ...planned, manifest: { ...planned.manifest, spec: { ...(spec as object), timeout: '15s' } } };
      return planned;
    }),
  }));
  return { ...plan, compartments };
}

/** The plan with the shop's cart at another image and, if there is a node that it waits for, with a job that hangs. */
function withNewCart(node?: string): Plan {
  const suffix = node ?? 'released';
  const renewed = (manifest: Manifest): Manifest =>
    JSON.parse(JSON.stringify(manifest).replaceAll('cart:1.9.3@', 'cart:1.9.4@'));
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((planned) => {
      const manifest = renewed(planned.manifest);
      const { metadata, spec } = manifest;
      // Flux gives up waiting only when the job's time is over.
      if (metadata.name === 'shop-before-release')
        return { ...planned, manifest: { ...manifest, spec: { ...(spec as object), timeout: '15s' } } };
      if (manifest.kind !== 'Job')
        return planned.manifest.kind === 'Kustomization' ? planned : { ...planned, manifest };
      const { template, ...rest } = spec as { template: { spec: object } };
      const nodeSelector = node === undefined ? {} : { nodeSelector: { [node]: 'true' } };
      const pods = { ...template, spec: { ...template.spec, ...nodeSelector } };
      const name = metadata.name.replace(/[0-9a-f]{8}$/, suffix);
      return {
        ...planned,
        manifest: { ...manifest, metadata: { ...metadata, name }, spec: { ...rest, template: pods } },
      };
    }),
  }));
  return { ...plan, compartments };
}

function migrationOf(plan: Plan): Manifest {
  const job = manifestsOf(plan).find(({ kind }) => kind === 'Job');
  if (!job) throw new Error('no app has a job before its release');
  return job;
}

/** What runs in the cluster of the shop's cart: what serves, and its worker. */
async function imagesOfCart(): Promise<string[]> {
  const deployments = manifests.filter(({ kind, metadata }) => kind === 'Deployment' && /^cart/.test(metadata.name));
  const objects = await Promise.all(deployments.map((deployment) => client.get(deployment)));
  return objects.map((object) => {
    const { template } = object?.spec as { template: { spec: { containers: { image: string }[] } } };
    return template.spec.containers[0]?.image ?? '';
  });
}

const OPEN = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'open', namespace: 'shop' },
  spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] },
};

/** Writes a tree as `synth` does, and returns the folder that would be committed. */
function write(name: string, plan: Plan): string {
  const repository = join(folder, name);
  writeTree(join(repository, 'prod'), gitopsTree(unaskedIn(plan)), new Set());
  return repository;
}

/** The good tree, with a policy that opens all of shop hidden among its contents. */
function smuggled(): string {
  const repository = join(folder, 'smuggled');
  cpSync(join(folder, 'good'), repository, { recursive: true });
  const contents = join(repository, 'prod', 'shop', 'contents');
  writeFileSync(join(contents, 'open.yaml'), emitYaml(OPEN as Json));
  const kustomization = join(contents, 'kustomization.yaml');
  writeFileSync(kustomization, `${readFileSync(kustomization, 'utf8')}- open.yaml\n`);
  return repository;
}

/** The plan without the contents of one app: its identity and passages are for the platform to remove. */
function withoutApp(plan: Plan, compartment: string, app: string): Plan {
  const compartments = plan.compartments.map((each) =>
    each.name === compartment
      ? {
          ...each,
          manifests: each.manifests.filter(
            ({ half, manifest }) => half !== 'contents' || manifest.metadata.name !== app,
          ),
        }
      : each,
  );
  return { ...plan, compartments };
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${metadata.namespace} ${kind} ${metadata.name}`;
}

async function publish(revision: string, repository: string): Promise<void> {
  await flux.publish(repository, `main@sha1:${revision}`);
}

async function half(name: string): Promise<ServerObject | undefined> {
  const [first] = halves;
  return first && client.get({ ...first, metadata: { name, namespace: 'delivery' } });
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

interface HalfStatus {
  readonly conditions?: readonly Condition[];
  readonly lastAppliedRevision?: string;
}

function readyOf(object: ServerObject | undefined): Condition | undefined {
  return ((object?.status ?? {}) as HalfStatus).conditions?.find(({ type }) => type === 'Ready');
}

/** Waits until every half but these is Ready at a commit. */
async function allAt(revision: string, but: readonly string[] = []): Promise<void> {
  for (const { metadata } of halves.filter(({ metadata }) => !but.includes(metadata.name))) {
    await cluster.until(
      `${metadata.name} to be Ready at commit ${revision}`,
      async () => {
        const object = await half(metadata.name);
        const { lastAppliedRevision } = (object?.status ?? {}) as HalfStatus;
        return lastAppliedRevision === `main@sha1:${revision}` && readyOf(object)?.status === 'True' ? true : undefined;
      },
      PATIENCE,
    );
  }
}

/** A half's objects are created no earlier than those of all it depends on became Ready. */
async function expectDeclaredOrder(): Promise<void> {
  const readyAt = new Map<string, string>();
  for (const { metadata } of halves) {
    readyAt.set(metadata.name, readyOf(await half(metadata.name))?.lastTransitionTime ?? '');
  }
  for (const { metadata, spec } of halves) {
    const { dependsOn = [] } = spec as { dependsOn?: { name: string }[] };
    for (const { name } of dependsOn) {
      const [earlier = '', later = ''] = [readyAt.get(name), readyAt.get(metadata.name)];
      expect([name, metadata.name, earlier <= later]).toEqual([name, metadata.name, true]);
    }
  }
}
