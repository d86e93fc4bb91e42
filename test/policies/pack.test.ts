import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as grpc from '@grpc/grpc-js';
import * as analyzer from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/analyzer_pb';
import { buildSync } from 'esbuild';
import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { CEL_RULES, findBreaches } from '../../policies/cel/check';
import { Rulebook } from '../../policies/cel/rulebook';
import type { Manifest } from '../../policies/manifest';
import { CORPUS, NAMESPACE } from './corpus';
import { podTemplate, WORKLOAD_KINDS } from './corpus/case';

const ROOT = join(__dirname, '..', '..');
const pins = { kubernetes: '1.36', podSecurity: 'v1.36' };
const exemption = {
  ...{ rule: 'containers-are-not-privileged', object: 'shop Deployment/exempt', owner: 'ann', reason: 'a test' },
  expires: '2026-12-31',
};
/** What Pulumi sends for a text that is not known yet. */
const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

let folder: string;
let pack: ChildProcess;
let client: analyzer.AnalyzerClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-pack-'));
  const outfile = join(folder, 'pack.cjs');
  const props = JSON.stringify({ ...pins, today: '2026-11-23', exemptions: [exemption] });
  buildSync({
    stdin: { contents: entryPoint(props), resolveDir: ROOT },
    ...{ outfile, bundle: true, platform: 'node', external: ['@pulumi/*'] },
  });
  const env = { ...process.env, NODE_PATH: join(ROOT, 'node_modules') };
  pack = spawn(process.execPath, [outfile], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!pack.stdout) throw new Error('no output');
  const [port] = await once(createInterface(pack.stdout), 'line');
  client = new analyzer.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
}, 60_000);

afterAll(() => {
  client?.close();
  pack?.kill();
  rmSync(folder, { recursive: true });
});

/** As whoever starts the pack does it. */
function entryPoint(props: string): string {
  return `const { packPolicies } = require('./policies/pack/pack');
    new (require('@pulumi/policy').PolicyPack)('bulkhead', { policies: packPolicies(${props}) });`;
}

/** What the pack says of one resource, as the engine asks: `mandatory containers-are-not-privileged`. */
async function analyze(manifest: object, type = 'kubernetes:any/v1:Any'): Promise<string[]> {
  const request = new messages.AnalyzeRequest();
  request.setType(type);
  request.setName('case');
  request.setUrn(`urn:pulumi:test::bulkhead::${type}::case`);
  request.setProperties(Struct.fromJavaScript(JSON.parse(JSON.stringify(manifest))));
  request.setOptions(new messages.AnalyzerResourceOptions());
  const response = await new Promise<messages.AnalyzeResponse>((resolve, reject) => {
    client.analyze(request, (error, answer) => (error ? reject(error) : resolve(answer)));
  });
  return response
    .getDiagnosticsList()
    .map((each) => `${each.getEnforcementlevel() === 1 ? 'mandatory' : 'advisory'} ${each.getPolicyname()}`)
    .sort();
}

function atSynth(manifest: Manifest): string[] {
  return findBreaches([NAMESPACE, manifest], new Rulebook(CEL_RULES, pins))
    .filter((each) => each.manifest === manifest)
    .map(({ breach }) => `${breach.rule.level} ${breach.rule.id}`)
    .sort();
}

function deployment(container: object, name = 'case'): Manifest {
  const made = WORKLOAD_KINDS.Deployment?.(podTemplate({ container }));
  if (!made) throw new Error('no Deployment');
  return { ...made, metadata: { ...made.metadata, name } };
}

/** Of these the pack knows what it knows of a Deployment; asking for them all would take a minute. */
const OTHER_WORKLOADS = Object.keys(WORKLOAD_KINDS).filter((kind) => kind !== 'Deployment');
const privileged = { securityContext: { privileged: true } };

test('before an update the pack says of the corpus what synth says', async () => {
  expect(await analyze(NAMESPACE)).toEqual([]);
  const disagreements: string[] = [];
  for (const { manifest } of CORPUS.filter(({ manifest }) => !OTHER_WORKLOADS.includes(manifest.kind))) {
    const [said, expected] = [await analyze(manifest), atSynth(manifest)];
    if (`${said}` !== `${expected}`) disagreements.push(`${said} or ${expected}: ${JSON.stringify(manifest)}`);
  }
  expect(disagreements).toEqual([]);
}, 120_000);

test('a value that is not known yet leaves every rule alone that does not read it, and is told where one does', async () => {
  await analyze(NAMESPACE);
  const known = await analyze(deployment(privileged));
  expect(known).toContain('mandatory containers-are-not-privileged');
  // The image is unknown: the rules that read it wait, the others stay mandatory.
  expect(await analyze(deployment({ ...privileged, image: UNKNOWN }))).toEqual(
    ['advisory verdicts-wait-for-values', 'advisory verdicts-wait-for-values', ...known].sort(),
  );
  expect(await analyze(deployment({ securityContext: { privileged: UNKNOWN } }))).not.toContain(
    'mandatory containers-are-not-privileged',
  );
});

test('an exempt object may break its rule, and no other', async () => {
  await analyze(NAMESPACE);
  const said = await analyze(deployment(privileged, 'exempt'));
  expect(said).not.toContain('mandatory containers-are-not-privileged');
  expect(said).toContain('mandatory containers-drop-all-capabilities');
});

test('what is no object is not judged', async () => {
  expect(await analyze(deployment(privileged), 'pulumi:providers:kubernetes')).toEqual([]);
});
