import fc from 'fast-check';
import { outputsOf, type ResourceTypeName } from '../../constructs/app/resource-types';
import { type AppSpecInput, appSpecSchema } from '../../constructs/app-spec';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { SERVERS } from '../../constructs/provisioners/servers';
import { type TenantSpec, tenantSpecSchema } from '../../constructs/tenant-spec';
import type { Finding } from '../../policies/finding';
import { type Earlier, NOTHING_EARLIER } from '../../stacks/load/earlier';
import { manifestsOf } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';
import { stageOf } from '../../stacks/stage';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const server = `images.example.com/server:1@sha256:${'2'.repeat(64)}`;

const IN_CLUSTER = Object.keys(SERVERS) as ResourceTypeName[];

type Section = NonNullable<EnvironmentInput['provisioners']>;

/** In a mesh, so that both proofs have something to say. */
function environmentWith(provisioners: Section) {
  return environmentSchema.parse({
    kubernetes: '1.36',
    domain: 'example.com',
    apiServer: { cidrs: ['10.0.0.10/32'] },
    mesh: {
      versions: ['1.30.3'],
      tags: { stable: '1.30.3' },
      gatewayApi: '1.5.1',
      cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
    },
    allowInClusterStores: true,
    provisioners,
  });
}

/** One of every type that can run in the cluster, and a class that keeps its data. */
const everywhere = environmentWith(
  Object.fromEntries(
    IN_CLUSTER.map((type) => [
      type,
      {
        default: { kind: 'in-cluster', image: server, credentials: { kind: 'generated' } },
        kept: { kind: 'in-cluster', image: server, disk: { persistent: '2Gi' }, size: 'L', user: 70 },
      },
    ]),
  ),
);

interface Judged {
  readonly plan: Plan | undefined;
  readonly findings: readonly Finding[];
  /** What the tenant's namespace holds. */
  readonly manifests: readonly Manifest[];
}

type Written = Omit<AppSpecInput, 'image'>;

function tenantOf(apps: readonly Written[]): TenantSpec {
  return tenantSpecSchema.parse({
    ...{ name: 'shop', owner: 'shop-developers', domain: 'shop', size: 'L' },
    apps: apps.map((app) => appSpecSchema.parse({ image, ...app })),
  });
}

/** The whole way: rendered, held against schemas and rules, and its isolation proven. */
function judge(environment: typeof everywhere, ...apps: Written[]): Judged {
  return judgeAfter(NOTHING_EARLIER, environment, ...apps);
}

function judgeAfter(earlier: Earlier, environment: typeof everywhere, ...apps: Written[]): Judged {
  const spec = tenantOf(apps);
  const tenant = {
    ...{ name: 'shop', spec, findings: [], says: () => true },
    locate: (app = '', path: readonly (string | number)[] = []) => ({ object: app, path: path.join('.') }),
  };
  const loaded = { name: 'dev', file: 'dev.ts', environment, findings: [] };
  const { plan, findings } = render(loaded, [tenant], earlier);
  const manifests = plan ? manifestsOf(plan).filter(({ metadata }) => metadata.namespace === 'shop') : [];
  return { plan, findings, manifests };
}

function named(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`nothing renders ${kind} ${name}`);
  return found;
}

const told = (findings: readonly Finding[]) => findings.map(({ path, problem, fix }) => `${path}: ${problem} ${fix}`);

describe.each(IN_CLUSTER)('a %s in the cluster', (type) => {
  const { manifests, findings, plan } = judge(
    everywhere,
    { name: 'web', uses: { 'my-db': { type } }, jobs: { sweep: { command: ['sweep'], schedule: '0 3 * * *' } } },
    { name: 'other' },
  );
  const store = `${type}-web-my-db`;

  test('fits every schema and rule, and lets in who uses it and nobody else', () => {
    expect(findings).toEqual([]);
    const passages = plan?.passages.filter(({ to }) => to.kind === 'app' && to.app === store) ?? [];
    expect(passages.map(({ from, ports, why }) => [from.kind === 'app' && from.app, ports, why])).toEqual([
      ['web', [{ protocol: 'TCP', port: SERVERS[type]?.port }], `uses ${type} my-db`],
    ]);
  });

  test('is one pod of the image that the environment pins, which is not root and is told no secret but by reference', () => {
    const { replicas, template } = named(manifests, 'StatefulSet', store).spec as {
      readonly replicas: number;
      readonly template: { spec: { securityContext: object; containers: { image: string; env: object[] }[] } };
    };
    expect([replicas, template.spec.securityContext]).toEqual([
      1,
      expect.objectContaining({ runAsNonRoot: true, runAsUser: 999 }),
    ]);
    const [container] = template.spec.containers;
    expect(container?.image).toBe(server);
    const keys = Object.values(outputsOf(type)).flatMap((source) => (typeof source === 'object' ? [source.key] : []));
    for (const [variable, key] of Object.entries(SERVERS[type]?.secrets ?? {})) {
      expect(keys).toContain(key);
      const secretKeyRef = { name: `${type}.default.web.my-db`, key };
      expect(container?.env).toContainEqual({ name: variable, valueFrom: { secretKeyRef } });
    }
  });

  test('has a password that is made up in the cluster, under the keys that its users read', () => {
    const { spec } = named(manifests, 'ExternalSecret', `${type}.default.web.my-db`) as { spec?: unknown };
    const { refreshPolicy, target } = spec as { refreshPolicy: string; target: { template: { data: object } } };
    expect(refreshPolicy).toBe('CreatedOnce');
    const keys = Object.values(outputsOf(type)).flatMap((source) => (typeof source === 'object' ? [source.key] : []));
    expect(Object.keys(target.template.data).sort()).toEqual([...new Set(keys)].sort());
    expect(Object.values(target.template.data).sort()).toEqual(
      ['{{ .password }}', ...keys.slice(1).map(() => 'app')].slice(0, new Set(keys).size).sort(),
    );
    expect(manifests.filter(({ kind }) => kind === 'Password')).toHaveLength(1);
  });

  test('keeps its data on a disk that stays where the environment says so, and as much as its app asks for', () => {
    const kept = judge(everywhere, { name: 'web', uses: { db: { type, class: 'kept', params: { disk: '3Gi' } } } });
    expect(kept.findings).toEqual([]);
    const [claim] = kept.manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim');
    expect(claim?.spec).toMatchObject({ resources: { requests: { storage: '3Gi' } } });
    expect(kept.manifests.map(({ kind }) => kind)).not.toContain('ExternalSecret');
    expect(JSON.stringify(named(kept.manifests, 'StatefulSet', `${type}-kept-web-db`))).toContain('"runAsUser":70');
  });
});

test('apps that share a store have one, and each its own way there', () => {
  const uses = { db: { type: 'postgres' as const, id: 'orders' } };
  const { manifests, plan, findings } = judge(everywhere, { name: 'web', uses }, { name: 'api', uses });
  expect(findings).toEqual([]);
  expect(manifests.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name)).toEqual([
    'postgres-orders',
  ]);
  const users = plan?.passages.flatMap(({ from, to }) =>
    from.kind === 'app' && to.kind === 'app' && to.app === 'postgres-orders' ? [from.app] : [],
  );
  expect(users?.sort()).toEqual(['api', 'web']);
});

test('apps that share a store and ask for different ones are told so', () => {
  const uses = (disk?: string) => ({
    db: { type: 'postgres' as const, id: 'orders', class: 'kept', params: disk ? { disk } : {} },
  });
  const { findings } = judge(everywhere, { name: 'web', uses: uses('1Gi') }, { name: 'api', uses: uses() });
  expect(told(findings)).toEqual([
    'uses.db.params: It is asked for nothing here, and by app web, which shares it, for disk 1Gi. Write the same in both, or another id.',
  ]);
});

test('a store that holds more already than is asked for now is no smaller one: it is told', () => {
  const web = (disk?: string): Written => ({
    name: 'web',
    uses: { db: { type: 'postgres', class: 'kept', ...(disk ? { params: { disk } } : {}) } },
  });
  const after = (disk: string): Earlier => ({ tenants: ['shop'], wordOf: () => tenantOf([web(disk)]) });
  const shrunk = 'uses.db: Its disk is of 3Gi already, and none can shrink. ';
  for (const now of ['1Gi', undefined])
    expect(told(judgeAfter(after('3Gi'), everywhere, web(now)).findings)).toEqual([expect.stringContaining(shrunk)]);
  expect(judgeAfter(after('3Gi'), everywhere, web('4Gi')).findings).toEqual([]);
});

test('what serves before a release stands before it, and nothing else does', () => {
  const stages = (jobs: AppSpecInput['jobs']) => {
    const { plan } = judge(
      everywhere,
      { name: 'web', uses: { db: { type: 'mongodb', id: 'a' } } },
      { name: 'api', uses: { db: { type: 'mongodb', id: 'a' } }, ...(jobs ? { jobs } : {}) },
    );
    const objects = plan?.compartments.flatMap(({ manifests }) => manifests) ?? [];
    return new Set(
      objects
        .filter(({ manifest }) => /^mongodb-a/.test(manifest.metadata.name))
        .flatMap((object) => (object.half === 'contents' ? [stageOf(object)] : [])),
    );
  };
  expect(stages(undefined)).toEqual(new Set(['contents']));
  expect(stages({ migrate: { command: ['up'], beforeRelease: true } })).toEqual(new Set(['before-release']));
});

test('another reference rolls the pods, and what it refers to stands nowhere', () => {
  const templateWith = (secret: string) => {
    const { manifests } = judge(everywhere, { name: 'web', secrets: { KEY: secret } });
    return (named(manifests, 'Deployment', 'web').spec as { readonly template: unknown }).template;
  };
  expect(templateWith('mail/key')).not.toEqual(templateWith('mail/other'));
  expect(templateWith('mail/key')).not.toEqual(templateWith('post/key'));
});

test('a Secret that lies in a store elsewhere is fetched by reference, key by key, for every resource', () => {
  const credentials = { kind: 'external-secret' as const, store: 'vault', prefix: 'prod/stores' };
  const place = { kind: 'existing' as const, host: 'db.example.net', port: 6000, cidrs: ['192.0.2.1/32'] as [string] };
  const types: ResourceTypeName[] = ['postgres', 's3', 'kafka-topic'];
  const environment = environmentWith(
    Object.fromEntries(types.map((type) => [type, { default: { ...place, credentials } }])),
  );
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.option(fc.constantFrom('a', 'b-c'), { nil: undefined }), (type, id) => {
      const uses = { db: { type, ...(id === undefined ? {} : { id }) } };
      const { manifests, findings } = judge(environment, { name: 'web', uses }, { name: 'api', uses });
      expect(findings).toEqual([]);
      const secrets = manifests.filter(({ kind }) => kind === 'ExternalSecret');
      expect(secrets).toHaveLength(id === undefined ? 2 : 1);
      for (const { metadata, spec } of secrets) {
        const { data } = spec as { readonly data: { secretKey: string; remoteRef: object }[] };
        for (const { secretKey, remoteRef } of data)
          expect(remoteRef).toEqual({ key: `prod/stores/shop/${metadata.name}`, property: secretKey });
      }
    }),
    { numRuns: 6 },
  );
});

test('an environment has stores without backups only if it says so, and only of servers that are known', () => {
  const problems = (input: object) => {
    const read = environmentSchema.safeParse({ ...everywhere, ...input });
    return read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  };
  const postgres = everywhere.provisioners.postgres.default;
  expect(problems({ allowInClusterStores: false, provisioners: { postgres: { default: postgres } } })).toEqual([
    'provisioners.postgres.default.kind: Provide it otherwise; or, where losing what it holds hurts nobody, write "allowInClusterStores: true".',
  ]);
  expect(problems({ provisioners: { s3: { default: postgres } } })).toEqual([
    'provisioners.s3.default.kind: Write "existing". In the cluster there can be: postgres, mysql, redis, mongodb, amqp.',
  ]);
  expect(problems({ provisioners: { postgres: { default: { ...postgres, image: 'postgres:17' } } } })).toEqual([
    'provisioners.postgres.default.image: Write it with its digest, "…@sha256:<64 hex digits>": a tag moves.',
  ]);
});

test('stores count against the room of their tenant', () => {
  const many = Object.fromEntries(
    Array.from({ length: 21 }, (_, index) => [`db-${index}`, { type: 'postgres' as const, class: 'kept' }]),
  );
  const { findings } = judge(everywhere, {
    name: 'web',
    uses: Object.fromEntries(Object.entries(many).map(([name, use]) => [name, { ...use, variables: false }])),
  });
  expect(told(findings)).toEqual([expect.stringContaining('21 of 20 persistent disks')]);
});
