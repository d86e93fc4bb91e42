import { join } from 'node:path';
import { MockMonitor } from '@pulumi/pulumi/runtime/mocks';
import { disconnect, setMockOptions } from '@pulumi/pulumi/runtime/settings';
import { ApiObject } from 'cdk8s';
import fc from 'fast-check';
import { Compartment } from '../../constructs/compartment';
import { halfOf } from '../../constructs/contents';
import { environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Platform } from '../../constructs/platform';
import { NOTHING_EARLIER } from '../../stacks/load/earlier';
import { listEnvironments, loadEnvironment } from '../../stacks/load/environments';
import { loadTenants } from '../../stacks/load/tenants';
import { deploy } from '../../stacks/outputs/pulumi';
import { plan } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { render } from '../../stacks/render';

const ROOT = join(__dirname, '..', '..');
const ENVIRONMENTS = join(ROOT, 'stacks', 'environments');

/** A resource as the engine is told of it. */
interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly inputs: Manifest & { readonly [member: string]: unknown };
}

interface Response {
  getUrn(): string;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProtect(): boolean;
  getDependenciesList(): string[];
}

/** The engine's side of a program without an engine: keeps what is registered. */
class Recorder extends MockMonitor {
  readonly registered: Registered[] = [];

  constructor() {
    const inputs = new Map<string, Registered['inputs']>();
    super({
      call: ({ inputs }) => inputs,
      newResource: ({ type, name, inputs: given }) => {
        inputs.set(`${type} ${name}`, given);
        return { id: name, state: given };
      },
    });
    const register = this.registerResource.bind(this);
    this.registerResource = (request: Request, callback: (error: unknown, response: Response) => void) =>
      register(request, (error: unknown, response: Response) => {
        const given = inputs.get(`${request.getType()} ${request.getName()}`);
        if (!error && given) this.registered.push({ ...told(request), urn: response.getUrn(), inputs: given });
        callback(error, response);
      });
  }
}

function told(request: Request) {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    protect: request.getProtect(),
    dependencies: request.getDependenciesList(),
  };
}

/** Everything that deploying `plan` registers. */
async function register(plan: Plan, environment: string): Promise<readonly Registered[]> {
  const recorder = new Recorder();
  setMockOptions(recorder, 'bulkhead', environment, false);
  deploy(plan, { environment });
  await disconnect();
  return recorder.registered;
}

/** What an object says to the cluster: these annotations are for the provider alone. */
function toCluster({ type, inputs }: Registered): Manifest[] {
  if (!type.startsWith('kubernetes:') || type.startsWith('kubernetes:helm') || inputs.kind === undefined) return [];
  const { 'pulumi.com/skipAwait': _, 'pulumi.com/waitFor': __, ...annotations } = inputs.metadata.annotations ?? {};
  const { annotations: ___, ...metadata } = inputs.metadata;
  return [{ ...inputs, metadata: { ...metadata, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) } }];
}

function sorted(manifests: readonly Manifest[]): string[] {
  const inOrder = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(inOrder)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([, member]) => member !== undefined)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([key, member]) => [key, inOrder(member)]),
          )
        : value;
  return manifests.map((manifest) => JSON.stringify(inOrder(manifest))).sort();
}

/** Names of the compartments that any object of each registered compartment waits for. */
function compartmentEdges(registered: readonly Registered[]): Map<string, Set<string>> {
  const compartmentOf = new Map(registered.map(({ urn, name }) => [urn, name.split('/')[1] ?? '']));
  const edges = new Map<string, Set<string>>();
  for (const { name, dependencies } of registered) {
    const own = name.split('/')[1] ?? '';
    const others = dependencies.map((urn) => compartmentOf.get(urn) ?? '').filter((other) => other !== own);
    edges.set(own, new Set([...(edges.get(own) ?? []), ...others]));
  }
  return edges;
}

/** Holds what is registered against the plan: the same objects, below the same compartments, in the same order. */
async function expectTheSame(plan: Plan, environment: string): Promise<void> {
  const registered = await register(plan, environment);
  expect(sorted(registered.flatMap(toCluster))).toEqual(
    sorted(plan.compartments.flatMap(({ manifests }) => manifests.map(({ manifest }) => manifest))),
  );
  const components = registered.filter(({ type }) => type === 'bulkhead:index:Compartment');
  expect(components.map(({ name }) => name)).toEqual(plan.compartments.map(({ name }) => `${environment}/${name}`));
  const edges = compartmentEdges(registered);
  for (const { name, after, manifests } of plan.compartments) {
    if (manifests.length > 0) expect([name, [...(edges.get(name) ?? [])].sort()]).toEqual([name, [...after].sort()]);
  }
}

function planOf(environment: string): Plan {
  const { undelivered, findings } = render(
    loadEnvironment(ENVIRONMENTS, environment),
    loadTenants(join(ROOT, 'tenants')),
    NOTHING_EARLIER,
  );
  expect(findings).toEqual([]);
  if (!undelivered) throw new Error(`${environment} does not render`);
  return undelivered;
}

/** Rendered and registered once for all tests that only look at it. */
let registeredProd: Promise<readonly Registered[]> | undefined;

function prod(): Promise<readonly Registered[]> {
  registeredProd ??= register(planOf('prod'), 'prod');
  return registeredProd;
}

const environment = environmentSchema.parse({
  ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
});

test.each(
  listEnvironments(ENVIRONMENTS),
)('%s through Pulumi is the same set of objects in the same compartments and order as its tree', (name) =>
  expectTheSame(planOf(name), name));

test('any platform through Pulumi is the same set, in the same compartments and order', async () => {
  const platforms = fc.array(fc.array(fc.nat(20), { maxLength: 3 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(platforms, async (edges) => {
      const platform = new Platform({ environment });
      const made: Compartment[] = [];
      for (const [index, before] of edges.entries()) {
        const compartment = new Compartment(platform, `c${index}`, { plane: 'tenant', owner: 'team' });
        for (const other of before) if (made[other]) compartment.after(made[other]);
        new ApiObject(compartment, 'data', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'data' } });
        made.push(compartment);
      }
      await expectTheSame(plan(platform), 'random');
    }),
    { numRuns: 5 },
  );
});

test('within a compartment everything waits for its namespace, contents for the jobs before their release, and nothing else', async () => {
  const registered = await prod();
  const namespaces = new Map(
    registered.flatMap(({ name, urn, inputs }) => (inputs.kind === 'Namespace' ? [[urn, name]] : [])),
  );
  const shop = registered.filter(({ name, inputs }) => name.startsWith('prod/shop/') && inputs.kind !== 'Namespace');
  expect(shop.length).toBeGreaterThan(20);
  const jobs = shop.filter(({ inputs }) => inputs.kind === 'Job').map(({ urn }) => urn);
  expect(jobs).toHaveLength(1);
  for (const { name, inputs, urn, dependencies } of shop) {
    const waits = dependencies.map((urn) => namespaces.get(urn) ?? urn);
    const isContents = halfOf(inputs) === 'contents' && !jobs.includes(urn);
    expect([name, waits]).toEqual([name, ['prod/shop/Namespace/shop', ...(isContents ? jobs : [])]]);
  }
});

test('what is to be judged waits until the pod of the probe is refused, and the probe for the policy that refuses it', async () => {
  const registered = await prod();
  const own = registered.filter(({ name }) => name.startsWith('prod/policy-probe/'));
  const probe = own.find(({ inputs }) => inputs.kind === 'ReplicaSet');
  expect(probe?.inputs.metadata.annotations).toEqual({ 'pulumi.com/waitFor': 'condition=ReplicaFailure' });
  expect(probe?.dependencies.toSorted()).toEqual(
    own
      .filter((each) => each !== probe)
      .map(({ urn }) => urn)
      .toSorted(),
  );
  const shop = registered.find(({ name }) => name === 'prod/shop/Namespace/shop');
  expect(shop?.dependencies).toContain(probe?.urn);
});

test('names hold environment, compartment, kind and name, so that a URN stays while the object does', async () => {
  const registered = await prod();
  const names = registered.map(({ name }) => name);
  expect(names).toContain('prod/shop/Deployment.apps/web');
  expect(names).toContain('prod/shop/Service/cart');
  expect(new Set(names).size).toBe(names.length);
});

test('what Kubernetes makes in every namespace is patched, because creating it would be refused', async () => {
  const registered = await prod();
  const accounts = registered.filter(({ name }) => name.endsWith('/ServiceAccount/default'));
  expect(accounts.map(({ name }) => name)).toContain('prod/shop/ServiceAccount/default');
  expect(new Set(accounts.map(({ type }) => type))).toEqual(new Set(['kubernetes:core/v1:ServiceAccountPatch']));
  expect(registered.filter(({ type }) => type.endsWith('Patch'))).toEqual(accounts);
});

test('nobody waits for what only observes, and a namespace that holds data is protected', async () => {
  const platform = new Platform({ environment });
  const observing = new Compartment(platform, 'observing', { plane: 'telemetry', owner: 'team' });
  new ApiObject(observing, 'd', { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' } });
  const data = new Compartment(platform, 'data', { plane: 'tenant', owner: 'team' });
  new ApiObject(data, 'c', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' } });
  const registered = await register(plan(platform), 'test');
  const byName = new Map(registered.map((resource) => [resource.name, resource]));
  expect(byName.get('test/observing/Deployment.apps/d')?.inputs.metadata.annotations).toEqual({
    'pulumi.com/skipAwait': 'true',
  });
  expect(byName.get('test/data/PersistentVolumeClaim/c')?.inputs.metadata.annotations).toBeUndefined();
  expect(byName.get('test/data/Namespace/data')?.protect).toBe(true);
  expect(byName.get('test/observing/Namespace/observing')?.protect).toBe(false);
});
