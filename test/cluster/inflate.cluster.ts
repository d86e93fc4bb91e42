import { dirname } from 'node:path';
import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { formatFinding } from '../../policies/finding';
import { emitYaml, type Json } from '../../stacks/emit/yaml';
import { helmOnPath } from '../../stacks/inflate/helm';
import { inflate } from '../../stacks/inflate/inflate';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { manifestsOf } from '../../stacks/plan';
import { type Rendering, render } from '../../stacks/render';
import { applyCompartments, lostMembers, nameOf } from './apply';
import { binary } from './build';
import { vendoredCharts } from './charts';
import { type Cluster, startCluster } from './control-plane';
import { defaultMinor } from './versions';

const environment = environmentSchema.parse({
  ...{ kubernetes: defaultMinor, domain: 'example.com', apiServer: { cidrs: ['192.0.2.1/32'] }, releases: 'inflated' },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.com', cidrs: ['192.0.2.2/32'] },
  },
});
const loaded = { name: 'test', file: 'test.ts', environment, findings: [] };
const rendering = render(loaded, [], NOTHING_EARLIER);

let folder: string;
let cluster: Cluster;
let inflated: Rendering;

beforeAll(async () => {
  const helm = await binary('helm');
  const releases = rendering.undelivered?.compartments.flatMap((compartment) => compartment.releases) ?? [];
  folder = await vendoredCharts(
    helm,
    releases.flatMap(({ what }) => ('chart' in what ? what.chart : [])),
  );
  process.env.PATH = `${dirname(helm)}:${process.env.PATH}`;
  inflated = inflateOnce();
  const others = made().filter(({ apiVersion }) => !/cert-manager\.io/.test(apiVersion));
  cluster = await startCluster({ kubernetes: defaultMinor, crds: { for: others } });
}, 1_800_000);
afterAll(async () => cluster?.stop());

/** What a chart leaves empty, and an amount that the server spells shorter. */
const WRITTEN_OTHERWISE = /: (null became undefined|"1000m" became "1")$/;

const inflateOnce = () => inflate(loaded, rendering, { folder, helm: helmOnPath, today: '2026-11-23' });
const made = (): Manifest[] => (inflated.plan ? manifestsOf(inflated.plan) : []);

test('what the real charts render is what their releases declare, and breaks no rule, invariant, schema or passage', () => {
  expect(inflated.findings.map(formatFinding)).toEqual([]);
  expect(made().filter(({ metadata }) => metadata.labels?.['helm.sh/chart'] !== undefined).length).toBeGreaterThan(50);
});

test('the same charts come to the same bytes', () => {
  const textOf = (manifests: readonly Manifest[]) => manifests.map((manifest) => emitYaml(manifest as Json));
  const again = inflateOnce().plan;
  expect(textOf(again ? manifestsOf(again) : [])).toEqual(textOf(made()));
});

test('a strict server accepts all of it in the order of the plan, and drops no field', async () => {
  await applyCompartments(cluster.client, inflated.plan?.compartments ?? []);
  const lost: string[] = [];
  for (const manifest of made()) {
    const object = await cluster.client.get(manifest);
    lost.push(...lostMembers(manifest, object).map((member) => `${nameOf(manifest)} ${member}`));
  }
  expect(lost.filter((member) => !WRITTEN_OTHERWISE.test(member))).toEqual([]);
});

test('the pods of every chart are admitted to its compartment and become Ready', async () => {
  for (const manifest of made().filter(({ kind }) => kind === 'Deployment')) {
    const { replicas } = manifest.spec as { replicas: number };
    await cluster.until(`${nameOf(manifest)} to have ${replicas} Ready replicas`, async () => {
      const { readyReplicas } = ((await cluster.client.get(manifest))?.status ?? {}) as { readyReplicas?: number };
      return readyReplicas === replicas || undefined;
    });
  }
});
