import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { closest } from '../../constructs/input/did-you-mean';
import type { Manifest } from '../../policies/manifest';
import { checkSchemas } from '../../policies/schema';
import { withCustomKinds } from '../../policies/schema/custom-kinds';
import { loadCatalog, loadDefinition, type Schema, type SchemaOf } from '../../policies/schema/schemas';
import { manifestsOf } from '../../stacks/plan';
import { nameOf } from './apply';
import { type Named, Refusal } from './client';
import { type Cluster, startCluster } from './control-plane';
import { crdSources, readCrds } from './crds';
import { renderedPlan } from './rendered';
import { defaultMinor, minorNamed } from './versions';

const BROKEN = join(__dirname, '..', 'broken', 'schema');

/*
 * Left to the server, because no schema says it:
 *  - what it checks by code or CEL: an empty selector or image, a name too long, ports out of range, two keys that exclude each
 *    other, changes of what may not change;
 *  - what it lets pass although its schema requires it: a field of a built-in kind whose empty value means something, such as a
 *    PriorityClass's value;
 *  - null in a built-in kind, which means "not set" to both, unless the field is required.
 */
const kubernetes = minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor);

describe(`${kubernetes}: the server's strict dry-run and the schemas offline give the same verdict`, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    const good = ['dev', 'staging', 'prod'].flatMap((environment) =>
      manifestsOf(renderedPlan(environment, kubernetes)),
    );
    const others = [...brokenManifests(), ...harmless()].map(([, manifest]) => manifest);
    cluster = await startCluster({ kubernetes, crds: { for: [...good, ...others] } });
    const namespaces = new Set(good.flatMap(({ metadata }) => metadata.namespace ?? []));
    for (const name of namespaces)
      await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }, 600_000);
  afterAll(async () => cluster?.stop());

  test.each(['dev', 'staging', 'prod'])('nothing is wrong with what %s renders', async (environment) => {
    const refused: string[] = [];
    for (const manifest of manifestsOf(renderedPlan(environment, kubernetes))) {
      if (offline(manifest) === 'refused') refused.push(`offline ${nameOf(manifest)}`);
      if ((await online(manifest)) === 'refused') refused.push(`on the server ${nameOf(manifest)}`);
    }
    expect(refused).toEqual([]);
  });

  test.each(brokenManifests())('%s is refused', async (_, manifest) => {
    expect({ offline: offline(manifest), online: await online(manifest) }).toEqual({
      offline: 'refused',
      online: 'refused',
    });
  });

  test.each(harmless())('%s is accepted', async (_, manifest) => {
    expect({ offline: offline(manifest), online: await online(manifest) }).toEqual({
      offline: 'accepted',
      online: 'accepted',
    });
  });

  type Verdict = 'accepted' | 'refused';

  function offline(manifest: Manifest): Verdict {
    return checkSchemas([manifest], kubernetes, closest).length > 0 ? 'refused' : 'accepted';
  }

  /** A kind that is not served has no path to send a request to. */
  async function online(manifest: Named): Promise<Verdict> {
    if (!(await cluster.client.serves(manifest.apiVersion, manifest.kind))) return 'refused';
    try {
      await cluster.client.serverSideApply(manifest, { dryRun: true });
      return 'accepted';
    } catch (error) {
      if (error instanceof Refusal && isVerdict(error)) return 'refused';
      throw error;
    }
  }
});

test('a CRD brings the schemas that the server publishes of it', async () => {
  const catalog = loadCatalog(defaultMinor);
  const crds = (await Promise.all(crdSources.map(readCrds))).flat() as Manifest[];
  const { kinds } = withCustomKinds(catalog, crds);
  const brought = Object.entries(kinds).filter(([kind, schema]) => schema !== catalog.kinds[kind]);
  const published = brought.map(([kind]): [string, Schema] => [kind, catalog.kinds[kind] ?? '']);
  const compared = (schemas: readonly [string, Schema][]) => mapValues(Object.fromEntries(schemas), whole);
  expect(brought.length).toBeGreaterThan(60);
  expect(compared(brought)).toEqual(compared(published));
});

/** A schema with everything in place that it refers to by name. */
function whole(schema: Schema): SchemaOf {
  if (typeof schema === 'string') return whole(loadDefinition(schema));
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, whole) }),
    ...(items && { items: whole(items) }),
    ...(additionalProperties && { additionalProperties: whole(additionalProperties) }),
  };
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

/** What looks wrong and is not; charts render such things. */
function harmless(): [what: string, manifest: Manifest][] {
  const neverCreated = { namespace: 'shop', creationTimestamp: null };
  return [
    ['an optional field of a built-in kind that is null', service({ sessionAffinity: null })],
    ['a port by number where a name could be, too', service({ ports: [{ port: 80, targetPort: 8080 }] })],
    ['two ports of one number and different protocols', service({ ports: [port('TCP'), port('UDP')] })],
    [
      'a custom resource with a null time, and a null in place of a default',
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'GitRepository',
        metadata: { name: 'rendered', ...neverCreated },
        spec: {
          ...{ url: 'https://git.example.com/rendered.git', interval: '5m', timeout: null },
          verify: { secretRef: { name: 'keys' }, mode: null },
        },
      },
    ],
    [
      'quantities as numbers',
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        metadata: { name: 'compute', ...neverCreated },
        spec: { hard: { pods: 20, 'requests.cpu': 1.5, 'limits.memory': '2e3' } },
      },
    ],
    [
      'anything in a map that may hold anything',
      {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'mesh', ...neverCreated },
        spec: {
          interval: '5m',
          chartRef: { kind: 'OCIRepository', name: 'mesh' },
          values: { anything: [{ at: null }, 'all'] },
        },
      },
    ],
  ];
}

function service(spec: object): Manifest {
  const ports = [{ port: 80 }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports, ...spec } };
}

function port(protocol: string): object {
  return { name: protocol.toLowerCase(), port: 53, protocol };
}

/** Whether it is about what the manifest says, and not, for example, about a conflict or a server that is not well. */
function isVerdict({ status, sentence }: Refusal): boolean {
  const isUnreadable = status === 500 && /^failed to (create typed patch|convert new) object/.test(sentence);
  return status === 400 || status === 422 || isUnreadable;
}

/** Manifests with one fault each, by the names of their files. */
function brokenManifests(): [name: string, manifest: Manifest][] {
  return readdirSync(BROKEN).flatMap((name) =>
    (loadAll(readFileSync(join(BROKEN, name), 'utf8')) as Manifest[]).map((manifest): [string, Manifest] => [
      name,
      manifest,
    ]),
  );
}
