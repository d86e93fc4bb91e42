import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { isObserving } from '../../constructs/planes';
import { manifestsOf } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { type Content, contentsOf, lostMembers, nameOf, unaskedIn } from './apply';
import type { Client } from './client';
import { type Cluster, startCluster } from './control-plane';
import { openStack, type Stack } from './pulumi/engine';
import { undeliveredPlan } from './rendered';
import { settled } from './settled';
import { defaultMinor } from './versions';

const WEB = 'prod/shop/Deployment.apps/web';
const API = 'prod/payments/Service/api';

const prod = unaskedIn(undeliveredPlan('prod', defaultMinor));
const unobserved: Plan = { ...prod, compartments: prod.compartments.filter(({ plane }) => !isObserving(plane)) };
const everything = resourcesOf(prod);
const shop: Plan = { ...prod, compartments: prod.compartments.filter(({ name }) => /^(planes|shop)$/.test(name)) };

let cluster: Cluster;
let client: Client;
let stack: Stack;

beforeAll(async () => {
  cluster = await startCluster({ crds: true });
  client = cluster.client;
  stack = await openStack(cluster, { environment: 'prod' });
}, 600_000);
afterAll(() => cluster?.stop());

test('a preview says that everything would be created, and creates nothing', async () => {
  const { steps, failed } = await stack.preview(prod);
  expect({ steps, failed }).toEqual({ steps: everything.map((name) => `create ${name}`), failed: [] });
  expect(await missing(prod)).toEqual(manifestsOf(prod).map(nameOf));
});

test('with the policy pack a preview stops at a forbidden object and says which rule, and lets the platform pass', async () => {
  execFileSync(process.execPath, ['build.mjs'], { cwd: join(__dirname, '..', '..') });
  const advice = await stack.judge(shop);
  expect(advice.filter((line) => !line.startsWith('advisory '))).toEqual([]);
  const [refusal, ...others] = (await stack.judge(withPrivileged(shop))).filter((line) => !advice.includes(line));
  expect(refusal).toMatch(/^mandatory containers-are-not-privileged /);
  expect(refusal).toMatch(/shop Deployment\/web: A container is privileged. Leave out securityContext.privileged.$/);
  expect(others.at(-1)).toBe('stopped');
});

test('an object that is refused in one tenant leaves everything else applied and the state true', async () => {
  const { failed } = await stack.up(withService(prod, { ports: [] }));
  expect(failed).toEqual([API]);
  expect(await missing(prod)).toEqual(['payments Service/api']);
  expect(await stack.resources()).toEqual(everything.filter((name) => name !== API));
});

test('after the repair, up does what is left and everything is on the server as planned', async () => {
  expect(await stack.up(prod)).toEqual({ steps: [`create ${API}`], failed: [] });
  expect(await lost(prod)).toEqual([]);
  await settled(cluster, manifestsOf(prod));
});

test('a second up changes nothing', async () => {
  const before = await contentsOf(client, manifestsOf(prod));
  expect(await stack.up(prod)).toEqual({ steps: [], failed: [] });
  expect(await contentsOf(client, manifestsOf(prod))).toEqual(before);
});

test("a tenant's new image changes that one object, and the preview says so", async () => {
  const changed = withImage(prod, 'images.example.com/shop/web:changed');
  const rest = manifestsOf(changed).filter((manifest) => nameOf(manifest) !== 'shop Deployment/web');
  const before = await contentsOf(client, rest);
  const change = { steps: [`update ${WEB}`], failed: [] };
  expect(await stack.preview(changed)).toEqual(change);
  expect(await stack.up(changed)).toEqual(change);
  expect(await contentsOf(client, rest)).toEqual(before);
  expect(await lost(changed)).toEqual([]);
});

test('switching off logging and telemetry deletes those compartments and changes no other', async () => {
  const changed = withImage(unobserved, 'images.example.com/shop/web:changed');
  const before = await contentsOf(client, manifestsOf(unobserved));
  const { steps, failed } = await stack.up(changed);
  const gone = everything.filter((name) => /^prod\/(logging|telemetry)(\/|$)/.test(name));
  expect({ steps, failed }).toEqual({ steps: gone.map((name) => `delete ${name}`), failed: [] });
  expect(await contentsOf(client, manifestsOf(unobserved))).toEqual(before);
  expect(await client.get(namespace('telemetry'))).toBeUndefined();
});

test('destroying ends with nothing left, in the state or on the server', async () => {
  const { failed } = await stack.destroy();
  expect(failed).toEqual([]);
  expect(await stack.resources()).toEqual([]);
  expect(await missing(prod)).toEqual(manifestsOf(prod).map(nameOf));
});

test('what GitOps has applied is refused and left as it is by who does not adopt it', async () => {
  for (const manifest of manifestsOf(shop)) {
    await client.serverSideApply(manifest, { fieldManager: 'kustomize-controller' });
  }
  await settled(cluster, manifestsOf(shop));
  const before = await contentsOf(client, manifestsOf(shop));
  const stranger = await openStack(cluster, { environment: 'stranger' });
  // Everything else waits for the planes, so it is not even tried.
  const planes = everything.filter((name) => name.startsWith('prod/planes/'));
  expect((await stranger.up(shop)).failed).toEqual(planes.map((name) => name.replace('prod', 'stranger')));
  expect(await contentsOf(client, manifestsOf(shop))).toEqual(before);
});

test('who adopts it replaces and changes nothing but what he waits for, and from then on changes what he will', async () => {
  const before = await contentsOf(client, manifestsOf(shop));
  const adopting = await openStack(cluster, { environment: 'adopting', adopt: true });
  expect((await adopting.up(shop)).failed).toEqual([]);
  // Flagger moves this one, so nobody waits for it; of a Deployment any annotation counts as a generation, and restarts nothing.
  const moved = 'shop Deployment/web';
  const unawaited = withAnnotation(before.get(moved), 'pulumi.com/skipAwait', 'true');
  expect(await contentsOf(client, manifestsOf(shop))).toEqual(new Map([...before, [moved, unawaited]]));
  const changed = withImage(shop, 'images.example.com/shop/web:adopted');
  expect(await adopting.up(changed)).toEqual({ steps: ['update adopting/shop/Deployment.apps/web'], failed: [] });
});

/** What a Deployment looks like after somebody has annotated it. */
function withAnnotation(before: Content | undefined, key: string, value: string): Content | undefined {
  if (!before) return undefined;
  const { content, generation = 0 } = before;
  const { annotations, ...rest } = content as { readonly annotations: object };
  return { ...before, generation: generation + 1, content: { ...rest, annotations: { ...annotations, [key]: value } } };
}

/** The names that everything of a plan has within its URN. */
function resourcesOf({ compartments }: Plan): readonly string[] {
  const names = compartments.flatMap(({ name, manifests, releases }) => [
    `prod/${name}`,
    ...releases.map((release) => `prod/${name}/Release/${release.name}`),
    ...manifests.map(({ manifest: { apiVersion, kind, metadata } }) => {
      const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
      return `prod/${name}/${kind}${group ? `.${group}` : ''}/${metadata.name}`;
    }),
  ]);
  return names.sort();
}

function withImage(plan: Plan, image: string): Plan {
  return withContainers(plan, { image: `${image}@sha256:${'0'.repeat(64)}` });
}

function withPrivileged(plan: Plan): Plan {
  return withContainers(plan, { securityContext: { privileged: true } });
}

/** The plan with the shop's web made of other containers. */
function withContainers(plan: Plan, changed: object): Plan {
  return withManifest(plan, 'shop Deployment/web', (manifest) => {
    const { template, ...spec } = manifest.spec as { readonly template: { readonly spec: PodSpec } };
    const containers = template.spec.containers.map((container) => ({ ...container, ...changed }));
    return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...template.spec, containers } } } };
  });
}

interface PodSpec {
  readonly containers: readonly object[];
}

function withService(plan: Plan, spec: object): Plan {
  return withManifest(plan, 'payments Service/api', (manifest) => ({
    ...manifest,
    ...{ spec: { ...(manifest.spec as object), ...spec } },
  }));
}

/** The plan with one object of it changed. */
function withManifest(plan: Plan, name: string, change: (manifest: Manifest) => Manifest): Plan {
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((planned) =>
      nameOf(planned.manifest) === name ? { ...planned, manifest: change(planned.manifest) } : planned,
    ),
  }));
  return { ...plan, compartments };
}

/** The names of a plan's objects that the server does not have. */
async function missing(plan: Plan): Promise<string[]> {
  const contents = await contentsOf(client, manifestsOf(plan));
  return [...contents].flatMap(([name, content]) => (content === undefined ? name : []));
}

/** What of a plan's objects the server lacks or holds otherwise. */
async function lost(plan: Plan): Promise<string[]> {
  const losses = manifestsOf(plan).map(async (manifest) => lostMembers(manifest, await client.get(manifest)));
  return (await Promise.all(losses)).flat();
}

function namespace(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
