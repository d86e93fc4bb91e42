import fc from 'fast-check';
import { inBraces } from '../../constructs/app/placeholders';
import { outputsOf, RESOURCE_TYPE_NAMES } from '../../constructs/app/resource-types';
import type { AppSpecInput } from '../../constructs/app-spec';
import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { manifestsOf, PlanError, plan } from '../../stacks/plan';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;

/** One of every type, each at an address and a port of its own. */
const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  provisioners: Object.fromEntries(
    RESOURCE_TYPE_NAMES.map((type, index) => [
      type,
      {
        default: { kind: 'existing', host: `${type}.example.net`, port: 7000 + index, cidrs: [`192.0.2.${index}/32`] },
        big: { kind: 'existing', host: `${type}.example.net`, port: 8000 + index, cidrs: ['198.51.100.0/28'] },
      },
    ]),
  ),
});

function shopWith(...apps: Omit<AppSpecInput, 'image'>[]): Manifest[] {
  const tenant = tenantSpecSchema.parse({
    ...{ name: 'shop', owner: 'shop-developers', domain: 'shop' },
    apps: apps.map((app) => ({ image, ...app })),
  });
  return manifestsOf(plan(new Platform({ environment, tenants: [tenant] }))).filter(
    ({ metadata }) => metadata.namespace === 'shop',
  );
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

function variablesOf(manifests: readonly Manifest[], name = 'web'): Variable[] {
  const deployment = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  const { template } = deployment?.spec as { template: { spec: { containers: { env: Variable[] }[] } } };
  return template.spec.containers[0]?.env ?? [];
}

/** What a container finds, as the kubelet expands it: in order, each variable by those before it; `$$` is one dollar. */
function expanded(variables: readonly Variable[], secret: (name: string, key: string) => string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, value = '', valueFrom } of variables) {
    const text = value.replaceAll(/\$\$|\$\(([^)]*)\)/g, (written, other?: string) =>
      other === undefined ? '$' : (found.get(other) ?? written),
    );
    found.set(name, valueFrom ? secret(valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key) : text);
  }
  return found;
}

describe.each(RESOURCE_TYPE_NAMES)('a resource of type %s', (type) => {
  const manifests = shopWith({ name: 'web', uses: { 'my-db': { type } } }, { name: 'other' });

  test('is told by variables of its name: place and port as they are, whatever else by its Secret', () => {
    const told = variablesOf(manifests).filter(({ name }) => name.startsWith('MY_DB_') && name !== 'MY_DB_URL');
    expect(told.map(({ name }) => name)).toEqual(
      Object.keys(outputsOf(type))
        .map((output) => `MY_DB_${output.toUpperCase()}`)
        .sort(),
    );
    const host = `${type}.example.net`;
    const port = 7000 + RESOURCE_TYPE_NAMES.indexOf(type);
    for (const [output, source] of Object.entries(outputsOf(type))) {
      const variable = told.find(({ name }) => name === `MY_DB_${output.toUpperCase()}`);
      if (typeof source === 'string')
        expect(variable?.value).toBe({ host, port: `${port}`, endpoint: `https://${host}:${port}` }[source]);
      else {
        const secretKeyRef = { name: `${type}.default.web.my-db`, key: source.key };
        expect(variable).toEqual({ name: variable?.name, valueFrom: { secretKeyRef } });
      }
    }
  });

  test('opens to its app the way to its addresses on its port, and to no other app', () => {
    const ways = manifests.filter(({ metadata }) => /\.to\.outside\..*example\.net/.test(metadata.name));
    const index = RESOURCE_TYPE_NAMES.indexOf(type);
    expect(ways.map(({ spec }) => spec)).toEqual([
      {
        policyTypes: ['Egress'],
        podSelector: { matchLabels: { 'bulkhead.dev/app': 'web' } },
        egress: [
          {
            to: [{ ipBlock: { cidr: `192.0.2.${index}/32` } }],
            ports: [{ protocol: 'TCP', port: 7000 + index }],
          },
        ],
      },
    ]);
  });
});

test('an address with credentials is put together in the container', () => {
  const found = expanded(
    variablesOf(shopWith({ name: 'web', uses: { db: { type: 'postgres' } } })),
    (_, key) => `<${key}>`,
  );
  expect(found.get('DB_URL')).toBe('postgres://<username>:<password>@postgres.example.net:7000/<database>');
});

test('every text arrives as it is written, with what its placeholders stand for', () => {
  const text = fc
    .array(fc.constantFrom('$', '$(', '(', ')', '{', '}', 'a', '$(__db__password)'))
    .map((all) => all.join(''));
  const placeholder = fc.constantFrom('metadata.name', 'resources.db.host', 'resources.db.password');
  const meant = new Map([
    ...[['metadata.name', 'web'] as const, ['resources.db.host', 'postgres.example.net'] as const],
    ...[['resources.db.password', 'p$(a)$$'] as const],
  ]);
  const uses = { db: { type: 'postgres' as const, variables: false } };
  const written = (raw: string) => raw.replaceAll('${', () => '$${');
  fc.assert(
    fc.property(fc.array(fc.tuple(text, placeholder)), text, (some, end) => {
      // A dollar before a placeholder would take its dollar for a brace.
      const pieces = some.map(([raw, name]) => [raw.replace(/\$+$/, ''), name] as const);
      const TEXT = [...pieces.map(([raw, name]) => written(raw) + inBraces(name)), written(end)].join('');
      const found = expanded(variablesOf(shopWith({ name: 'web', env: { TEXT }, uses })), () => 'p$(a)$$');
      expect(found.get('TEXT')).toBe([...pieces.map(([raw, name]) => raw + meant.get(name)), end].join(''));
    }),
    { numRuns: 60 },
  );
});

test('no secret stands anywhere: what the Secret holds is named, never told', () => {
  const type = fc.constantFrom(...RESOURCE_TYPE_NAMES);
  const resources = fc.dictionary(
    fc.constantFrom('a', 'b-c', 'd'),
    fc.record({ type, class: fc.constantFrom('default', 'big') }),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(resources, (uses) => {
      const manifests = shopWith({ name: 'web', uses });
      expect(manifests.map(({ kind }) => kind)).not.toContain('Secret');
      const told = expanded(variablesOf(manifests), (name, key) => `secret ${name} ${key}`);
      const plain = variablesOf(manifests).filter(({ value }) => value !== undefined);
      for (const { name, value } of plain) {
        // Without what is referred to, nothing but places and punctuation is left.
        expect(value?.replaceAll(/\$\(\w+\)/g, '')).toMatch(/^([a-z0-9-]+:\/\/)?[a-z0-9.:@/-]*$/);
        if (name.endsWith('_URL')) expect(told.get(name)).toContain('secret');
      }
    }),
    { numRuns: 30 },
  );
});

test('apps that say the same type, class and id share one resource, and no other is theirs', () => {
  const uses = (use: object) => ({ db: { type: 'postgres' as const, ...use } });
  const manifests = shopWith(
    { name: 'web', uses: uses({ id: 'orders' }) },
    { name: 'api', uses: uses({ id: 'orders' }) },
    { name: 'big', uses: uses({ id: 'orders', class: 'big' }) },
    { name: 'own', uses: uses({}) },
  );
  const secretOf = (app: string) =>
    variablesOf(manifests, app).find(({ name }) => name === 'DB_PASSWORD')?.valueFrom?.secretKeyRef.name;
  expect(['web', 'api', 'big', 'own'].map(secretOf)).toEqual([
    ...['postgres.default.orders', 'postgres.default.orders', 'postgres.big.orders', 'postgres.default.own.db'],
  ]);
});

test('two resources at one host are one way, with the ports and addresses of both', () => {
  const uses = {
    a: { type: 'redis' as const },
    b: { type: 'redis' as const, class: 'big' },
    c: { type: 'redis' as const },
  };
  const ways = shopWith({ name: 'web', uses }).filter(({ metadata }) =>
    metadata.name.startsWith('web.to.outside.redis'),
  );
  expect(ways.map(({ spec }) => (spec as { egress: unknown }).egress)).toEqual([
    [
      {
        to: [{ ipBlock: { cidr: '192.0.2.2/32' } }, { ipBlock: { cidr: '198.51.100.0/28' } }],
        ports: [
          { protocol: 'TCP', port: 7002 },
          { protocol: 'TCP', port: 8002 },
        ],
      },
    ],
  ]);
});

test('a variable that is set already is not set once more', () => {
  const uses = { db: { type: 'postgres' as const } };
  const env = { DB_URL: 'mine' };
  expect(() => shopWith({ name: 'web', uses, env })).toThrow(/It sets DB_URL, as env does\./);
  expect(() => shopWith({ name: 'web', uses, secrets: { DB_PASSWORD: 'mine/key' } })).toThrow(
    /DB_PASSWORD, as secrets does\./,
  );
  expect(() => shopWith({ name: 'web', uses: { app: { type: 'postgres' } } })).toThrow(
    /It sets APP_NAME, as the platform does\./,
  );
  expect(
    variablesOf(shopWith({ name: 'web', uses: { db: { type: 'postgres', variables: false } }, env })),
  ).toContainEqual({
    name: 'DB_URL',
    value: 'mine',
  });
});

test('its hostname stands for itself, below the domain of its tenant', () => {
  const env = { URL: 'https://${metadata.hostname}/' };
  const variables = variablesOf(shopWith({ name: 'web', port: 8080, expose: 'public', env }));
  expect(variables).toContainEqual({ name: 'URL', value: 'https://web.shop.example.com/' });
  expect(() => shopWith({ name: 'web', env })).toThrow(/Nobody answers under its hostname: it is not public\./);
});

test('an app that answers under another port than its caller thinks, is told to the caller', () => {
  const cart = { name: 'cart', port: 8080, servicePort: 80 };
  const web = (port: number) => ({ name: 'web', calls: { cart: 'baskets' }, callPorts: { cart: port } });
  expect(() => shopWith(cart, web(80))).not.toThrow();
  expect(() => shopWith(cart, web(8080))).toThrow(/cart answers under 80\. Write 80\./);
  expect(() => shopWith(cart, { name: 'web', callPorts: { cart: 80 } })).toThrow(/It does not call cart\./);
});

test('in code too, what nobody provides is told', () => {
  expect(() => shopWith({ name: 'web', uses: { db: { type: 'postgres', class: 'huge' } } })).toThrow(PlanError);
  expect(() => shopWith({ name: 'web', uses: { db: { type: 'postgres', class: 'huge' } } })).toThrow(
    /uses\.db: This environment provides no postgres of class "huge"\. Possible: default, big\./,
  );
});
