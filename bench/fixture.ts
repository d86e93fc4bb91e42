import {
  type AppSpecInput,
  defineEnvironment,
  defineTenant,
  type EnvironmentInput,
  emitYaml,
  type Json,
  type Manifest,
  manifestsOf,
  type Plan,
  Platform,
  plan,
  type TenantSpec,
  type TenantSpecInput,
} from '../stacks';

const APPS_PER_TENANT = 30;

export const ENVIRONMENT: EnvironmentInput = {
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
};

const environment = defineEnvironment(ENVIRONMENT);

/** What one measurement works on: the same for every run and every contestant. */
export interface Fixture {
  /** The tenants as they are written. */
  readonly inputs: readonly TenantSpecInput[];
  /** The tenants as the platform reads them. */
  readonly specs: readonly TenantSpec[];
  /** The objects of the platform that is made of them. */
  readonly manifests: readonly Manifest[];
}

const fixtures = new Map<number, Fixture>();

/** Tenants of thirty apps, the last one smaller, so that the platform holds as near to `objects` objects as can be. */
export function fixtureOf(objects: number): Fixture {
  const known = fixtures.get(objects);
  if (known) return known;
  const inputs = inputsFor(objects);
  const specs = inputs.map(defineTenant);
  const fixture = { inputs, specs, manifests: manifestsOf(planOf(specs)) };
  fixtures.set(objects, fixture);
  return fixture;
}

export function planOf(specs: readonly TenantSpec[]): Plan {
  return plan(new Platform({ environment, tenants: specs }));
}

/** Several objects in one file. */
export function yamlOf(manifests: readonly Manifest[]): string {
  return manifests.map((manifest) => `---\n${emitYaml(manifest as Json)}`).join('');
}

/** `tenants` whole tenants, then one of `rest` apps if that is not nothing. Each calls the one before it. */
function inputsOf(tenants: number, rest: number): TenantSpecInput[] {
  const apps = [...Array<number>(tenants).fill(APPS_PER_TENANT), ...(rest > 0 ? [rest] : [])];
  return apps.map((count, index) => tenant(index, count, index === apps.length - 1));
}

function inputsFor(objects: number): TenantSpecInput[] {
  const first = countObjects(1, 0);
  const each = countObjects(2, 0) - first;
  const tenants = 1 + Math.max(0, Math.floor((objects - first) / each));
  return inputsOf(tenants, restFor(objects - first - (tenants - 1) * each, first));
}

/** How many apps the last tenant needs to bring `objects` more. */
function restFor(objects: number, first: number): number {
  const [fewest, most] = [countObjects(1, 1) - first, countObjects(1, APPS_PER_TENANT - 1) - first];
  if (objects < fewest / 2) return 0;
  const further = Math.round(((objects - fewest) / (most - fewest)) * (APPS_PER_TENANT - 2));
  return Math.min(APPS_PER_TENANT - 1, 1 + Math.max(0, further));
}

function countObjects(tenants: number, rest: number): number {
  return manifestsOf(planOf(inputsOf(tenants, rest).map(defineTenant))).length;
}

/** Names a tenant; none is part of another's name, nor of anything else that is rendered. */
export function tenantName(index: number): string {
  return `team-${String(index).padStart(4, '0')}`;
}

const appName = (index: number) => `app-${String(index).padStart(2, '0')}`;

function tenant(index: number, apps: number, isLast: boolean): TenantSpecInput {
  const name = tenantName(index);
  const caller = `${tenantName(index + 1)}/${appName(0)}`;
  return {
    name,
    owner: `${name}-developers`,
    domain: name,
    size: 'L',
    ...(isLast ? {} : { accepts: { [appName(1)]: { [caller]: 'the next team builds on it' } } }),
    apps: Array.from({ length: apps }, (_, app) => appOf(name, app, apps, index)),
  };
}

/** Every other app calls its neighbour; the first is public and calls the tenant before. */
function appOf(tenant: string, index: number, apps: number, tenantIndex: number): AppSpecInput {
  const neighbour = index % 2 === 0 && index + 1 < apps ? { [appName(index + 1)]: 'asks its neighbour' } : {};
  const before =
    index === 0 && tenantIndex > 0
      ? { [`${tenantName(tenantIndex - 1)}/${appName(1)}`]: 'builds on the team before' }
      : {};
  return {
    name: appName(index),
    image: `images.example.com/${tenant}/${appName(index)}:1.4.${index}@sha256:${'0'.repeat(64)}`,
    port: 8080,
    health: '/healthz',
    env: { LOG_LEVEL: 'info', GREETING: `Hello from ${tenant}` },
    expose: index === 0 ? 'public' : 'internal',
    calls: { ...neighbour, ...before },
  };
}
