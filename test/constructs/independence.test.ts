import fc from 'fast-check';
import type * as z from 'zod';
import { RESOURCE_TYPE_NAMES } from '../../constructs/app/resource-types';
import { type Environment, environmentSchema } from '../../constructs/environment';
import { isReservedName } from '../../constructs/names';
import { Platform } from '../../constructs/platform';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { withDelivery } from '../../stacks/outputs/gitops/delivery';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { PlanError, plan } from '../../stacks/plan';
import { type Knob, knobsOf } from './knobs';

const environment = environmentSchema.parse({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.1', '1.30.2'],
    tags: { stable: '1.30.1', other: '1.30.1' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  certificates: {
    version: '1.21.1',
    issuer: {
      ...{ kind: 'acme', server: 'https://acme.example.net/directory', email: 'platform@example.com' },
      ...{ cidrs: ['192.0.2.1/32'], dns: { kind: 'route53', region: 'here', cidrs: ['192.0.2.2/32'] } },
    },
  },
  edge: { gateways: { payments: 2 }, sources: ['198.51.100.0/24'], annotations: { kind: 'internal' } },
  rollouts: { version: '1.44.0', metrics: { kind: 'metrics' } },
  logging: {
    version: '0.149.0',
    backend: { kind: 'outside', endpoint: 'https://logs.example.net', cidrs: ['192.0.2.4/32'] },
  },
  telemetry: {
    version: '0.149.0',
    metrics: { kind: 'metrics' },
    traces: { endpoint: 'https://traces.example.net', cidrs: ['192.0.2.5/32'] },
  },
  metrics: { version: '88.5.3' },
  provisioners: {
    postgres: {
      default: { kind: 'existing', host: 'db.example.net', port: 5432, cidrs: ['192.0.2.6/32'] },
      other: { kind: 'existing', host: 'other-db.example.net', port: 5432, cidrs: ['192.0.2.7/32'] },
      kept: { kind: 'existing', host: 'kept-db.example.net', port: 5432, cidrs: ['192.0.2.10/32'] },
    },
    mysql: { default: { kind: 'existing', host: 'my.example.net', port: 3306, cidrs: ['192.0.2.8/32'] } },
  },
  registries: ['images.example.com/'],
  outside: { 'mail.example.net': { cidrs: ['192.0.2.9/32'], ports: [443, 587] } },
  delivery: { kind: 'flux', source: 'rendered' },
  follows: 'staging',
  sizes: { shop: 'M' },
  images: { 'shop/api': `images.example.com/api:2@sha256:${'2'.repeat(64)}` },
  scale: { min: 2, max: 4 },
});

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const shop = tenantSpecSchema.parse({
  name: 'shop',
  owner: 'shop-developers',
  domain: 'shop',
  accepts: { cart: { 'payments/api': 'refunds' } },
  apps: [
    {
      ...{ name: 'web', image, port: 8080, expose: 'public', rollout: 'canary' },
      calls: { cart: 'baskets', 'payments/api': 'money' },
    },
    { name: 'cart', image, port: 8080, disk: { '/data': { persistent: '1Gi' } } },
    { name: 'page', image, port: 8082, expose: 'public', rollout: { ab: { header: { name: 'x-new', value: 'yes' } } } },
    { name: 'news', image, port: 8083, expose: 'public', rollout: { ab: { cookie: { name: 'new', value: 'yes' } } } },
    {
      ...{ name: 'mailer', image, scale: { min: 1, max: 5 }, args: ['--fast'], env: { MODE: 'a' } },
      workers: { retry: { command: ['retry'], args: ['--slowly'], scale: { min: 1, max: 5 } } },
      jobs: { sweep: { command: ['sweep'], schedule: '0 3 * * *' }, migrate: { command: ['up'], beforeRelease: true } },
      disk: { '/cache': { scratch: '1Gi' } },
      companions: {
        proxy: {
          ...{ image, command: ['proxy'], args: ['--fast'], env: { MODE: 'a' }, secrets: { KEY: 'mail/key' } },
          files: { '/etc/a': { content: 'a' }, '/etc/b': { binary: 'YQ==' }, '/etc/c': { secret: 'mail/pem' } },
          ...{ size: { cpu: '50m', memory: '64Mi' }, ready: ['ready'], live: ['alive'], before: { main: 'healthy' } },
        },
      },
      ...{ secrets: { KEY: 'mail/key' }, size: { cpu: '300m', memory: '1Gi' } },
      files: {
        '/etc/mail.yaml': { content: 'a' },
        '/etc/logo': { binary: 'YQ==' },
        '/etc/key': { secret: 'mail/pem' },
      },
      health: { exec: ['/bin/ready'], startupSeconds: 90, live: { exec: ['/bin/alive'] } },
      uses: {
        ...{ db: { type: 'postgres' }, more: { type: 'postgres', class: 'other' }, old: { type: 'mysql' } },
        kept: { type: 'postgres', class: 'kept' },
      },
      egress: { 'mail.example.net:587': 'sends mail' },
    },
    { name: 'api', image: '.', port: 8080, health: { path: '/ready', live: '/alive' } },
  ],
});
const payments = tenantSpecSchema.parse({
  name: 'payments',
  owner: 'payments-developers',
  domain: 'pay',
  accepts: { api: { 'shop/web': 'customers pay' } },
  apps: [{ name: 'api', image, port: 9000, calls: { 'shop/cart': 'refunds' } }],
});
const reports = tenantSpecSchema.parse({
  name: 'reports',
  owner: 'reports-developers',
  domain: 'reports',
  apps: [{ name: 'web', image, port: 8080, expose: 'public', disk: { '/data': { persistent: '1Gi' } } }],
});

/** Every file of the tree by its path; nothing if the platform refuses these inputs. */
function render(environment: Environment, tenants: readonly TenantSpec[]): Map<string, string> | undefined {
  try {
    const planned = withDelivery(plan(new Platform({ environment, tenants })), 'prod', environment);
    const files = gitopsTree(planned, new Map()).flatMap(({ name, files }) =>
      [...files].map(([path, text]) => [`${name}/${path}`, text] as const),
    );
    return new Map(files);
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

/** Paths of the files that differ between two trees. */
function changes(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();
}

/** What a knob does to the tree, for each way to turn it that is valid. */
function effects<T>(
  knob: Knob,
  schema: z.ZodType<T>,
  renderWith: (value: T) => Map<string, string> | undefined,
  before: ReadonlyMap<string, string>,
) {
  const seen: string[][] = [];
  for (const turned of knob.turned) {
    const read = schema.safeParse(turned);
    const after = read.success ? renderWith(read.data) : undefined;
    if (after) seen.push(changes(before, after));
    if (seen.length === ENOUGH) break;
  }
  return seen;
}

/** Ways to turn a knob that are tried: a whole platform is rendered for each. */
const ENOUGH = 3;

/** Not knobs but identities: a tenant or an app of another name is another one. */
const IDENTITIES = ['name', 'apps[].name'];

test('no tenant can be called like a compartment of the platform', () => {
  const policy = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'any' } };
  const { compartments } = plan(new Platform({ environment, admission: [policy] }));
  expect(compartments.map(({ name }) => name).filter((name) => !isReservedName(name))).toEqual([]);
  expect(compartments.length).toBeGreaterThan(12);
});

describe('a tenant', () => {
  const renderShop = (spec: TenantSpec) => render(environment, [spec, payments, reports]);
  const before = renderShop(shop) ?? new Map<string, string>();
  const knobs = knobsOf(tenantSpecSchema, shop).filter(({ path }) => !IDENTITIES.includes(path));

  /**
   * Where a knob of tenant shop may leave a trace outside its own compartment: at the other end of its passages (the edge is
   * one), at the edge's listener and certificate of its domain, and in the list of that half's files. Delivery names the
   * tenant, which is no knob, and carries what comes before its releases if there is such.
   */
  const OTHER_ENDS = [
    /^payments\/boundary\/(NetworkPolicy|AuthorizationPolicy)\.[a-z.0-9]+\.api\.(from|to)\.shop\.(web|cart)\.yaml$/,
    /^edge\/boundary\/NetworkPolicy\.networking\.k8s\.io\.edge-istio\.to\.shop\.[a-z]+\.yaml$/,
    /^edge\/boundary\/(Certificate\.cert-manager\.io\.shop|Gateway\.gateway\.networking\.k8s\.io\.edge)\.yaml$/,
    /^(payments|edge)\/boundary\/kustomization\.yaml$/,
    // Only a tenant with a canary comes after what brings that kind.
    /^delivery\/contents\/Kustomization\.kustomize\.toolkit\.fluxcd\.io\.shop-boundary\.yaml$/,
    /^delivery\/contents\/(Kustomization\.kustomize\.toolkit\.fluxcd\.io\.shop-(before-release|contents)|kustomization)\.yaml$/,
  ];

  function strays(changed: readonly string[]): string[] {
    return changed.filter((path) => !path.startsWith('shop/') && !OTHER_ENDS.some((end) => end.test(path)));
  }

  /** Adding or dropping one needs the other end's word, or the other of two, too; and a size that the environment decides has a test below. */
  const TURNED_ELSEWHERE = [
    'accepts',
    'accepts[]',
    'size',
    // What is there already takes none; what the environment makes has a test of its own.
    'apps[].uses[].params.disk',
    // It is what the callee says, or the call is told to be wrong.
    'apps[].callPorts',
    ...['header', 'cookie'].map((who) => `apps[].rollout.ab.${who}`),
  ];

  test.each(
    knobs,
  )('changes its own compartment and the other ends of its passages, and nothing else, by $path', (knob) => {
    const seen = effects(knob, tenantSpecSchema, renderShop, before);
    for (const changed of seen) expect(strays(changed)).toEqual([]);
    const isDead = seen.every((changed) => changed.length === 0);
    expect(isDead).toBe(TURNED_ELSEWHERE.includes(knob.path));
  });

  test('decides its size where the environment does not', () => {
    const renderSized = (spec: TenantSpec) => render({ ...environment, sizes: {} }, [spec, payments, reports]);
    const changed = changes(renderSized(shop) ?? new Map(), renderSized({ ...shop, size: 'XL' }) ?? new Map());
    expect(changed).toEqual(['shop/boundary/ResourceQuota.core.amounts.yaml']);
  });

  test('changes nothing elsewhere by any sequence of changes', () => {
    const turn = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(turn, (choices) => {
        const spec = choices.reduce((current, [which, how]) => {
          const here = knobsOf(tenantSpecSchema, current).filter(({ path }) => !IDENTITIES.includes(path));
          const knob = here[which % here.length];
          const read = tenantSpecSchema.safeParse(knob?.turned[how % knob.turned.length]);
          return read.success && renderShop(read.data) ? read.data : current;
        }, shop);
        const after = renderShop(spec);
        expect(strays(changes(before, after ?? new Map()))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('that comes or goes leaves one object of its own, and its halves, in delivery, its ends at edge and mesh, and nothing elsewhere but in what observes', () => {
    const without = render(environment, [shop, payments]) ?? new Map<string, string>();
    const observing = /^(logging|telemetry|metrics)\//;
    const outside = changes(before, without).filter((path) => !path.startsWith('reports/') && !observing.test(path));
    expect(outside).toEqual([
      'delivery/boundary/ServiceAccount.core.tenant-reports.yaml',
      'delivery/boundary/kustomization.yaml',
      'delivery/contents/Kustomization.kustomize.toolkit.fluxcd.io.reports-boundary.yaml',
      'delivery/contents/Kustomization.kustomize.toolkit.fluxcd.io.reports-contents.yaml',
      'delivery/contents/kustomization.yaml',
      'edge/boundary/Certificate.cert-manager.io.reports.yaml',
      'edge/boundary/Gateway.gateway.networking.k8s.io.edge.yaml',
      'edge/boundary/NetworkPolicy.networking.k8s.io.edge-istio.to.reports.web.yaml',
      'edge/boundary/kustomization.yaml',
      'mesh/boundary/NetworkPolicy.networking.k8s.io.istiod.from.reports.every.yaml',
      'mesh/boundary/kustomization.yaml',
    ]);
  });
});

describe('an environment', () => {
  /** Whose requests are moved needs edge and Flagger: here nobody insists on it. */
  const easy = { ...shop, apps: shop.apps.map(({ rollout: _, ...app }) => app) };
  const tenants = [easy, payments, reports];
  const argocd = environmentSchema.parse({ ...environment, delivery: { kind: 'argocd', repository: 'r' } });
  /** The cluster's minor, exemptions, what may be plaintext or without backups, and what is offered to apps, show in what is checked; which tenants there are is decided before. */
  const OUTSIDE_THE_TREE = [
    ...RESOURCE_TYPE_NAMES.map((type) => `provisioners.${type}`),
    'allowInClusterStores',
    ...['images', 'outside', 'outside[].ports', 'outside[].ports[]'],
    ...['kubernetes', 'exemptions', 'tenants', 'tenants[]', 'follows'],
    ...['rollouts.metrics.allowPlaintext', 'logging.allowPlaintext', 'telemetry.allowPlaintext'],
  ];

  /** Of these one release is known so far, so there is no other to turn to. */
  const ONE_RELEASE = ['rollouts.version', 'logging.version', 'telemetry.version', 'metrics.version'];

  /** Of these there is none here. */
  const OFFERED_NOWHERE = RESOURCE_TYPE_NAMES.filter((type) => !['postgres', 'mysql'].includes(type)).map(
    (type) => `provisioners.${type}`,
  );

  /** Mesh and certificates can be taken from an environment only if nothing stands at its edge. */
  const edgeless = environmentSchema.parse({ ...environment, edge: undefined });
  const elsewhere = environmentSchema.parse({
    ...environment,
    telemetry: {
      ...environment.telemetry,
      metrics: { kind: 'outside', endpoint: 'https://metrics.example.net', cidrs: ['192.0.2.6/32'] },
    },
    rollouts: {
      version: '1.44.0',
      metrics: { kind: 'outside', address: 'https://metrics.example.net', cidrs: ['192.0.2.3/32'] },
    },
  });
  /** Whoever asks metrics elsewhere needs them there: alone they can be brought in. */
  const unmoved = environmentSchema.parse({ ...elsewhere, rollouts: undefined });
  const server = { kind: 'in-cluster', image };
  const stores = environmentSchema.parse({
    ...environment,
    allowInClusterStores: true,
    provisioners: {
      ...environment.provisioners,
      postgres: {
        ...environment.provisioners.postgres,
        default: { ...server, credentials: { kind: 'generated' } },
        kept: {
          ...{ ...server, disk: { persistent: '2Gi' } },
          credentials: { kind: 'external-secret', store: 'vault', prefix: 'stores' },
        },
      },
    },
  });
  const ringed = environmentSchema.parse({ ...environment, rings: { other: ['shop'] } });
  const values = {
    rings: ringed,
    flux: environment,
    argocd,
    'no edge': edgeless,
    'metrics elsewhere': elsewhere,
    'no rollouts': unmoved,
    stores,
  };
  const all = Object.entries(values).flatMap(([kind, value]) =>
    knobsOf(environmentSchema, value).map((knob) => ({ ...knob, value, kind })),
  );
  /** Each knob once: in the first of these in which it can be turned. */
  const knobs = all
    .filter(({ turned }) => turned.some((other) => environmentSchema.safeParse(other).success))
    .filter(({ path }, index, some) => some.findIndex((knob) => knob.path === path) === index);

  test('has no knob that can be turned in none of these', () => {
    const paths = (some: typeof all) => [...new Set(some.map(({ path }) => path))].sort();
    expect(paths(knobs)).toEqual(
      paths(all).filter((path) => !ONE_RELEASE.includes(path) && !OFFERED_NOWHERE.includes(path)),
    );
  });

  /** Whatever only observes, and what may change with it elsewhere: the objects that carry its halves. */
  const OBSERVERS = ['logging', 'telemetry', 'metrics'];

  function beside(compartment: string, changed: readonly string[]): string[] {
    const carried = new RegExp(`^delivery/contents/(kustomization|.*\\.${compartment}-(boundary|contents))\\.yaml$`);
    return changed.filter((path) => !path.startsWith(`${compartment}/`) && !carried.test(path));
  }

  const trees = new Map(Object.values(values).map((value) => [value, render(value, tenants) ?? new Map()]));

  test.each(
    knobs.filter(({ path }) => !OUTSIDE_THE_TREE.includes(path)),
  )('with $kind has no dead knob $path, and none of what observes changes anything else', ({ value, ...knob }) => {
    const before: ReadonlyMap<string, string> = trees.get(value) ?? new Map();
    const seen = effects(knob, environmentSchema, (turned) => render(turned, tenants), before);
    expect(seen.some((changed) => changed.length > 0)).toBe(true);
    const observer = OBSERVERS.find((section) => knob.path.startsWith(section));
    if (observer) for (const changed of seen) expect(beside(observer, changed)).toEqual([]);
  });

  test('without logging, telemetry and metrics every other compartment is the same, byte by byte', () => {
    // Where rollouts ask the metrics in the cluster they need them: that is said of them, and no metrics are no environment.
    const { logging: _, telemetry: __, metrics: ___, ...bare } = elsewhere;
    const before = render(elsewhere, tenants) ?? new Map<string, string>();
    const after = render(environmentSchema.parse(bare), tenants) ?? new Map<string, string>();
    const changed = OBSERVERS.reduce<readonly string[]>((left, name) => beside(name, left), changes(before, after));
    expect(changed).toEqual([]);
    expect(after.size).toBeGreaterThan(150);
  });
});
