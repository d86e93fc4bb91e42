import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { version } from '../../package.json';

const repository = path.join(__dirname, '..', '..');
const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
const cli = path.join(workspace, 'lib', 'cli.js');

const IMAGE = `images.example.com/app:1.0.0@sha256:${'0'.repeat(64)}`;
const FILES: Readonly<Record<string, string>> = {
  'environments/dev.ts': environment('dev.example.com'),
  'environments/prod.ts': environment('example.com'),
  'tenants/shop/tenant.yaml': 'owner: shop-developers\ndomain: shop\n',
  'tenants/shop/web.score.yaml': app('web', 'calls: { payments/api: takes the money }'),
  'tenants/payments/tenant.yaml': 'owner: payments-developers\ndomain: pay\naccepts: { api: { shop/web: baskets } }\n',
  'tenants/payments/api.score.yaml': app('api', 'size: S'),
};

function environment(domain: string): string {
  return `export default { kubernetes: '1.36', domain: '${domain}', apiServer: { cidrs: ['10.0.0.10/32'] } };\n`;
}

function app(name: string, member: string): string {
  return [
    'apiVersion: score.dev/v1b1',
    `metadata: { name: ${name}, bulkhead: { ${member} } }`,
    `containers: { main: { image: ${IMAGE} } }`,
    'service: { ports: { web: { port: 80, targetPort: 8080 } } }\n',
  ].join('\n');
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(workspace, file)), { recursive: true });
    fs.writeFileSync(path.join(workspace, file), text);
  }
}

const RENDERING = ['synth', 'check', 'list', 'diff', 'app', 'explain', 'can', 'upgrade'];

/** Runs the built command line as a process of its own, with both outputs piped. */
function bulkhead(...args: string[]) {
  return bulkheadIn({}, ...args);
}

function bulkheadIn(surroundings: NodeJS.ProcessEnv, ...args: string[]) {
  const isGiven = args.includes('--environments') || !RENDERING.includes(args[0] ?? '');
  const command = isGiven ? [] : ['--environments', 'environments'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args, ...command], {
    cwd: workspace,
    encoding: 'utf8',
    // cdk8s and constructs stay outside the bundle.
    env: { ...process.env, ...surroundings, NODE_PATH: path.join(repository, 'node_modules') },
  });
  expect(`${stdout}${stderr}`).not.toContain('\u001b');
  return { status, stdout, stderr };
}

/** Text by path of everything below a folder. */
function read(folder: string): Record<string, string> {
  const root = path.join(workspace, folder);
  if (!fs.existsSync(root)) return {};
  const files = fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => [path.relative(root, file), fs.readFileSync(file, 'utf8')]),
  );
}

beforeAll(() => {
  buildSync({
    entryPoints: [path.join(repository, 'stacks/cli.ts'), path.join(repository, 'stacks/main.ts')],
    ...{ outdir: path.dirname(cli), bundle: true, platform: 'node', target: 'node20', format: 'cjs' },
    alias: { '#schema/load': './schema/load.js' },
    external: ['cdk8s', 'constructs', 'esbuild', './main.js', './schema/load.js'],
  });
  fs.symlinkSync(path.join(repository, 'lib', 'schema'), path.join(workspace, 'lib', 'schema'));
});

beforeEach(() => {
  for (const folder of ['environments', 'tenants', 'dist']) {
    fs.rmSync(path.join(workspace, folder), { recursive: true, force: true });
  }
  write(FILES);
});

afterAll(() => fs.rmSync(workspace, { recursive: true }));

test('what was asked for goes to stdout, everything else to stderr, and nothing is coloured', () => {
  expect(bulkhead('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  const help = bulkhead('--help');
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(help.stdout).toMatch(/^Usage: bulkhead .*synth .*check .*list .*Exit codes:/s);
  expect(bulkhead('check')).toEqual({
    ...{ status: 0, stdout: '' },
    stderr: expect.stringMatching(/^(\w+: \d+ objects checked, 0 findings, no invariant waived\n){2}$/),
  });
  const list = bulkhead('list', 'prod');
  expect(list).toMatchObject({ status: 0, stderr: '' });
  expect(list.stdout).toMatch(/^shop\/web +payments\/api +8080\/TCP +takes the money$/m);
  expect(bulkhead('list', 'prod', '--order').stdout).toMatch(/^1 +planes +policy$.*^2 +delivery +delivery +planes$/ms);
});

test.each([
  [['snyth'], "error: unknown command 'snyth'\n(Did you mean synth?)\n(bulkhead --help tells what there is)"],
  [
    ['synth', '--outt', 'x'],
    "error: unknown option '--outt'\n(Did you mean --out?)\n(bulkhead --help tells what there is)",
  ],
  [
    ['check', '--report', 'xml'],
    "error: option '--report <form>' argument 'xml' is invalid. Allowed choices are text, json, junit.\n(bulkhead --help tells what there is)",
  ],
  [['check', 'prdo'], 'bulkhead: There is no environment "prdo". Did you mean "prod"?'],
  [
    ['diff', 'prod', '--against', 'nowhere'],
    'bulkhead: There is no folder nowhere. Name the one that synth renders into with --against.',
  ],
  [['check', '--tenants', 'nowhere'], 'bulkhead: There is no folder nowhere. Name it with --tenants.'],
  [
    ['check', '--tenants', 'environments/dev.ts'],
    'bulkhead: There is no folder environments/dev.ts. Name it with --tenants.',
  ],
  [
    ['diff', 'prod', '--against', 'environments/dev.ts'],
    'bulkhead: There is no folder environments/dev.ts. Name the one that synth renders into with --against.',
  ],
  [
    ['diff', 'prod', '--context', 'kind'],
    'bulkhead: --context says which cluster to ask. Say so with --against cluster.',
  ],
  [
    ['can', 'prod', 'outside', 'shop/web', '--from', 'payments/api'],
    'bulkhead: Both outside and --from payments/api name this end. Leave one of them out.',
  ],
  [['can', 'prod', 'shop/web', 'payments/api:99999'], 'bulkhead: There is no port 99999. Possible: 1 to 65535.'],
  [['can', 'prod', 'shop/web', 'payments/api:0'], 'bulkhead: There is no port 0. Possible: 1 to 65535.'],
  [
    ['upgrade', 'prod', '--reached', '--to', 'kubernetes=1.36'],
    'bulkhead: --reached plans nothing: it records what is pinned. Leave out --to.',
  ],
  [
    ['synth', 'prod', '--switched', 'shop/nope'],
    'bulkhead: --switched shop/nope: There is no such app, and was none when it was last rendered.',
  ],
  [['synth', 'prod', '--out', ''], 'bulkhead: --out is empty. Name a folder for the trees.'],
  [
    ['synth', 'prod', '--switched', 'shop/web', '--watch'],
    'bulkhead: What was switched is said once, to a run that ends. Leave out --watch.',
  ],
])('bulkhead %j is refused', (args, message) => {
  expect(bulkhead(...args)).toEqual({ status: 2, stdout: '', stderr: `${message}\n` });
  expect(read('dist')).toEqual({});
});

test('output that nobody takes ends a run quietly; output that cannot be written ends it as broken', () => {
  const run = (to: string) =>
    spawnSync(
      'bash',
      ['-c', `set -o pipefail; "${process.execPath}" "${cli}" list prod --environments environments ${to}`],
      {
        cwd: workspace,
        encoding: 'utf8',
        env: { ...process.env, NODE_PATH: path.join(repository, 'node_modules') },
      },
    );
  expect(run('| true')).toMatchObject({ status: 0, stderr: '' });
  expect(run('>/dev/full')).toMatchObject({
    status: 2,
    stderr: 'bulkhead: What was asked for cannot be written: ENOSPC: no space left on device, write.\n',
  });
});

test('a tree that cannot be put in place is not written at all, and what a link leads to stays', () => {
  write({ 'dist/prod/own': 'mine' });
  fs.symlinkSync('own', path.join(workspace, 'dist/prod/passages.md'));
  const { status, stderr } = bulkhead('synth');
  expect(status).toBe(2);
  expect(stderr).toContain('prod: broken, nothing written\n');
  expect(stderr).toContain('dist/prod/passages.md: is in the way of this tree, and no earlier run wrote it.');
  expect(fs.readFileSync(path.join(workspace, 'dist/prod/own'), 'utf8')).toBe('mine');
  expect(Object.keys(read('dist/prod'))).toEqual(['own']);
  expect(Object.keys(read('dist/dev'))).toContain('passages.md');
});

describe('a tenant that is broken', () => {
  const broken = { 'tenants/payments/tenant.yaml': 'owner: payments-developers\ndomian: <pay>\n' };
  const line = 'tenants/payments/tenant.yaml:2 domian: Unknown key "domian". Did you mean "domain"?';

  test('keeps its last good output, while the others change', () => {
    expect(bulkhead('synth').status).toBe(0);
    const before = read('dist/prod');
    write({
      ...broken,
      'tenants/shop/web.score.yaml': FILES['tenants/shop/web.score.yaml']?.replace('1.0.0', '2.0.0') ?? '',
    });
    const { status, stdout, stderr } = bulkhead('synth');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^prod: .*; held at their last good word: payments → /m);
    expect(stderr).toContain(`\nerror ${line}\n1 finding\n`);
    const after = read('dist/prod');
    const changed = Object.keys({ ...before, ...after }).filter((file) => before[file] !== after[file]);
    expect(changed.sort()).toEqual(['shop/.bulkhead.json', 'shop/contents/Deployment.apps.web.yaml']);
  });

  test('is reported as text, JSON and JUnit alike', () => {
    write(broken);
    expect(bulkhead('check', 'prod')).toMatchObject({ status: 1, stdout: `${line}\n` });
    const json = bulkhead('check', 'prod', '--report', 'json');
    expect(json.status).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual([
      {
        environment: 'prod',
        findings: [
          {
            rule: 'tenant-files-are-valid',
            object: 'tenants/payments/tenant.yaml:2',
            path: 'domian',
            problem: 'Unknown key "domian".',
            fix: 'Did you mean "domain"?',
            compartment: 'payments',
          },
        ],
      },
    ]);
    const junit = bulkhead('check', 'prod', '--report', 'junit');
    expect(junit.status).toBe(1);
    expect(elementsOf(junit.stdout)).toEqual(['testsuites', 'testsuite', 'testcase', 'failure']);
  });
});

test('bytes do not depend on language, time zone or place', () => {
  expect(bulkhead('synth', 'prod').status).toBe(0);
  const first = read('dist/prod');
  for (const surroundings of [
    { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
    { TZ: 'America/St_Johns', LC_ALL: 'C', LANG: 'sv_SE.UTF-8' },
  ]) {
    fs.rmSync(path.join(workspace, 'dist'), { recursive: true });
    expect(bulkheadIn(surroundings, 'synth', 'prod').status).toBe(0);
    expect(read('dist/prod')).toEqual(first);
  }
});

test('of a file with a thousand problems the first ones are told, quickly, and how many more there are', () => {
  const variables = Array.from({ length: 10_000 }, (_, index) => `      K${index}: ${index}`).join('\n');
  const file = 'tenants/shop/many.score.yaml';
  const head = `apiVersion: score.dev/v1b1\nmetadata: { name: many }\ncontainers:\n  main:\n    image: ${IMAGE}\n`;
  write({ [file]: `${head}    variables:\n${variables}\n` });
  const { status, stdout } = bulkhead('check', 'prod');
  expect(status).toBe(1);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(51);
  const problem = 'containers.main.variables.K49: Expected a text, got 49. Write it in quotes.';
  expect(lines.slice(-2)).toEqual([`${file}:56 ${problem}`, `${file}: And 9950 more. Correct those above first.`]);
});

test('a broken environment writes nothing of itself and stops no other', () => {
  write({ 'environments/dev.ts': FILES['environments/dev.ts']?.replace('1.36', '1.63') ?? '' });
  const { status, stdout, stderr } = bulkhead('synth');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('dev: broken, nothing written\n');
  expect(stderr).toContain('error environments/dev.ts kubernetes: "1.63" is not possible here. Write one of "1.32", ');
  expect(read('dist/dev')).toEqual({});
  expect(Object.keys(read('dist/prod'))).toContain('shop/contents/Deployment.apps.web.yaml');
});

/** Names of a document's elements as they open; fails when one is not closed where it should be. */
function elementsOf(xml: string): string[] {
  const [, body = ''] = /^<\?xml version="1\.0" encoding="UTF-8"\?>\n(.*)$/s.exec(xml) ?? [];
  expect(body.replaceAll(/<\/?\w+( [\w-]+="[^"<&]*(&(amp|lt|gt|quot);[^"<&]*)*")*\/?>/g, '')).not.toMatch(
    /<|&(?!(amp|lt|gt|quot);)/,
  );
  const opened: string[] = [];
  const open: string[] = [];
  for (const [, end, name = '', single] of body.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (end) expect(open.pop()).toBe(name);
    else opened.push(name);
    if (!end && !single) open.push(name);
  }
  expect(open).toEqual([]);
  return opened;
}

describe('in the demo', () => {
  const demo = [
    ...['--environments', path.join(repository, 'stacks', 'environments')],
    ...['--tenants', path.join(repository, 'tenants')],
  ];

  test('every answer that a page shows is the one that is given', () => {
    const page = fs.readFileSync(path.join(repository, 'docs', 'isolation-proof.md'), 'utf8');
    const shown = [...page.matchAll(/^```\n\$ bulkhead (can .*)\n(.*?)^```$/gms)];
    expect(shown).toHaveLength(1);
    for (const [, command = '', answer] of shown) {
      expect(bulkhead(...command.split(' '), ...demo).stdout).toBe(answer);
    }
  });

  test('nothing is told twice', () => {
    const { stdout } = bulkhead('can', 'prod', '--from', 'edge/edge-istio', ...demo);
    const rows = `${stdout}${bulkhead('can', 'prod', '--to', 'shop/cart', ...demo).stdout}`.split('\n').slice(0, -1);
    expect(rows).toContainEqual(expect.stringMatching(/^edge\/edge-istio +mesh\/istiod .* gateways fetch[^;]*$/));
    expect(rows.filter((row, index) => rows.indexOf(row) < index && !row.startsWith('FROM'))).toEqual([]);
  });
});

test('developers are answered: what an app gets, what made a field', () => {
  const app = bulkhead('app', 'shop/web', '--env', 'prod');
  expect(app).toMatchObject({ status: 0, stderr: '' });
  expect(app.stdout).toMatch(/^shop\/web in prod\n {2}address .*^ {2}calls +payments\/api on 8080: takes the money$/ms);
  expect(bulkhead('app', 'shop/wbe')).toEqual({
    ...{ status: 2, stdout: '' },
    stderr: 'bulkhead: There is no app "shop/wbe". Did you mean "shop/web"?\n',
  });

  const file = 'dist/prod/payments/contents/Deployment.apps.api.yaml';
  const cpu = 'spec.template.spec.containers[main].resources.requests.cpu';
  const explained = bulkhead('explain', 'prod', file, cpu);
  expect(explained).toMatchObject({ status: 0, stderr: '' });
  expect(explained.stdout).toMatch(/ 100m +tenants\/payments\/api\.score\.yaml:2 metadata\.bulkhead\.size$/m);
  expect(bulkhead('explain', 'prod', 'payments/contents/Deployment.apps.aip.yaml').stderr).toBe(
    'bulkhead: There is no file "payments/contents/Deployment.apps.aip.yaml" in this environment. Did you mean "payments/contents/Deployment.apps.api.yaml"?\n',
  );
});

test('a first file is the one that the README shows, in a folder that had none as well', () => {
  const page = fs.readFileSync(path.join(repository, 'README.md'), 'utf8');
  const [, command = '', shown] = /`npx bulkhead (init app [^`]*)`[^`]*```yaml\n(.*?)^```$/ms.exec(page) ?? [];
  const [, , tenant = '', app = ''] = command.split(/[ /]/);
  expect(bulkhead(...command.split(' '), '--tenants', 'nowhere').stderr).toContain('There is no folder nowhere.');
  for (const inEmpty of [false, true]) {
    if (inEmpty) fs.rmSync(path.join(workspace, 'tenants'), { recursive: true });
    const written = [`tenants/${tenant}/tenant.yaml`, `tenants/${tenant}/${app}.score.yaml`];
    expect(bulkhead(...command.split(' '))).toMatchObject({ status: 0, stdout: `${written.join('\n')}\n` });
    expect(read('tenants')[`${tenant}/${app}.score.yaml`]).toBe(shown);
    expect(bulkhead('check').status).toBe(0);
  }
});

test('upgrade plans from another folder of environments, and tells by a cluster where on that way it is', () => {
  write({ 'earlier/prod.ts': environment('example.com').replace('1.36', '1.34') });
  const plan = bulkhead('upgrade', 'prod', '--from', 'earlier');
  expect(plan).toMatchObject({ status: 0, stderr: '' });
  expect(plan.stdout.match(/^ ?\d+ .*$/gm)).toEqual([' 1 Kubernetes 1.34 → 1.35', ' 2 Kubernetes 1.35 → 1.36']);
  const nowhere = bulkhead('upgrade', 'prod', '--from', 'nowhere');
  expect(nowhere).toMatchObject({ status: 2, stdout: '' });
  expect(nowhere.stderr).toMatch(/^bulkhead: --from nowhere/);

  const statusAt = (minor: string) => bulkheadIn(kubectlOf(minor), 'upgrade', 'status', 'prod', '--from', 'earlier');
  const before = statusAt('1.34');
  expect(before.stdout).toMatch(
    /^prod: before the first of 2 steps\nunfinished\n(?: {3}.*\n)* {3}payments Deployment\/api: It is not there\./,
  );
  expect(before.status).toBe(3);
  expect(statusAt('1.35').stdout).toMatch(/^prod: step 1 of 2, Kubernetes 1\.34 → 1\.35: not finished\n/);
  expect(statusAt('1.33')).toMatchObject({ status: 4, stdout: expect.stringMatching(/^prod: as no step leaves it/) });
});

/** An environment in which kubectl asks a cluster of that minor with nothing in it. */
function kubectlOf(minor: string): NodeJS.ProcessEnv {
  const answers = `{ '--raw=/version': { gitVersion: 'v${minor}.1' }, '--raw=/apis': { groups: [] } }`;
  const script = `console.log(JSON.stringify((${answers})[process.argv[3]] ?? { items: [] }));`;
  write({ [`bin-${minor}/kubectl`]: `#!${process.execPath}\n${script}\n` });
  fs.chmodSync(path.join(workspace, `bin-${minor}`, 'kubectl'), 0o755);
  return { PATH: `${path.join(workspace, `bin-${minor}`)}:${process.env.PATH}` };
}

test('whoever delivers names an image that a file leaves open, before the environment does', () => {
  const file = 'open/shop/web.score.yaml';
  write({
    'open/shop/tenant.yaml': FILES['tenants/shop/tenant.yaml'] ?? '',
    [file]: app('web', 'size: S').replace(IMAGE, '"."'),
    'images/prod.ts': environment('example.com').replace(
      'kubernetes',
      `images: { 'shop/web': '${IMAGE}' }, kubernetes`,
    ),
    'images/test.ts': environment('test.example.com'),
  });
  const [given, elsewhere] = [IMAGE.replace('1.0.0', '2.0.0'), ['--tenants', 'open', '--environments', 'images']];
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = bulkhead(...args, ...elsewhere);
    return `${status} ${stdout}${stderr}`;
  };
  expect(run('synth', 'prod', '--out', '-')).toContain(`image: ${IMAGE}\n`);
  expect(run('synth', 'prod', '--out', '-', '--image', `shop/web=${given}`)).toContain(`image: ${given}\n`);
  expect(run('check', 'test')).toContain(
    `1 ${file}:3 containers.main.image: Nobody names the image of shop/web. Give --image shop/web=<image>, or write it under`,
  );
  expect(run('check', '--image', `shop/web=${given}`)).toMatch(/^0 prod: .* 0 findings.*\ntest: .* 0 findings/);
  expect(run('app', 'shop/web', '--env', 'test', '--image', `shop/web=${given}`)).toMatch(/^0 shop\/web in test\n/);
  const asked = ['shop/contents/Deployment.apps.web.yaml', 'spec.template.spec.containers[main].image'];
  expect(run('explain', 'test', ...asked, '--image', `shop/web=${given}`)).toContain('--image shop/web');
  expect(run('explain', 'prod', ...asked)).toContain('images/prod.ts images["shop/web"]');
  expect(run('check', 'prod', '--image', `shop/wbe=${given}`)).toContain(
    '1 --image shop/wbe: There is no app "shop/wbe". Did you mean "shop/web"?\n',
  );
  expect(run('check', 'prod', '--image', `web=${given}`)).toContain(
    'Write an app with its tenant, for example "shop/web".',
  );
  expect(run('check', 'prod', '--image', 'shop/web=web')).toContain('without one, the image moves.');
  const twice = ['--image', `shop/web=${given}`, '--image', `shop/web=${IMAGE}`];
  expect(run('check', 'prod', ...twice)).toBe('2 bulkhead: --image names an image of shop/web twice. Leave one out.\n');
});
