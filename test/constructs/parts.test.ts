import fc from 'fast-check';
import { schedule } from '../../constructs/app/schedule';
import type { AppSpecInput } from '../../constructs/app-spec';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import { withDelivery } from '../../stacks/outputs/gitops/delivery';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { manifestsOf, PlanError, plan } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { type Knob, knobsOf } from './knobs';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const base: EnvironmentInput = {
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
};

/** An app with one of everything that it can run. */
const EVERYTHING: AppSpecInput = {
  name: 'web',
  image,
  port: 8080,
  env: { MODE: 'a' },
  workers: { mailer: { command: ['mail'], scale: { min: 1, max: 3 } }, indexer: { command: ['index'], size: 'L' } },
  jobs: {
    migrate: { command: ['migrate'], beforeRelease: true, timeoutSeconds: 1800 },
    seed: { command: ['seed'] },
    sweep: { command: ['sweep'], schedule: '30 3 * * *' },
  },
  disk: { '/cache': { scratch: '1Gi' } },
};

function tenant(name: string, ...apps: AppSpecInput[]): TenantSpec {
  return tenantSpecSchema.parse({ name, owner: `${name}-developers`, domain: name, apps });
}

function planned(tenants: readonly TenantSpec[], environment: Partial<EnvironmentInput> = {}): Plan {
  return plan(new Platform({ environment: environmentSchema.parse({ ...base, ...environment }), tenants }));
}

function shopWith(...apps: AppSpecInput[]): Manifest[] {
  return manifestsOf(planned([tenant('shop', ...apps)])).filter(({ metadata }) => metadata.namespace === 'shop');
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly Readonly<Record<string, unknown>>[];
    readonly [member: string]: unknown;
  };
}

/** The pods of everything that runs some, by kind and name; the hash of a Job's name left out. */
function templatesOf(manifests: readonly Manifest[]): Map<string, Template> {
  return new Map(
    manifests.flatMap(({ kind, metadata, spec }) => {
      const { jobTemplate, template } = (spec ?? {}) as {
        jobTemplate?: { spec: { template: Template } };
        template?: Template;
      };
      const pods = jobTemplate?.spec.template ?? template;
      return pods ? [[`${kind} ${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`, pods] as const] : [];
    }),
  );
}

function find(manifests: readonly Manifest[], kind: string, name: RegExp | string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name.match(name)?.[0] !== undefined);
}

describe('what an app runs', () => {
  test('shares its image, variables and identity, and stands under a name and a component of its own', () => {
    const templates = templatesOf(shopWith(EVERYTHING));
    expect([...templates].map(([name, { metadata }]) => [name, metadata.labels['bulkhead.dev/component']])).toEqual([
      ['Job web-migrate', 'job-migrate'],
      ['Deployment web', 'main'],
      ['Deployment web-indexer', 'worker-indexer'],
      ['Deployment web-mailer', 'worker-mailer'],
      ['Job web-seed', 'job-seed'],
      ['CronJob web-sweep', 'job-sweep'],
    ]);
    for (const { metadata, spec } of templates.values()) {
      expect(metadata.labels['bulkhead.dev/app']).toBe('web');
      expect(spec.serviceAccountName).toBe('web');
      expect(spec.containers[0]).toMatchObject({ image, env: expect.arrayContaining([{ name: 'MODE', value: 'a' }]) });
    }
  });

  test('has a port and is asked for its health only where it serves', () => {
    const templates = templatesOf(shopWith(EVERYTHING));
    const serving = [...templates].filter(
      ([, { spec }]) => 'ports' in (spec.containers[0] ?? {}) || 'readinessProbe' in (spec.containers[0] ?? {}),
    );
    expect(serving.map(([name]) => name)).toEqual(['Deployment web']);
  });

  test('is selected by its own Service, disruption budget and Deployment, and by none of another part', () => {
    const name = fc.constantFrom('a', 'a-b', 'b', 'main', 'web', 'job');
    const parts = <T>(part: T) => fc.dictionary(name, fc.constant(part), { maxKeys: 3 });
    const app = fc.record({
      name: fc.constantFrom('web', 'web-a', 'api'),
      workers: parts({ command: ['work'] }),
      jobs: parts({ command: ['once'] }),
      scheduled: parts({ command: ['often'], schedule: '* * * * *' }),
    });
    const apps = fc.uniqueArray(app, { selector: ({ name }) => name, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(apps, (some) => {
        const specs = some.map(({ scheduled, jobs, ...rest }) => ({
          ...{ ...rest, image, port: 8080 },
          jobs: { ...jobs, ...Object.fromEntries(Object.entries(scheduled).map(([key, job]) => [`s-${key}`, job])) },
        }));
        const manifests = planOrNothing([tenant('shop', ...specs)]);
        const templates = templatesOf(manifests);
        for (const { kind, metadata, spec } of manifests) {
          const selector = selectorOf(kind, spec);
          if (!selector) continue;
          const selected = [...templates].filter(([, template]) => matches(selector, template.metadata.labels));
          expect(selected.map(([object]) => object)).toEqual([`Deployment ${metadata.name}`]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('writes to as much of its node as its scratch needs, and to /tmp as much as it says', () => {
    const disk = { '/cache': { scratch: '1Gi' }, '/tmp': { scratch: '512Mi' } };
    const templates = templatesOf(shopWith({ ...EVERYTHING, disk }));
    for (const { spec } of templates.values()) {
      expect(spec.volumes).toEqual([
        { name: 'tmp', emptyDir: { sizeLimit: '512Mi' } },
        { name: 'disk-cache', emptyDir: { sizeLimit: '1Gi' } },
      ]);
      expect(spec.containers[0]).toMatchObject({
        resources: { requests: { 'ephemeral-storage': '1600Mi' }, limits: { 'ephemeral-storage': '1792Mi' } },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'disk-cache', mountPath: '/cache' },
        ],
      });
    }
  });
});

test('a disk of no amount is told, in code too', () => {
  expect(() => tenant('shop', { ...EVERYTHING, disk: { '/data': { scratch: '1G' } } })).toThrow(/whole mebibytes/);
});

describe('an app with a disk that stays', () => {
  const keeper: AppSpecInput = {
    ...EVERYTHING,
    disk: { '/data': { persistent: '20Gi' }, '/cache': { scratch: '1Gi' } },
  };
  const manifests = manifestsOf(planned([tenant('shop', keeper)], { storageClass: 'fast' })).filter(
    ({ metadata }) => metadata.namespace === 'shop',
  );

  test('has one replica, no autoscaler and no Deployment', () => {
    expect(find(manifests, 'StatefulSet', /^web$/)?.spec).toMatchObject({ replicas: 1, serviceName: 'web' });
    expect(find(manifests, 'Deployment', /^web$/)).toBeUndefined();
    expect(find(manifests, 'HorizontalPodAutoscaler', /^web$/)).toBeUndefined();
  });

  test('may write to it, and a version that never becomes ready makes room for the next', () => {
    expect(find(manifests, 'StatefulSet', /^web$/)?.spec).toMatchObject({
      podManagementPolicy: 'Parallel',
      template: { spec: { securityContext: { fsGroup: 10_000, fsGroupChangePolicy: 'OnRootMismatch' } } },
    });
  });

  test('claims it of the class of the environment, and nobody who delivers deletes the claim', () => {
    expect(find(manifests, 'PersistentVolumeClaim', /./)).toMatchObject({
      metadata: {
        name: 'web.data',
        annotations: {
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
          'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
        },
      },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'fast',
        resources: { requests: { storage: '20Gi' } },
      },
    });
  });

  test('is alone with it: workers and jobs have the scratch, each its own', () => {
    const claimants = [...templatesOf(manifests)].filter(([, { spec }]) => JSON.stringify(spec).includes('web.data'));
    expect(claimants.map(([name]) => name)).toEqual(['StatefulSet web']);
    for (const { spec } of templatesOf(manifests).values()) expect(JSON.stringify(spec)).toContain('disk-cache');
  });
});

describe('a job', () => {
  const once = (app: AppSpecInput) =>
    shopWith(app).flatMap(({ kind, metadata }) => (kind === 'Job' ? metadata.name : []));

  test('by the clock never overlaps itself, is made up for shortly, and leaves little behind', () => {
    expect(find(shopWith(EVERYTHING), 'CronJob', 'web-sweep')?.spec).toMatchObject({
      ...{ schedule: '30 3 * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid', startingDeadlineSeconds: 300 },
      ...{ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 3 },
      jobTemplate: { spec: { ttlSecondsAfterFinished: 604_800, backoffLimit: 6, activeDeadlineSeconds: 600 } },
    });
  });

  test('that runs once stays when it has ended: deleted, it would be delivered and run again', () => {
    expect(find(shopWith(EVERYTHING), 'Job', 'web-seed')?.spec).not.toHaveProperty('ttlSecondsAfterFinished');
  });

  test('of another template is another Job, and of another deadline the same', () => {
    const [migrate, seed] = once(EVERYTHING);
    const jobs = {
      ...EVERYTHING.jobs,
      migrate: { command: ['migrate'], beforeRelease: true as const, timeoutSeconds: 60 },
    };
    expect(once({ ...EVERYTHING, jobs })).toEqual([migrate, seed]);
    const newer = once({ ...EVERYTHING, env: { MODE: 'b' } });
    expect(newer).toHaveLength(2);
    expect(newer).not.toContain(migrate);
    expect(newer).not.toContain(seed);
  });

  test.each([
    '* * * * *',
    '*/15 0-6/2 1,15 JAN-MAR,dec mon-FRI',
    '0 0 29 2 *',
    '0 0 31 * 0',
    '0 0 30 2 1',
    '5/10 23 31 12 6',
  ])('may run at "%s"', (text) => {
    expect(schedule.safeParse(text).success).toBe(true);
  });

  test.each([
    '',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '1,,2 * * * *',
    ' * * * * *',
    '@daily',
    '@every 1h',
    'TZ=UTC 0 0 * * *',
    '? * * * *',
    'JAN * * * *',
    '0 0 30 2 *',
    '0 0 31 4,6 *',
  ])('cannot run at "%s"', (text) => {
    expect(schedule.safeParse(text).success).toBe(false);
  });
});

describe('what comes before a release', () => {
  const environmentOf = (delivery: EnvironmentInput['delivery']) => environmentSchema.parse({ ...base, delivery });
  const delivered = (delivery: EnvironmentInput['delivery'], app = EVERYTHING) =>
    withDelivery(planned([tenant('shop', app)]), 'prod', environmentOf(delivery));
  const filesOf = (plan: Plan) =>
    gitopsTree(plan).flatMap(({ name, files }) => [...files.keys()].map((path) => `${name}/${path}`));
  const carriers = (plan: Plan) =>
    new Map(
      manifestsOf(plan).flatMap((manifest) =>
        manifest.metadata.namespace === 'delivery' ? [[manifest.metadata.name, manifest]] : [],
      ),
    );

  test('is planned before all other contents of its compartment', () => {
    const contents = planned([tenant('shop', EVERYTHING)]).compartments.flatMap(({ name, manifests }) =>
      name === 'shop' ? manifests.filter(({ half }) => half === 'contents') : [],
    );
    expect(contents[0]?.manifest.metadata.name).toMatch(/^web-migrate-[0-9a-f]{8}$/);
    expect(contents.slice(1).map(({ manifest }) => manifest.kind)).not.toContain('web-migrate');
  });

  test('is a Kustomization of its own under Flux, for which contents wait, and which has the time that it needs', () => {
    const plan = delivered({ kind: 'flux', source: 'rendered' });
    const objects = carriers(plan);
    expect(objects.get('shop-before-release')?.spec).toMatchObject({
      ...{ path: 'prod/shop/before-release', wait: true, timeout: '1860s', serviceAccountName: 'tenant-shop' },
      dependsOn: [{ name: 'shop-boundary' }],
    });
    expect(objects.get('shop-contents')?.spec).toMatchObject({ dependsOn: [{ name: 'shop-before-release' }] });
    expect(filesOf(plan).filter((path) => path.includes('before-release/'))).toEqual([
      expect.stringMatching(/^shop\/before-release\/Job\.batch\.web-migrate-[0-9a-f]{8}\.yaml$/),
      'shop/before-release/kustomization.yaml',
    ]);
  });

  test('is a wave of its own under Argo CD, in the one Application of the contents', () => {
    const plan = delivered({ kind: 'argocd', repository: 'https://git.example.com/rendered' });
    const jobs = manifestsOf(plan).filter(({ kind }) => kind === 'Job');
    expect(jobs.map(({ metadata }) => metadata.annotations)).toEqual([
      { 'argocd.argoproj.io/sync-wave': '-1' },
      undefined,
    ]);
    expect([...carriers(plan).keys()].filter((name) => name.startsWith('shop-'))).toEqual([
      'shop-boundary',
      'shop-contents',
    ]);
    expect(filesOf(plan).filter((path) => path.includes('before-release'))).toEqual([]);
  });

  test('leaves no trace where no app has any', () => {
    const { jobs: _, ...plain } = EVERYTHING;
    const plan = delivered({ kind: 'flux', source: 'rendered' }, plain);
    expect(carriers(plan).has('shop-before-release')).toBe(false);
    expect(carriers(plan).get('shop-contents')?.spec).toMatchObject({ dependsOn: [{ name: 'shop-boundary' }] });
  });
});

describe("an app's pods", () => {
  const environment = environmentSchema.parse({
    ...base,
    mesh: {
      versions: ['1.30.1', '1.30.2'],
      tags: { stable: '1.30.1', other: '1.30.1' },
      gatewayApi: '1.5.1',
      cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
    },
    certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
    edge: {},
    sizes: { shop: 'M' },
    storageClass: 'fast',
  });
  const shop = tenant(
    'shop',
    { ...EVERYTHING, expose: 'public', calls: { cart: 'baskets' } },
    { name: 'cart', image, port: 8080, disk: { '/data': { persistent: '1Gi' } } },
  );
  const other = tenant('other', { name: 'api', image, port: 9000, workers: { a: { command: ['a'] } } });

  const podsOfWeb = (env: typeof environment, tenants: readonly TenantSpec[]): string | undefined => {
    try {
      const manifests = manifestsOf(plan(new Platform({ environment: env, tenants })));
      const own = [...templatesOf(manifests.filter(({ metadata }) => metadata.namespace === 'shop'))];
      return JSON.stringify(own.filter(([, { metadata }]) => metadata.labels['bulkhead.dev/app'] === 'web'));
    } catch (error) {
      if (error instanceof PlanError) return undefined;
      throw error;
    }
  };
  const before = podsOfWeb(environment, [shop, other]);

  /** Each way to turn a knob that is valid. */
  const turns = <T>(knob: Knob, parse: (value: unknown) => { success: boolean; data?: T }): T[] =>
    knob.turned.flatMap((value) => {
      const read = parse(value);
      return read.success && read.data !== undefined ? [read.data] : [];
    });

  test('are the same, byte by byte, whatever the environment says', () => {
    for (const knob of knobsOf(environmentSchema, environment)) {
      for (const turned of turns(knob, (value) => environmentSchema.safeParse(value)).slice(0, 3))
        expect([knob.path, podsOfWeb(turned, [shop, other]) ?? before]).toEqual([knob.path, before]);
    }
  });

  test('are the same, byte by byte, whatever another tenant or another app of its own tenant says', () => {
    const [web, cart] = shop.apps;
    for (const knob of knobsOf(tenantSpecSchema, other)) {
      for (const turned of turns(knob, (value) => tenantSpecSchema.safeParse(value)).slice(0, 3))
        expect([knob.path, podsOfWeb(environment, [shop, turned]) ?? before]).toEqual([knob.path, before]);
    }
    const alone = { ...shop, apps: [cart] };
    for (const knob of knobsOf(tenantSpecSchema, alone).filter(({ path }) => !path.endsWith('name'))) {
      for (const turned of turns(knob, (value) => tenantSpecSchema.safeParse(value)).slice(0, 3)) {
        const tenants = [{ ...turned, apps: [...(web ? [web] : []), ...turned.apps] }, other];
        expect([knob.path, podsOfWeb(environment, tenants) ?? before]).toEqual([knob.path, before]);
      }
    }
  });

  test('are selected the same way whatever version they are of', () => {
    const lasting = (app: AppSpecInput) =>
      shopWith(app).flatMap(({ kind, metadata, spec }) => {
        const selector = selectorOf(kind, spec);
        return selector ? [[kind, metadata.name, selector]] : [];
      });
    const newer = { ...EVERYTHING, image: image.replace(':1@', ':2@'), env: { MODE: 'b' } };
    expect(lasting(EVERYTHING).length).toBeGreaterThan(5);
    expect(lasting(newer)).toEqual(lasting(EVERYTHING));
  });

  test('that serve are the same, byte by byte, whatever the app says of its replicas, its callers and what runs beside', () => {
    const serving = (apps: AppSpecInput[]) => JSON.stringify(templatesOf(shopWith(...apps)).get('Deployment web'));
    const cart = { name: 'cart', image, port: 8080 };
    const elsewhere: Partial<AppSpecInput>[] = [
      { scale: { min: 3, max: 9, cpu: 50 } },
      { expose: 'public' },
      { calls: { cart: 'baskets' } },
      { servicePort: 80 },
      { workers: {} },
      { jobs: {} },
    ];
    for (const members of elsewhere)
      expect(serving([{ ...EVERYTHING, ...members }, cart])).toBe(serving([EVERYTHING, cart]));
  });
});

function planOrNothing(tenants: readonly TenantSpec[]): Manifest[] {
  try {
    return manifestsOf(planned(tenants)).filter(({ metadata }) => metadata.namespace === 'shop');
  } catch (error) {
    if (error instanceof PlanError) return [];
    throw error;
  }
}

function selectorOf(kind: string, spec: unknown): Record<string, string> | undefined {
  const { selector } = (spec ?? {}) as { selector?: { matchLabels?: Record<string, string> } };
  if (kind === 'Service') return selector as Record<string, string>;
  return ['Deployment', 'PodDisruptionBudget'].includes(kind) ? selector?.matchLabels : undefined;
}

function matches(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
