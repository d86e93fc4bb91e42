import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Compartment } from '../../constructs/compartment';
import { ProblemsError } from '../../constructs/input/problem';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { type Finding, formatFinding } from '../../policies/finding';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { type LoadedEnvironment, loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { PlanError, plan } from '../../stacks/plan';
import { render } from '../../stacks/render';

const environment = defineEnvironment({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
});

/** The findings, one a line. Whatever the input, each says what is wrong and what to write, in no machine's words. */
function linesOf(findings: readonly Finding[]): string[] {
  for (const { problem, fix } of findings) {
    for (const sentence of [problem, fix]) {
      expect(sentence).toMatch(/^\S.*[.?]$/);
      expect(sentence).not.toMatch(/undefined|Invalid input|expected (string|record|object)|\[object/);
    }
  }
  return findings.map(formatFinding);
}

describe('broken tenants', () => {
  const folder = path.join(__dirname, '..', 'broken', 'tenants');
  const prod: LoadedEnvironment = { name: 'prod', file: 'prod.ts', environment, findings: [] };

  test.each(fs.readdirSync(folder).sort())('%s', (name) => {
    const own = path.join(folder, name);
    const { findings } = render(prod, loadTenants(path.join(own, 'tenants')), NOTHING_EARLIER);
    const found = linesOf(findings).map((line) => `${line.replaceAll(`${own}${path.sep}`, '')}\n`);
    const expected = path.join(own, 'expected.txt');
    if (process.env.UPDATE) fs.writeFileSync(expected, found.join(''));
    expect(found.join('')).toBe(fs.readFileSync(expected, 'utf8'));
  });

  test('hold their own compartment, and no compartment of the platform', () => {
    const heldBy = (name: string) =>
      render(prod, loadTenants(path.join(folder, name, 'tenants')), NOTHING_EARLIER).held;
    expect(heldBy('tenant-unknown-keys')).toEqual(new Set(['shop']));
    expect(heldBy('tenant-called-edge')).toEqual(new Set());
    expect(heldBy('file-beside-the-tenants')).toEqual(new Set());
  });
});

describe('files that are none', () => {
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'no-files-'));
  const tenants = path.join(workspace, 'tenants');
  const shop = path.join(tenants, 'shop');
  const file = path.join(shop, 'web.score.yaml');

  beforeEach(() => {
    fs.mkdirSync(shop, { recursive: true });
    fs.writeFileSync(path.join(shop, 'tenant.yaml'), 'owner: shop\ndomain: shop\n');
    fs.writeFileSync(path.join(workspace, 'token.score.yaml'), 'eyJhbGciOiJIUzI1NiJ9\n');
    fs.symlinkSync('shop', path.join(tenants, 'linked'));
  });
  afterEach(() => fs.rmSync(workspace, { recursive: true }));

  /** What is found in them, under the names that they have below the workspace. */
  function found(): string[] {
    const findings = loadTenants(tenants).flatMap((tenant) => tenant.findings);
    return linesOf(findings.filter(({ compartment }) => compartment !== 'linked')).map((line) =>
      line.replaceAll(`${workspace}${path.sep}`, ''),
    );
  }

  test.each<[string, () => void, string[]]>([
    [
      'a device',
      () => fs.symlinkSync('/dev/zero', file),
      ['tenants/shop/web.score.yaml: Is a link that leads out of tenants. Put the file itself here.'],
    ],
    [
      'a pipe',
      () => execFileSync('mkfifo', [file]),
      ['tenants/shop/web.score.yaml: Is no plain file. Make it a plain file that everybody may read.'],
    ],
    [
      'a link to what is nobody’s business',
      () => fs.symlinkSync('../../token.score.yaml', file),
      ['tenants/shop/web.score.yaml: Is a link that leads out of tenants. Put the file itself here.'],
    ],
    [
      'a link to nothing',
      () => fs.symlinkSync('nowhere', file),
      ['tenants/shop/web.score.yaml: Cannot be read (ENOENT). Make it a plain file that everybody may read.'],
    ],
    [
      'a file that nobody wrote',
      () => fs.writeFileSync(file, `# ${'x'.repeat(1024 * 1024)}`),
      ['tenants/shop/web.score.yaml: Is larger than 1 MiB. Leave out what belongs in an image.'],
    ],
    [
      'a tenant that is a link to a folder elsewhere',
      () => fs.symlinkSync(workspace, path.join(tenants, 'other')),
      [
        'tenants/other: This is no folder that can be read. Move a file into the folder of its tenant; have a link lead to a folder here; or remove it.',
      ],
    ],
    ['folders in a circle', () => ['a', 'b'].map((name) => fs.symlinkSync('.', path.join(shop, name))), []],
    [
      'a name that steers a terminal',
      () => fs.writeFileSync(path.join(shop, 'web\u001b[2K\u202e.yaml'), ''),
      [
        'tenants/shop/web\\u001b[2K\\u202e.yaml: Nothing reads a file of this name. Call it web\\u001b[2K\\u202e.score.yaml, or remove it.',
      ],
    ],
    [
      'a link to a file beside it',
      () => {
        fs.mkdirSync(path.join(shop, '.data'));
        fs.writeFileSync(path.join(shop, '.data', 'web'), '[]\n');
        fs.symlinkSync(path.join('.data', 'web'), file);
      },
      [
        'tenants/shop/web.score.yaml:1: Expected a map, got a list. Write a map with "apiVersion", "metadata" and "containers".',
      ],
    ],
  ])('%s: read if it lies there, never waited for, never shown', (_, make, lines) => {
    make();
    expect(found()).toEqual(lines);
  });

  test('an environment that is a device is not opened', () => {
    fs.symlinkSync('/dev/zero', path.join(workspace, 'prod.ts'));
    const { environment, findings } = loadEnvironment(workspace, 'prod');
    expect(environment).toBeUndefined();
    expect(linesOf(findings)).toEqual([
      `${workspace}/prod.ts: Is no plain file. Make it a plain file that everybody may read.`,
    ]);
  });
});

const ENVIRONMENTS: Readonly<Record<string, { readonly text: string; readonly findings: readonly string[] }>> = {
  'no TypeScript': {
    text: 'export default {\n  domain: ;\n};\n',
    findings: ['environments/prod.ts:2: Does not compile: Unexpected ";". Correct this line.'],
  },
  'an import that is not there': {
    text: "import { shared } from './_shraed';\nexport default shared;\n",
    findings: ['environments/prod.ts:1: Does not compile: Could not resolve "./_shraed". Correct this line.'],
  },
  'a minor that is not tested': {
    text: withMembers("kubernetes: '1.63'"),
    findings: [
      'environments/prod.ts kubernetes: "1.63" is not possible here. Write one of "1.32", "1.33", "1.34", "1.35", "1.36".',
    ],
  },
  'a minor as a number': {
    text: withMembers('kubernetes: 1.36'),
    findings: ['environments/prod.ts kubernetes: 1.36 is not possible here. Write it in quotes.'],
  },
  'addresses of everything': {
    text: withMembers("apiServer: { cidrs: ['0.0.0.0/0', '::/0', '10.0.0.1', 7], port: 0 }"),
    findings: [
      'environments/prod.ts apiServer.cidrs[0]: "0.0.0.0/0" is not possible here. Write the ranges that are meant: there is no passage to everywhere.',
      'environments/prod.ts apiServer.cidrs[1]: "::/0" is not possible here. Write the ranges that are meant: there is no passage to everywhere.',
      'environments/prod.ts apiServer.cidrs[2]: "10.0.0.1" is not possible here. Write a range such as "10.0.0.0/16" or "fd00::/48".',
      'environments/prod.ts apiServer.cidrs[3]: 7 is not possible here. Write a range such as "10.0.0.0/16" or "fd00::/48".',
      'environments/prod.ts apiServer.port: 0 is not possible here. Write a whole number from 1 to 65535.',
    ],
  },
  'no addresses': {
    text: withMembers('apiServer: { cidrs: [] }'),
    findings: ['environments/prod.ts apiServer.cidrs[0]: Missing. Write a range such as "10.0.0.0/16" or "fd00::/48".'],
  },
  'an address instead of a list': {
    text: withMembers("apiServer: { cidrs: '10.0.0.10/32' }"),
    findings: [
      'environments/prod.ts apiServer.cidrs: Expected a list, got "10.0.0.10/32". Write a list of at least one element.',
    ],
  },
  'tenants that nobody is': {
    text: withMembers("tenants: ['shop', 'shpo'], sizes: { payments: 'M' }"),
    findings: [
      'environments/prod.ts tenants[1]: There is no tenant "shpo". Did you mean "shop"?',
      'environments/prod.ts sizes.payments: There is no tenant "payments". Possible: shop.',
    ],
  },
  'rings of no tag, of the tag of all others, and one tenant in two': {
    text: withMembers(
      "mesh: { versions: ['1.30.3'], tags: { stable: '1.30.3', a: '1.30.3' }, gatewayApi: '1.5.1', cni: { binDir: '/opt/cni/bin', " +
        "confDir: '/etc/cni/net.d' } }, rings: { a: ['shop'], b: ['shop'], stable: ['shop'] }",
    ),
    findings: [
      'environments/prod.ts rings.b: There is no revision tag "b". Add it to mesh.tags, which has stable, a.',
      'environments/prod.ts rings.b[0]: shop is in ring a already. Name it once.',
      'environments/prod.ts rings.stable: "stable" is the tag of all tenants that are in no ring. Leave it out, or bind the others to another tag by mesh.revisionTag.',
    ],
  },
  'a ring for a tenant that nobody is': {
    text: withMembers(
      "mesh: { versions: ['1.30.3'], tags: { stable: '1.30.3', a: '1.30.3' }, gatewayApi: '1.5.1', cni: { binDir: '/opt/cni/bin', " +
        "confDir: '/etc/cni/net.d' } }, rings: { a: ['shpo'] }, tenants: ['shpo']",
    ),
    findings: [
      'environments/prod.ts tenants[0]: There is no tenant "shpo". Did you mean "shop"?',
      'environments/prod.ts rings.a[0]: There is no tenant "shpo". Did you mean "shop"?',
    ],
  },
  'a Gateway for a tenant that nobody is': {
    text: withMembers(
      "mesh: { versions: ['1.30.3'], tags: { stable: '1.30.3' }, gatewayApi: '1.5.1', cni: { binDir: '/opt/cni/bin', " +
        "confDir: '/etc/cni/net.d' } }, certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } }, " +
        "edge: { gateways: { payments: 2 } }, tenants: ['shpo']",
    ),
    findings: [
      'environments/prod.ts tenants[0]: There is no tenant "shpo". Did you mean "shop"?',
      'environments/prod.ts edge.gateways.payments: There is no tenant "payments". Possible: shop.',
    ],
  },
  'tenants that are no list': {
    text: withMembers("tenants: 'al'"),
    findings: ['environments/prod.ts tenants: "al" is not possible here. Did you mean "all"? Write "all" or a list.'],
  },
  'tenants of odd names': {
    text: withMembers("tenants: ['Shop', 5], sizes: { shop: 'm', 'a b': 'S' }"),
    findings: [
      'environments/prod.ts tenants[0]: "Shop" is not possible here. Write lower-case letters, digits and dashes, starting with a letter, for example "web".',
      'environments/prod.ts tenants[1]: Expected a text, got 5. Write lower-case letters, digits and dashes, starting with a letter, for example "web".',
      'environments/prod.ts sizes.shop: "m" is not possible here. Did you mean "M"? Write one of "S", "M", "L", "XL".',
      'environments/prod.ts sizes["a b"]: "a b" is not possible as a name here. Write lower-case letters, digits and dashes, starting with a letter, for example "web".',
    ],
  },
  'a delivery that is none': {
    text: withMembers("delivery: { kind: 'fluxx' }"),
    findings: [
      'environments/prod.ts delivery.kind: "fluxx" is not possible here. Did you mean "flux"? Write one of "flux", "argocd", "none".',
    ],
  },
  'a delivery without a kind': {
    text: withMembers("delivery: { source: 'rendered' }"),
    findings: ['environments/prod.ts delivery.kind: Missing. Write one of "flux", "argocd", "none".'],
  },
  'a delivery by name': {
    text: withMembers("delivery: 'flux'"),
    findings: ['environments/prod.ts delivery: Expected a map, got "flux". Write a map with "kind".'],
  },
  'a delivery without its members': {
    text: withMembers("delivery: { kind: 'flux', repository: 'x', sourc: 'y' }"),
    findings: [
      'environments/prod.ts delivery.repository: Unknown key "repository". Possible: kind, source, path.',
      'environments/prod.ts delivery.sourc: Unknown key "sourc". Did you mean "source"?',
    ],
  },
  'a repository that is missing': {
    text: withMembers("delivery: { kind: 'argocd', revision: '' }"),
    findings: [
      'environments/prod.ts delivery.repository: Missing. Write a text: address of the git repository that holds the rendered tree.',
      'environments/prod.ts delivery.revision: Empty. Write a text: branch or tag of that repository.',
    ],
  },
  'bad pins': {
    text: withMembers(`podSecurity: '1.36', ${withMesh("revisionTag: 'Stable_1', trustDomain: ''")}`),
    findings: [
      'environments/prod.ts podSecurity: "1.36" is not possible here. Write one of v1.32, v1.33, v1.34, v1.35, v1.36.',
      'environments/prod.ts mesh.revisionTag: "Stable_1" is not possible here. Write lower-case letters, digits and dashes, starting with a letter, for example "web".',
      'environments/prod.ts mesh.trustDomain: Empty. Write a domain of lower-case labels, for example "example.com".',
    ],
  },
  'versions of the mesh that nobody knows': {
    text: withMembers(withMesh("versions: ['1.30.33'], gatewayApi: '2', cni: { binDir: 'bin', confDir: '/etc' }")),
    findings: [
      'environments/prod.ts mesh.versions[0]: "1.30.33" is not possible here. Write one of "1.27.0", "1.28.0", "1.30.1", "1.30.2", "1.30.3", "1.30.4".',
      'environments/prod.ts mesh.gatewayApi: "2" is not possible here. Write one of "1.3.0", "1.4.0", "1.5.1", "1.6.1".',
      'environments/prod.ts mesh.cni.binDir: "bin" is not possible here. Write an absolute path, for example "/opt/cni/bin".',
    ],
  },
  'tags of a mesh for versions that do not run': {
    text: withMembers(
      withMesh(
        "versions: ['1.30.3', '1.30.2'], tags: { next: '1.30.4' }, defaultVersion: '1.30.1', revisionTag: 'stable'",
      ),
    ),
    findings: [
      'environments/prod.ts mesh.versions[1]: "1.30.2" is not possible here. Write each version once, oldest first.',
      'environments/prod.ts mesh.tags.next: "1.30.4" is not possible here. Write a version that mesh.versions holds: 1.30.3, 1.30.2.',
      'environments/prod.ts mesh.defaultVersion: "1.30.1" is not possible here. Write a version that mesh.versions holds: 1.30.3, 1.30.2.',
      'environments/prod.ts mesh.revisionTag: "stable" is not possible here. Write one of mesh.tags: next.',
    ],
  },
  'a mesh that was not tested with its cluster': {
    text: withMembers(withMesh("versions: ['1.28.0', '1.30.3'], gatewayApi: '1.4.0'")),
    findings: [
      'environments/prod.ts mesh.versions[0]: Istio 1.28.0 was tested with Kubernetes 1.32, 1.33, 1.34, not with 1.36. Write one that was: 1.30.1, 1.30.2, 1.30.3, 1.30.4.',
      'environments/prod.ts mesh.gatewayApi: Istio 1.30.3 was tested with Gateway API 1.5.1, 1.6.1, not with 1.4.0. Write 1.5.1 or 1.6.1.',
    ],
  },
  'a bad domain and owner': {
    text: withMembers("domain: '*.example.com', owner: '', dns: { labels: {} }"),
    findings: [
      'environments/prod.ts domain: "*.example.com" is not possible here. Write a domain of lower-case labels, for example "example.com".',
      'environments/prod.ts owner: Empty. Write a text: the group that owns the platform compartments.',
      'environments/prod.ts dns.labels: Empty. Write at least one label.',
    ],
  },
  'bad replicas': {
    text: withMembers('scale: { min: 3, max: 2 }'),
    findings: [
      'environments/prod.ts scale.max: 2 is not possible here. Write a maximum that is not below the minimum.',
    ],
  },
};

function withMembers(members: string): string {
  const sound = "kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] }";
  return `export default { ${sound}, ${members} };\n`;
}

/** A sound mesh, and then what is to be wrong with it. */
function withMesh(members: string): string {
  const sound = "versions: ['1.30.3'], tags: { stable: '1.30.3' }, gatewayApi: '1.5.1'";
  return `mesh: { ...{ ${sound}, cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' } }, ...{ ${members} } }`;
}

describe('a broken environment:', () => {
  const home = process.cwd();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'broken-environments-'));

  beforeAll(() => {
    process.chdir(folder);
    fs.mkdirSync('environments');
    fs.mkdirSync('tenants/shop', { recursive: true });
    fs.writeFileSync('tenants/shop/tenant.yaml', 'owner: shop-developers\ndomain: shop\n');
  });

  afterAll(() => {
    process.chdir(home);
    fs.rmSync(folder, { recursive: true });
  });

  test.each(Object.entries(ENVIRONMENTS))('%s', (_, { text, findings }) => {
    fs.writeFileSync('environments/prod.ts', text);
    const rendering = render(loadEnvironment('environments', 'prod'), loadTenants('tenants'), NOTHING_EARLIER);
    expect(rendering.plan).toBeUndefined();
    expect(linesOf(rendering.findings)).toEqual(findings);
  });
});

const PLANS: Readonly<
  Record<string, { readonly build: (platform: Platform) => void; readonly problems: readonly string[] }>
> = {
  'compartments that wait for each other': {
    build: (platform) => {
      const [a, b, c] = [compartment(platform, 'a'), compartment(platform, 'b'), compartment(platform, 'c')];
      a.after(b);
      b.after(c);
      c.after(a);
    },
    problems: [
      'compartment a → compartment b → compartment c → compartment a: depend on each other in a circle. Remove one of these dependencies.',
    ],
  },
  'charts and objects that wait for each other': {
    build: (platform) => {
      const own = compartment(platform, 'own');
      const [one, two] = [new Chart(own, 'one'), new Chart(own, 'two')];
      const [first, second] = [configMap(one, 'first'), configMap(two, 'second')];
      first.addDependency(second);
      two.addDependency(one);
    },
    problems: [
      'own/one/ConfigMap-first → own/two/ConfigMap-second → own/one → own/one/ConfigMap-first: depend on each other in a circle. Remove one of these dependencies.',
    ],
  },
  'an object that waits for itself in a circle beside another circle of compartments': {
    build: (platform) => {
      const [a, b] = [compartment(platform, 'a'), compartment(platform, 'b')];
      const [first, second] = [configMap(a, 'first'), configMap(a, 'second')];
      first.addDependency(second);
      second.addDependency(first);
      configMap(b, 'other').addDependency(first);
      a.after(b);
    },
    problems: [
      'compartment a → compartment b → compartment a: depend on each other in a circle. Remove one of these dependencies.',
      'a/ConfigMap-first → a/ConfigMap-second → a/ConfigMap-first: depend on each other in a circle. Remove one of these dependencies.',
    ],
  },
  'an object that stands twice': {
    build: (platform) => {
      const own = compartment(platform, 'own');
      for (const id of ['one', 'two', 'three']) configMap(new Chart(own, id), 'settings');
      new ApiObject(own, 'default', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } });
    },
    problems: [
      'own/default: ServiceAccount default stands twice, first at own/ServiceAccount.default. Rename or remove one.',
      'own/three/ConfigMap-settings: ConfigMap settings stands twice, first at own/one/ConfigMap-settings. Rename or remove one.',
      'own/two/ConfigMap-settings: ConfigMap settings stands twice, first at own/one/ConfigMap-settings. Rename or remove one.',
    ],
  },
  "an object in a namespace that is not its compartment's": {
    build: (platform) => {
      configMap(new Chart(compartment(platform, 'own'), 'chart', { namespace: 'kube-system' }), 'settings');
    },
    problems: [
      'own/chart/ConfigMap-settings: ConfigMap settings lies in namespace "kube-system", which compartment own does not own. Leave the namespace out.',
    ],
  },
  'names that Kubernetes refuses': {
    build: (platform) => {
      const own = compartment(platform, 'own');
      configMap(own, 'App_Settings');
      object(own, 'v1', 'Service', '9lives');
      object(own, 'batch/v1', 'CronJob', 'a'.repeat(53));
      object(own, 'v1', 'Namespace', 'own.dotted');
      object(own, 'rbac.authorization.k8s.io/v1', 'Role', 'read/write');
    },
    problems: [
      'own/ConfigMap-App_Settings: "App_Settings" is no valid name for a ConfigMap. Write lower-case letters, digits, dashes and dots, at most 253 characters.',
      'own/Service-9lives: "9lives" is no valid name for a Service. Write lower-case letters, digits and dashes, starting with a letter, at most 63 characters.',
      'own/CronJob-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is no valid name for a CronJob. Write lower-case letters, digits, dashes and dots, at most 52 characters.',
      'own/Namespace-own.dotted: "own.dotted" is no valid name for a Namespace. Write lower-case letters, digits and dashes, at most 63 characters.',
      'own/Role-read-write: "read/write" is no valid name for a Role. Write anything without "/" and "%", at most 253 characters.',
    ],
  },
  'an object in no compartment': {
    build: (platform) => {
      configMap(new Chart(platform, 'chart'), 'settings');
    },
    problems: ['chart/ConfigMap-settings: stands in no compartment. Add its chart to one.'],
  },
  'a compartment within another': {
    build: (platform) => {
      compartment(compartment(platform, 'outer'), 'inner');
    },
    problems: ['outer/inner: stands inside outer. Compartments do not nest: add it to the Platform.'],
  },
  'a namespace where none belongs': {
    build: (platform) => {
      object(
        new Chart(compartment(platform, 'own'), 'chart', { namespace: 'elsewhere' }),
        'storage.k8s.io/v1',
        'StorageClass',
        'fast',
      );
    },
    problems: [
      'own/chart/StorageClass-fast: StorageClass belongs to no namespace, but names "elsewhere". Leave it out.',
    ],
  },
  'an object that needs a namespace where there is none': {
    build: (platform) => {
      configMap(platform.planes, 'settings');
    },
    problems: [
      'planes/ConfigMap-settings: ConfigMap needs a namespace, and compartment planes has none. Add it to another.',
    ],
  },
  'what a construct says of itself': {
    build: (platform) => {
      compartment(platform, 'own').node.addValidation({ validate: () => ['has no backup', 'has no owner'] });
    },
    problems: ['own: has no backup', 'own: has no owner'],
  },
  'a boundary that waits for contents': {
    build: (platform) => {
      const own = compartment(platform, 'own');
      object(own, 'v1', 'ServiceAccount', 'reader').addDependency(configMap(own, 'settings'));
    },
    problems: [
      'own/ServiceAccount-reader: the boundary comes first, so it cannot wait for own/ConfigMap-settings. Remove the dependency.',
    ],
  },
  'tenants that disagree': {
    build: () => {
      const calls = { 'payments/api': 'pays' };
      const shop = defineTenant({
        name: 'shop',
        owner: 'a',
        domain: 'shop',
        apps: [{ name: 'web', image: 'web:1', calls }],
      });
      const payments = defineTenant({
        name: 'payments',
        owner: 'b',
        domain: 'pay',
        apps: [{ name: 'api', image: 'api:1', port: 8080 }],
      });
      plan(new Platform({ environment, tenants: [shop, payments] }));
    },
    problems: [
      'tenants shop/web calls["payments/api"]: payments does not accept this call. Have payments add "shop/web: <why>" under accepts.api.',
    ],
  },
  'several things at once': {
    build: (platform) => {
      const own = compartment(platform, 'own');
      configMap(own, 'Settings');
      configMap(new Chart(platform, 'chart'), 'settings');
      own.node.addValidation({ validate: () => ['has no backup'] });
      own.after(compartment(platform, 'other').after(own));
    },
    problems: [
      'own: has no backup',
      'chart/ConfigMap-settings: stands in no compartment. Add its chart to one.',
      'compartment own → compartment other → compartment own: depend on each other in a circle. Remove one of these dependencies.',
      'own/ConfigMap-Settings: "Settings" is no valid name for a ConfigMap. Write lower-case letters, digits, dashes and dots, at most 253 characters.',
    ],
  },
};

function compartment(scope: Construct, name: string): Compartment {
  return new Compartment(scope, name, { plane: 'tenant', owner: 'team' });
}

function object(scope: Construct, apiVersion: string, kind: string, name: string): ApiObject {
  return new ApiObject(scope, `${kind}-${name.replaceAll('/', '-')}`, { apiVersion, kind, metadata: { name } });
}

function configMap(scope: Construct, name: string): ApiObject {
  return object(scope, 'v1', 'ConfigMap', name);
}

describe('a tree that cannot be planned:', () => {
  test.each(Object.entries(PLANS))('%s', (_, { build, problems }) => {
    expect(problemsOf(build)).toEqual(problems);
  });
});

function problemsOf(build: (platform: Platform) => void): readonly string[] {
  const platform = new Platform({ environment });
  try {
    build(platform);
    plan(platform);
    return [];
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return error.problems;
  }
}

test('an input that is written in code is refused with every problem at its path', () => {
  const define = () => defineTenant({ ...{ name: 'edge', owner: '', domian: 'shop' }, domain: 'shop', apps: [] });
  expect(define).toThrow(
    new ProblemsError('tenant edge', [
      {
        path: ['name'],
        problem: '"edge" is not possible here.',
        fix: 'Choose another name: the platform needs this one itself.',
      },
      { path: ['owner'], problem: 'Empty.', fix: 'Write the name of a group.' },
      { path: ['domian'], problem: 'Unknown key "domian".', fix: 'Did you mean "domain"?' },
    ]),
  );
  expect(() => Reflect.apply(defineEnvironment, undefined, [7])).toThrow(
    'environment: Expected a map, got 7. Write a map with "kubernetes", "domain" and "apiServer".',
  );
});
