import fc from 'fast-check';
import { App, defineApp } from '../../constructs/app';
import { Compartment } from '../../constructs/compartment';
import { apiServer, appEnd, outside } from '../../constructs/end';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { ISTIO, ISTIO_VERSIONS, type IstioVersion } from '../../constructs/mesh/istio-versions';
import { type MeshInput, type MeshSpec, meshSchema } from '../../constructs/mesh/mesh-spec';
import { untestedPairs } from '../../constructs/mesh/untested-pairs';
import { Passage } from '../../constructs/passage';
import { Platform } from '../../constructs/platform';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { manifestsOf, plan, runsOf } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { knobsOf } from './knobs';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const oneVersion: MeshInput<'1.36'> = {
  versions: ['1.30.2'],
  tags: { stable: '1.30.2' },
  gatewayApi: '1.5.1',
  cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
};
const twoVersions: MeshInput<'1.36'> = {
  ...oneVersion,
  versions: ['1.30.2', '1.30.3'],
  tags: { stable: '1.30.2', next: '1.30.3' },
};

const shop = tenantSpecSchema.parse({
  name: 'shop',
  owner: 'shop-developers',
  domain: 'shop',
  apps: [{ name: 'web', image, port: 8080, calls: { 'payments/api': 'money' } }],
});
const payments = tenantSpecSchema.parse({
  name: 'payments',
  owner: 'payments-developers',
  domain: 'pay',
  accepts: { api: { 'shop/web': 'customers pay' } },
  apps: [{ name: 'api', image, port: 9000 }],
});

function platformWith(mesh: MeshInput | undefined, more: Partial<EnvironmentInput> = {}): Platform {
  const environment = environmentSchema.parse({
    ...{ kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } },
    ...{ mesh, ...more },
  });
  return new Platform({ environment, tenants: [shop, payments] });
}

function planWith(mesh: MeshInput | undefined): Plan {
  return plan(platformWith(mesh));
}

function find(manifests: readonly Manifest[], kind: string, name: string, namespace?: string): Manifest | undefined {
  return manifests.find(
    ({ kind: k, metadata }) => k === kind && metadata.name === name && metadata.namespace === namespace,
  );
}

function releasesOf({ compartments }: Plan, compartment: string) {
  return compartments.find(({ name }) => name === compartment)?.releases ?? [];
}

/** The values that one release of the mesh compartment sets. */
function valuesOf(plan: Plan, name: string): Record<string, unknown> {
  const what = releasesOf(plan, 'mesh').find((release) => release.name === name)?.what;
  return what && 'values' in what ? what.values : {};
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${metadata.namespace ?? ''} ${kind} ${metadata.name}`;
}

interface Webhook {
  readonly name: string;
  readonly failurePolicy: string;
  readonly clientConfig: { readonly service: { readonly name: string }; readonly caBundle?: string };
  readonly namespaceSelector: { readonly matchExpressions: readonly Requirement[] };
}

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

function webhooksOf(manifest: Manifest | undefined): readonly Webhook[] {
  return (manifest?.webhooks ?? []) as readonly Webhook[];
}

/** As the API server decides. */
function selects(requirements: readonly Requirement[], labels: Readonly<Record<string, string>>): boolean {
  return requirements.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'DoesNotExist') return value === undefined;
    return operator === 'In' ? value !== undefined && values.includes(value) : !values.includes(value ?? '');
  });
}

describe('control planes', () => {
  const two = planWith(twoVersions);

  test('run side by side after the kinds that they share, and share no name', () => {
    const [base, ...istiods] = releasesOf(two, 'mesh');
    expect(base).toMatchObject({ name: 'istio-base', what: { chart: { version: '1.30.3' } }, after: [] });
    expect(istiods.map(({ name, after }) => [name, after])).toEqual([
      ['istiod-1-30-2', ['istio-base']],
      ['istiod-1-30-3', ['istio-base']],
    ]);
    const names = [...runsOf(two), ...manifestsOf(two)].map(keyOf);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('fail closed, and keep every flow but the declared ones away', () => {
    expect(valuesOf(two, 'istio-base')).toMatchObject({ base: { validationFailurePolicy: 'Fail' } });
    expect(valuesOf(two, 'istiod-1-30-3')).toMatchObject({
      revision: '1-30-3',
      autoscaleMin: 2,
      base: { validationFailurePolicy: 'Fail' },
      meshConfig: { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, extensionProviders: [] },
    });
    const webhooks = runsOf(two).flatMap(webhooksOf);
    expect(new Set(webhooks.map(({ failurePolicy }) => failurePolicy))).toEqual(new Set(['Fail']));
    const manifests = manifestsOf(two);
    expect(find(manifests, 'PeerAuthentication', 'default', 'mesh')?.spec).toEqual({ mtls: { mode: 'STRICT' } });
    const opened = manifests.filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === 'mesh');
    expect(opened.map(({ metadata }) => metadata.name)).toEqual([
      'default-deny',
      'every.to.dns',
      'istiod.from.api-server',
      'istiod.from.edge.every',
      'istiod.from.payments.every',
      'istiod.from.shop.every',
      'istiod.from.telemetry.agent',
      'istiod.to.api-server',
    ]);
  });

  test('know the namespaces of the request path and no others, so that observers push nothing to sidecars', () => {
    const { meshConfig } = valuesOf(two, 'istiod-1-30-2') as {
      meshConfig: { discoverySelectors: { matchExpressions: Requirement[] }[] };
    };
    const isKnown = (labels: Record<string, string>) =>
      meshConfig.discoverySelectors.some(({ matchExpressions }) => selects(matchExpressions, labels));
    const planes = ['mesh', 'edge', 'certificates', 'policy', 'delivery', 'tenant', 'logging', 'telemetry'];
    expect(planes.filter((plane) => isKnown({ 'bulkhead.dev/plane': plane }))).toEqual(['mesh', 'edge', 'tenant']);
    const names = ['kube-system', 'default', 'kube-public', 'monitoring'];
    expect(names.filter((name) => isKnown({ 'kubernetes.io/metadata.name': name }))).toEqual([
      'kube-system',
      'default',
    ]);
  });

  test('of any set of versions and tags: who validates and who injects always runs', () => {
    const versions = fc.uniqueArray(fc.constantFrom<IstioVersion>('1.30.1', '1.30.2', '1.30.3', '1.30.4'), {
      minLength: 1,
    });
    fc.assert(
      fc.property(versions, fc.infiniteStream(fc.nat()), fc.boolean(), (chosen, choices, isDefaultSaid) => {
        const [first, ...rest] = chosen.toSorted();
        if (first === undefined) return;
        const any = (): IstioVersion => chosen[Number(choices.next().value) % chosen.length] ?? first;
        const planned = planWith({
          ...oneVersion,
          versions: [first, ...rest],
          tags: { stable: any(), next: any() },
          ...(isDefaultSaid ? { defaultVersion: any() } : {}),
        });
        const live = releasesOf(planned, 'mesh').map(({ name }) => name);
        const webhooks = [...runsOf(planned), ...manifestsOf(planned)].flatMap(webhooksOf);
        for (const { clientConfig } of webhooks.filter(({ name }) => name.endsWith('istio.io')))
          expect(live).toContain(clientConfig.service.name);
        expect(live).toContain(`istiod-${valuesOf(planned, 'istio-base').defaultRevision}`);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a revision tag', () => {
  test('has the pods of the namespaces bound to it injected, and no others wait for it', () => {
    const manifests = manifestsOf(planWith(twoVersions));
    const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
    const asked = (tag: string) => {
      const webhooks = webhooksOf(find(manifests, 'MutatingWebhookConfiguration', `istio-revision-tag-${tag}`));
      expect(webhooks.map(({ name }) => name)).toEqual(['rev.namespace.sidecar-injector.istio.io']);
      return namespaces.filter(({ metadata }) =>
        webhooks.some(({ namespaceSelector }) => selects(namespaceSelector.matchExpressions, metadata.labels ?? {})),
      );
    };
    expect(asked('stable').map(({ metadata }) => metadata.name)).toEqual(['payments', 'shop']);
    expect(asked('next')).toEqual([]);
  });

  test('leaves the certificate to the control plane that its labels name', () => {
    const webhook = find(manifestsOf(planWith(twoVersions)), 'MutatingWebhookConfiguration', 'istio-revision-tag-next');
    expect(webhook?.metadata.labels).toMatchObject({ 'istio.io/rev': '1-30-3', 'istio.io/tag': 'next' });
    expect(webhooksOf(webhook).map(({ clientConfig }) => 'caBundle' in clientConfig)).toEqual([false]);
  });

  test('moves to another version by its own two objects alone', () => {
    const before = manifestsOf(planWith({ ...twoVersions, defaultVersion: '1.30.2' }));
    const tags = { stable: '1.30.3', next: '1.30.3' } as const;
    const after = manifestsOf(planWith({ ...twoVersions, tags, defaultVersion: '1.30.2' }));
    const texts = new Set(before.map((manifest) => JSON.stringify(manifest)));
    expect(after.filter((manifest) => !texts.has(JSON.stringify(manifest))).map(keyOf)).toEqual([
      ' MutatingWebhookConfiguration istio-revision-tag-stable',
      'mesh Service istiod-revision-tag-stable',
    ]);
  });
});

describe('sidecars', () => {
  const HOSTS = ['./*', 'mesh/*', 'kube-system/*'];

  function hostsOf(platform: Platform, namespace: string): unknown {
    return find(manifestsOf(plan(platform)), 'Sidecar', 'default', namespace)?.spec;
  }

  function sidecar(...more: string[]) {
    return { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: [...HOSTS, ...more] }] };
  }

  test('know what the passages lead to, also those declared later, and nothing else', () => {
    const platform = platformWith(oneVersion);
    expect(hostsOf(platform, 'shop')).toEqual(sidecar('payments/api.payments.svc.cluster.local'));
    expect(hostsOf(platform, 'payments')).toEqual(sidecar());
  });

  test('know what lies outside the mesh by an entry of its own, one for each end however many passages lead there', () => {
    const platform = platformWith(oneVersion);
    const tools = new Compartment(platform, 'tools', { plane: 'tenant', owner: 'team', mesh: 'member' });
    const [job, web] = ['job', 'web'].map((name) => new App(tools, defineApp({ name, image })).end);
    const plain = new Compartment(platform, 'plain', { plane: 'policy', owner: 'team' });
    const partner = outside('partner.example.net', '203.0.113.7/32', '203.0.113.6/32');
    if (!job || !web) throw new Error('there are two apps');
    const open = (from: typeof job, to: Passage['props']['to'], port: number) =>
      new Passage(platform, { from, to, ports: [{ protocol: 'TCP', port }], why: 'asks' });
    open(job, partner, 443);
    open(web, partner, 8443);
    open(job, apiServer, 6443);
    open(job, appEnd(plain, 'server'), 5432);

    const manifests = manifestsOf(plan(platform));
    const entries = manifests.filter(({ kind, metadata }) => kind === 'ServiceEntry' && metadata.namespace === 'tools');
    expect(entries.map(({ metadata }) => metadata.name)).toEqual([
      'to.outside.partner.example.net',
      'to.plain.server',
      'to.telemetry.gateway-tools',
    ]);
    expect(entries.map(({ spec }) => spec)).toMatchObject([
      {
        hosts: ['partner.example.net'],
        addresses: ['203.0.113.6/32', '203.0.113.7/32'],
        ports: [
          { number: 443, protocol: 'TCP' },
          { number: 8443, protocol: 'TCP' },
        ],
        resolution: 'NONE',
        exportTo: ['.'],
      },
      { hosts: ['server.plain.svc.cluster.local'], ports: [{ number: 5432, protocol: 'TCP' }], resolution: 'NONE' },
      {
        hosts: ['gateway-tools.telemetry.svc.cluster.local'],
        ports: [
          { number: 4317, protocol: 'GRPC' },
          { number: 4318, protocol: 'HTTP' },
        ],
        resolution: 'DNS',
      },
    ]);
    expect(hostsOf(platform, 'tools')).toEqual(sidecar('default/kubernetes.default.svc.cluster.local'));
  });
});

test('the request path waits for the mesh, and nothing of it waits for what only observes', () => {
  const backend = { endpoint: 'https://otlp.example.net', cidrs: ['192.0.2.1/32'] as [string] };
  const observers: Partial<EnvironmentInput> = {
    logging: { version: '0.149.0', backend: { kind: 'outside', ...backend } },
    telemetry: { version: '0.149.0', metrics: { kind: 'metrics' }, traces: backend },
    metrics: { version: '88.5.3' },
  };
  const { compartments } = plan(platformWith(oneVersion, observers));
  const after = new Map(compartments.map(({ name, after }) => [name, after]));
  expect(after.get('gateway-api')).toEqual(['planes']);
  expect(after.get('mesh')).toEqual(['gateway-api', 'planes']);
  expect(after.get('mesh-cni')).toEqual(['mesh', 'planes']);
  expect(after.get('shop')).toEqual(['mesh', 'planes']);
  const observing = ['logging', 'telemetry', 'metrics'];
  expect([...after.keys()]).toEqual(expect.arrayContaining(observing));
  expect([...after.values()].flat().filter((name) => observing.includes(name))).toEqual([]);
});

test('the agent of the mesh is alone with its rights, and its paths are said', () => {
  const planned = planWith(twoVersions);
  const [release] = releasesOf(planned, 'mesh-cni');
  expect(release?.what).toMatchObject({
    chart: { name: 'cni', version: '1.30.2' },
    values: { cniBinDir: '/opt/cni/bin', cniConfDir: '/etc/cni/net.d' },
  });
  const privileged = manifestsOf(planned).filter(
    ({ kind, metadata }) =>
      kind === 'Namespace' && metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'privileged',
  );
  expect(privileged.map(({ metadata }) => metadata.name)).toEqual(['mesh-cni']);
});

/** What an output sees of each compartment. */
function compartmentsOf({ compartments }: Plan): Map<string, string> {
  return new Map(
    compartments.map(({ name, manifests, releases }) => {
      const objects = manifests.map(({ manifest }) => manifest);
      return [name, JSON.stringify([objects, releases.map(({ what, after }) => ({ what, after }))])];
    }),
  );
}

describe('turning a knob of the mesh', () => {
  const spec = meshSchema.parse({ ...twoVersions, tags: { stable: '1.30.2', other: '1.30.2' } });
  const before = compartmentsOf(planWith(spec));
  /** Whom a knob concerns beside the mesh itself: whoever is bound to its tag or known by its trust domain. */
  const MEMBERS: Readonly<Record<string, readonly string[]>> = {
    revisionTag: ['payments', 'shop'],
    trustDomain: ['payments'],
  };

  test.each(knobsOf(meshSchema, spec))('by $path changes no other compartment', ({ path, turned }) => {
    const sound = turned.flatMap((value): MeshSpec[] => {
      const { data } = meshSchema.safeParse(value);
      return data && untestedPairs('1.36', data).length === 0 ? [data] : [];
    });
    const changed = sound.flatMap((value) => {
      const after = compartmentsOf(planWith(value));
      return [...after].filter(([name, text]) => before.get(name) !== text).map(([name]) => name);
    });
    const own = path === 'gatewayApi' ? ['gateway-api'] : path.startsWith('cni.') ? ['mesh-cni'] : ['mesh', 'mesh-cni'];
    const allowed = [...own, ...(MEMBERS[path] ?? [])];
    expect(changed.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(changed).not.toEqual([]);
  });
});

test('without a mesh there is no trace of one', () => {
  const planned = planWith(undefined);
  const kinds = manifestsOf(planned).filter(({ apiVersion }) => apiVersion.includes('istio.io'));
  expect(kinds).toEqual([]);
  expect(planned.compartments.flatMap(({ releases }) => releases)).toEqual([]);
  expect(find(manifestsOf(planned), 'NetworkPolicy', 'every.to.telemetry.gateway-shop', 'shop')).toBeDefined();
});

describe('versions', () => {
  test('that were not tested with the cluster do not type-check', () => {
    const cluster = { domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] as [string] } };
    const old = { ...oneVersion, tags: { stable: '1.28.0' as const }, gatewayApi: '1.4.0' as const };
    const sound: EnvironmentInput = { ...cluster, kubernetes: '1.34', mesh: { ...old, versions: ['1.28.0'] } };
    expect(environmentSchema.safeParse(sound).success).toBe(true);
    // @ts-expect-error Istio 1.28 was not tested with Kubernetes 1.36.
    const untested: EnvironmentInput = { ...cluster, kubernetes: '1.36', mesh: { ...old, versions: ['1.28.0'] } };
    expect(environmentSchema.safeParse(untested).success).toBe(false);
  });

  test('are listed oldest first, and each is tested with something', () => {
    const numbers = ISTIO_VERSIONS.map((version) => version.split('.').map(Number));
    expect(
      numbers.toSorted((a, b) => a.map((part, at) => part - (b[at] ?? 0)).find((sign) => sign !== 0) ?? 0),
    ).toEqual(numbers);
    for (const { kubernetes, gatewayApi } of Object.values(ISTIO)) {
      expect([kubernetes.length, gatewayApi.length]).not.toContain(0);
    }
  });
});
