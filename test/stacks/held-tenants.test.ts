import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, environmentSchema } from '../../constructs/environment';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { formatFinding } from '../../policies/finding';
import { type Earlier, NOTHING_EARLIER } from '../../stacks/load/earlier';
import { loadTenants } from '../../stacks/load/tenants';
import { manifestsOf } from '../../stacks/plan';
import { render } from '../../stacks/render';

const environment = environmentSchema.parse({
  ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
  delivery: { kind: 'flux', source: 'rendered' },
});
const loaded = { name: 'prod', file: 'environments/prod.ts', environment, findings: [] };
const image = `images.example.com/app:1@sha256:${'0'.repeat(64)}`;

const SHOP = { 'tenant.yaml': 'owner: shop\ndomain: shop\n', 'web.score.yaml': score('web', '{ payments/api: pays }') };
const PAYMENTS = {
  'tenant.yaml': 'owner: payments\ndomain: pay\naccepts: { api: { shop/web: sells } }\n',
  'api.score.yaml': score('api', '{}'),
};
const BROKEN = { ...SHOP, 'tenant.yaml': 'owner: shop\ndomian: shop\n' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-held-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function score(name: string, calls: string): string {
  return [
    ...['apiVersion: score.dev/v1b1', 'metadata:', `  name: ${name}`, `  bulkhead: { calls: ${calls} }`],
    ...['containers:', `  main: { image: "${image}" }`, 'service: { ports: { web: { port: 8080 } } }', ''],
  ].join('\n');
}

/** What becomes of these tenants' files. */
function renderFiles(
  tenants: Record<string, Record<string, string>>,
  earlier: Earlier,
  changed: Partial<Environment> = {},
  today?: string,
) {
  for (const [tenant, files] of Object.entries(tenants)) {
    mkdirSync(join(folder, tenant));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, tenant, file), text);
  }
  const rendering = render(
    { ...loaded, environment: { ...environment, ...changed } },
    loadTenants(folder),
    earlier,
    today,
  );
  const findings = rendering.findings.map(formatFinding).map((line) => line.replaceAll(`${folder}/`, ''));
  const objects = rendering.plan
    ? manifestsOf(rendering.plan).map(({ kind, metadata }) => `${metadata.namespace} ${kind} ${metadata.name}`)
    : [];
  return { ...rendering, findings, objects };
}

/** What an earlier run kept. */
function keeping(...words: TenantSpec[]): Earlier {
  const byName = new Map(words.map((word) => [word.name, word]));
  return { tenants: [...byName.keys()], wordOf: (tenant) => byName.get(tenant) ?? 'none' };
}

const shop = tenantSpecSchema.parse({
  ...{ name: 'shop', owner: 'shop', domain: 'shop' },
  apps: [{ name: 'web', image, port: 8080, calls: { 'payments/api': 'pays' } }],
});

const payments = tenantSpecSchema.parse({
  ...{ name: 'payments', owner: 'payments', domain: 'pay' },
  apps: [{ name: 'api', image, port: 8080 }],
});

const OF_SHOP = [
  'delivery ServiceAccount tenant-shop',
  'delivery Kustomization shop-contents',
  'shop Deployment web',
  'shop NetworkPolicy web.to.payments.api',
  'payments NetworkPolicy api.from.shop.web',
];

test('a broken tenant is rendered from its last good word, in every compartment that holds something for it', () => {
  const { findings, held, objects } = renderFiles({ shop: BROKEN, payments: PAYMENTS }, keeping(shop));
  expect(findings).toEqual(['shop/tenant.yaml:2 domian: Unknown key "domian". Did you mean "domain"?']);
  expect(held).toEqual(new Set(['shop']));
  expect(objects).toEqual(expect.arrayContaining(OF_SHOP));
});

test('a broken tenant that never was rendered is left out, and makes nobody else wrong', () => {
  const { plan, findings, objects } = renderFiles({ shop: BROKEN, payments: PAYMENTS }, NOTHING_EARLIER);
  expect(plan).toBeDefined();
  expect(findings).toHaveLength(1);
  expect(objects.filter((object) => object.includes('shop'))).toEqual([]);
});

test('a broken tenant whose word is lost stops the environment: left out, it would be deleted by whoever delivers', () => {
  const { plan, findings } = renderFiles({ shop: BROKEN, payments: PAYMENTS }, { tenants: [], wordOf: () => 'lost' });
  expect(plan).toBeUndefined();
  expect(findings.at(-1)).toBe(
    'prod/shop/.bulkhead.json: shop has findings, and what it was last rendered from cannot be read. Restore this file from version control, or repair the tenant.',
  );
});

test('a call that is not accepted stays closed and holds nobody: one tenant cannot freeze another', () => {
  const refusing = { ...PAYMENTS, 'tenant.yaml': 'owner: payments\ndomain: pay\n' };
  const { findings, held, objects } = renderFiles({ shop: SHOP, payments: refusing }, NOTHING_EARLIER);
  expect(findings).toEqual([
    'shop/web.score.yaml:4 metadata.bulkhead.calls["payments/api"]: payments does not accept this call. Have payments add "shop/web: <why>" under accepts.api.',
  ]);
  expect(held).toEqual(new Set());
  expect(objects).toContain('shop Deployment web');
  expect(objects.filter((object) => object.includes('.to.payments') || object.includes('.from.shop'))).toEqual([]);
});

test("nobody takes a domain, not even a broken tenant's", () => {
  const thief = { ...PAYMENTS, 'tenant.yaml': PAYMENTS['tenant.yaml'].replace('domain: pay', 'domain: shop') };
  const { findings, held, inputs } = renderFiles({ shop: BROKEN, payments: thief }, keeping(shop));
  expect(findings[1]).toBe('payments/tenant.yaml:2 domain: Tenant shop claims the domain "shop" too. Choose another.');
  expect(held).toEqual(new Set(['shop', 'payments']));
  expect([...inputs.keys()]).toEqual(['shop']);
});

test('whoever claims a domain that a sound tenant was rendered with is held alone', () => {
  const thief = { 'tenant.yaml': 'owner: pay\ndomain: pay\n' };
  const { findings, held, objects } = renderFiles({ pay: thief, shop: SHOP, payments: PAYMENTS }, keeping(payments));
  expect(findings).toEqual(['pay/tenant.yaml:2 domain: Tenant payments claims the domain "pay" too. Choose another.']);
  expect(held).toEqual(new Set(['pay']));
  expect(objects).toContain('payments Deployment api');
});

test('a domain passes from one tenant to another in two runs, so that it is free whoever is held', () => {
  // Payments leaves its domain, and is held for another reason: it has it again.
  const leaving = {
    'tenant.yaml': 'owner: payments\ndomain: money\n',
    'api.score.yaml': score('api', '{}, egress: { "a.example.org:443": news }'),
  };
  const heir = { 'tenant.yaml': 'owner: pay\ndomain: pay\n' };
  const { findings, held, plan } = renderFiles({ pay: heir, payments: leaving }, keeping(payments));
  expect(plan).toBeDefined();
  expect(held).toEqual(new Set(['pay', 'payments']));
  expect(findings[0]).toBe(
    'pay/tenant.yaml:2 domain: Tenant payments has the domain "pay" until it is rendered with another. Choose another, or wait until it is.',
  );
});

test('the tenant that comes to a full Gateway waits for another, and whoever is there stays', () => {
  const names = Array.from({ length: 63 }, (_, index) => `t${index + 10}`);
  const words = names.map((name) => tenantSpecSchema.parse({ name, owner: name, domain: name }));
  const files = ['first', ...names].map((name) => [name, { 'tenant.yaml': `owner: ${name}\ndomain: ${name}\n` }]);
  const { mesh, certificates, edge } = environmentSchema.parse({
    ...environment,
    mesh: {
      ...{ versions: ['1.30.3'], tags: { stable: '1.30.3' }, gatewayApi: '1.5.1' },
      cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
    },
    certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
    edge: {},
  });
  const { findings, held, plan } = renderFiles(Object.fromEntries(files), keeping(...words), {
    ...{ mesh, certificates, edge },
  });
  expect(plan).toBeDefined();
  expect(held).toEqual(new Set(['first']));
  expect(findings).toEqual([
    'first/tenant.yaml:1: Gateway edge holds 63 tenants and is full. Ask the platform team to give it another one: edge.gateways: { "first": 2 }.',
  ]);
});

test('a tenant called like the namespace of the cluster DNS is held, and stops nobody', () => {
  const dns = { ...environment.dns, namespace: 'shop' };
  const { findings, objects } = renderFiles({ shop: SHOP, payments: PAYMENTS }, NOTHING_EARLIER, { dns });
  expect(findings[0]).toBe(
    'shop/tenant.yaml:1: In this environment the namespace "shop" is that of the cluster DNS. Choose another name for the tenant.',
  );
  expect(objects).toContain('payments Deployment api');
  expect(objects.filter((object) => object.startsWith('shop '))).toEqual([]);
});

test('a folder that is renamed to what no tenant can be called removes no tenant', () => {
  const { findings, objects } = renderFiles({ Shop: SHOP, payments: PAYMENTS }, keeping(shop));
  expect(findings[0]).toContain('Shop: "Shop" is not possible here.');
  expect(objects).toEqual(expect.arrayContaining(OF_SHOP));
});

test('a tenant whose disk would shrink is held at its last good word', () => {
  const before = tenantSpecSchema.parse({
    ...shop,
    apps: [{ name: 'web', image, disk: { '/data': { persistent: '2Gi' } } }],
  });
  const sized = (size: string) => [
    ...['apiVersion: score.dev/v1b1', 'metadata:', '  name: web'],
    ...[`  bulkhead: { disk: { /data: { persistent: ${size} } } }`, `containers: { main: { image: "${image}" } }`, ''],
  ];
  const files = (size: string) => ({ 'tenant.yaml': SHOP['tenant.yaml'], 'web.score.yaml': sized(size).join('\n') });
  const { findings, held, plan } = renderFiles({ shop: files('1536Mi') }, keeping(before));
  expect(findings).toEqual([
    'shop/web.score.yaml:4 metadata.bulkhead.disk["/data"].persistent: This disk is of 2Gi already, and none can shrink. Write 2Gi or more; or another path, for a new disk, and move there what is needed.',
  ]);
  expect(held).toEqual(new Set(['shop']));
  expect(plan && JSON.stringify(manifestsOf(plan))).toContain('"storage":"2Gi"');
  rmSync(join(folder, 'shop'), { recursive: true });
  expect(renderFiles({ shop: files('3Gi') }, keeping(before)).findings).toEqual([]);
});

describe('an exemption that is over', () => {
  const unpinned = 'images.example.com/app:1';
  const exemption = {
    ...{ rule: 'images-are-pinned-by-digest', object: 'shop Deployment/web', owner: 'ann' },
    ...{ reason: 'built elsewhere', expires: '2026-12-31' },
  };
  const OVER =
    'shop Deployment/web: Its exemption from "images-are-pinned-by-digest" ended on 2026-12-31. Repair it, or let ann renew the exemption.';
  const files = {
    shop: { ...SHOP, 'web.score.yaml': SHOP['web.score.yaml'].replace(image, unpinned) },
    payments: PAYMENTS,
  };
  const word = { ...shop, apps: shop.apps.map((app) => ({ ...app, image: unpinned })) };

  test('holds its tenant alone, with the leave that its last good word had, and everything else renders', () => {
    const { findings, held, objects } = renderFiles(files, keeping(word), { exemptions: [exemption] }, '2027-01-01');
    expect(findings).toEqual([
      OVER,
      expect.stringContaining('shop Deployment/web: An image is named without its digest.'),
    ]);
    expect(held).toEqual(new Set(['shop']));
    expect(objects).toEqual(expect.arrayContaining([...OF_SHOP, 'payments Deployment api']));
  });

  test('leaves out a tenant that never was rendered, and stops nobody', () => {
    const { findings, objects } = renderFiles(files, NOTHING_EARLIER, { exemptions: [exemption] }, '2027-01-01');
    expect(findings).toHaveLength(2);
    expect(objects).toContain('payments Deployment api');
    expect(objects).not.toContain('shop Deployment web');
  });

  test('is told, and holds nobody, once its object keeps the rule', () => {
    const { findings, held } = renderFiles(
      { shop: SHOP, payments: PAYMENTS },
      keeping(shop),
      { exemptions: [exemption] },
      '2027-01-01',
    );
    expect(findings).toEqual([OVER.replace(/Repair.*/, 'Remove the exemption.')]);
    expect(held).toEqual(new Set());
  });
});
