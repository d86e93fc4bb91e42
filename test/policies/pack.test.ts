import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'bulkhead-pack-')));
  const home = clone(folder);
  const runner = join(ROOT, 'node_modules', '@pulumi', 'pulumi', 'cmd', 'run-policy-pack');
  pack = spawn(process.execPath, [runner, '127.0.0.1:1', '.'], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!pack.stdout) throw new Error('no output');
  const [port] = await once(createInterface(pack.stdout), 'line');
  client = new analyzer.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
}, 60_000);

afterAll(() => {
  client?.close();
  pack?.kill();
  rmSync(folder, { recursive: true });
});

/** What a checkout holds after `npm ci`, as far as the pack goes, with one environment; returns where Pulumi starts the pack. */
function clone(root: string): string {
  const home = join(root, 'policies', 'pack');
  for (const file of ['PulumiPolicy.yaml', 'package.json', 'index.js']) {
    cpSync(join(ROOT, 'policies', 'pack', file), join(home, file));
  }
  buildSync({
    ...{ entryPoints: [join(ROOT, 'stacks', 'policy-pack.ts')], outfile: join(root, 'lib', 'policy-pack.js') },
    ...{ bundle: true, platform: 'node', external: ['cdk8s', 'constructs', 'esbuild'] },
  });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  const environment = {
    ...pins,
    domain: 'example.com',
    apiServer: { cidrs: ['10.0.0.10/32'] },
    exemptions: [exemption],
  };
  mkdirSync(join(root, 'stacks', 'environments'), { recursive: true });
  writeFileSync(join(root, 'stacks', 'environments', 'test.ts'), `export default ${JSON.stringify(environment)};`);
  return home;
}

/** What the pack says of one resource, as the engine asks: `mandatory containers-are-not-privileged`. */
async function analyze(manifest: object, type = 'kubernetes:any/v1:Any', stack = 'test'): Promise<string[]> {
  const request = new messages.AnalyzeRequest();
  request.setType(type);
  request.setName('case');
  request.setUrn(`urn:pulumi:${stack}::bulkhead::${type}::case`);
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
}, 300_000);

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

test('a stack that no environment is called like is told so', async () => {
  await expect(analyze(NAMESPACE, undefined, 'nowhere')).rejects.toThrow('nowhere.ts');
});

test('what is no object is not judged', async () => {
  await analyze(NAMESPACE);
  expect(await analyze(deployment(privileged))).not.toEqual([]);
  expect(await analyze(deployment(privileged), 'pulumi:providers:kubernetes')).toEqual([]);
});
