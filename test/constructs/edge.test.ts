import fc from 'fast-check';
import { CERT_MANAGER_VERSIONS } from '../../constructs/certificates/certificates-spec';
import { GATEWAY } from '../../constructs/defaults';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { checkManifests } from '../../policies';
import { gitopsTree } from '../../stacks/outputs/gitops/tree';
import { manifestsOf, plan, runsOf } from '../../stacks/plan';
import { knobsOf } from './knobs';

const image = 'images.example.com/app:1';
const sound: EnvironmentInput = {
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3', next: '1.30.3' },
    revisionTag: 'next',
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
  certificates: { version: '1.21.1', issuer: { kind: 'self-signed' } },
  edge: {},
  rollouts: {
    version: '1.44.0',
    metrics: { kind: 'outside', address: 'https://metrics.example.net:9090', cidrs: ['192.0.2.3/32'] },
  },
};

type Tenant = Pick<Parameters<typeof defineTenant>[0], 'name' | 'apps'>;

const shop: Tenant = { name: 'shop', apps: [{ name: 'web', image, port: 8080, expose: 'public', timeout: 12 }] };

function planOf(environment: Partial<EnvironmentInput> = {}, tenants: readonly Tenant[] = [shop]) {
  const specs = tenants.map(({ name, apps }) => defineTenant({ name, owner: 'team', domain: `${name}-domain`, apps }));
  return plan(new Platform({ environment: environmentSchema.parse({ ...sound, ...environment }), tenants: specs }));
}

function render(...args: Parameters<typeof planOf>): Manifest[] {
  return manifestsOf(planOf(...args));
}

/** The objects of a kind in a namespace. */
function of(manifests: readonly Manifest[], kind: string, namespace?: string): Manifest[] {
  return manifests.filter(({ kind: own, metadata }) => own === kind && metadata.namespace === namespace);
}

const names = (manifests: readonly Manifest[]) => manifests.map(({ metadata }) => metadata.name);
const problemsOf = (environment: unknown) => () => defineEnvironment(environment as EnvironmentInput);

interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly tls?: { readonly certificateRefs: readonly object[] };
  readonly allowedRoutes: { readonly namespaces: object; readonly kinds: readonly object[] };
}

interface Spec {
  readonly listeners: readonly Listener[];
  readonly parentRefs: readonly { readonly name: string; readonly namespace?: string; readonly sectionName: string }[];
  readonly hostnames: readonly string[];
  readonly secretName: string;
  readonly dnsNames: readonly string[];
}

const specOf = (manifest: Manifest | undefined) => (manifest?.spec ?? {}) as Spec;

describe('the edge', () => {
  const tenantNames = fc.uniqueArray(fc.stringMatching(/^t[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 12 });
  const chosen = tenantNames.chain((all) =>
    fc.record({
      all: fc.constant(all),
      numbers: fc.array(fc.integer({ min: 1, max: GATEWAY.count }), { minLength: all.length, maxLength: all.length }),
    }),
  );
  const gatewaysOf = ({ all, numbers }: { all: string[]; numbers: number[] }) =>
    Object.fromEntries(all.flatMap((name, index) => ((numbers[index] ?? 1) > 1 ? [[name, numbers[index] ?? 1]] : [])));
  const tenant = (name: string): Tenant => ({ name, apps: shop.apps });

  test('gives every tenant one listener, for its own domain, namespace and certificate alone', () => {
    fc.assert(
      fc.property(chosen, (choice) => {
        const manifests = render({ edge: { gateways: gatewaysOf(choice) } }, choice.all.map(tenant));
        const gateways = of(manifests, 'Gateway', 'edge');
        const certificates = of(manifests, 'Certificate', 'edge').map(specOf);
        for (const name of choice.all) {
          const homes = gateways.filter((gateway) => specOf(gateway).listeners.some((own) => own.name === name));
          expect(homes).toHaveLength(1);
          const listener = specOf(homes[0]).listeners.find((own) => own.name === name);
          expect(listener).toMatchObject({
            ...{ protocol: 'HTTPS', port: 443, hostname: `*.${name}-domain.example.com` },
            tls: { certificateRefs: [{ group: '', kind: 'Secret', name: `tls-${name}` }] },
          });
          expect(listener?.allowedRoutes).toEqual({
            namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': name } } },
            kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
          });
          const signed = certificates.filter(({ dnsNames }) => dnsNames.includes(listener?.hostname ?? ''));
          expect(signed.map(({ secretName }) => secretName)).toEqual([`tls-${name}`]);
          const [route] = of(manifests, 'HTTPRoute', name).map(specOf);
          expect(route?.hostnames).toEqual([`web.${name}-domain.example.com`]);
          expect(route?.parentRefs).toEqual([{ name: homes[0]?.metadata.name, namespace: 'edge', sectionName: name }]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('moves nobody to another Gateway when a tenant comes', () => {
    const homes = (manifests: readonly Manifest[]) =>
      of(manifests, 'Gateway', 'edge').flatMap((gateway) =>
        specOf(gateway).listeners.map(({ name }) => `${gateway.metadata.name} ${name}`),
      );
    fc.assert(
      fc.property(chosen, fc.stringMatching(/^n[a-z0-9]{1,8}$/), (choice, added) => {
        const edge = { gateways: gatewaysOf(choice) };
        const before = homes(render({ edge }, choice.all.map(tenant)));
        expect(homes(render({ edge }, [...choice.all, added].map(tenant)))).toEqual(expect.arrayContaining(before));
      }),
      { numRuns: 10 },
    );
  });

  test('keeps every private key: nobody else has a Certificate, and no listener looks for one elsewhere', () => {
    const manifests = render();
    expect(manifests.filter(({ kind }) => kind === 'Certificate').map(({ metadata }) => metadata.namespace)).toEqual([
      'certificates',
      'edge',
    ]);
    expect(JSON.stringify(of(manifests, 'Gateway', 'edge'))).not.toMatch(/"kind":"Secret"[^}]*"namespace"/);
  });

  test('holds 63 tenants at a Gateway, and says where to put the next', () => {
    const many = Array.from({ length: 64 }, (_, index) => ({ name: `t${String(index).padStart(2, '0')}`, apps: [] }));
    expect(() => planOf({}, many.slice(0, 63))).not.toThrow();
    expect(() => planOf({}, many)).toThrow(
      'edge: environment edge.gateways: Gateway edge holds 63 tenants, and there are 64. Give some another one, for example "t63: 2".',
    );
    expect(() => planOf({ edge: { gateways: { t63: 2 } } }, many)).not.toThrow();
  });

  test('answers HTTP with the way to HTTPS, and with nothing else', () => {
    const manifests = render({ edge: { gateways: { shop: 2 } } });
    const open = of(manifests, 'Gateway', 'edge').map((gateway) => specOf(gateway).listeners[0]);
    expect(open.map((listener) => listener?.allowedRoutes.namespaces)).toEqual([{ from: 'Same' }, { from: 'Same' }]);
    expect(of(manifests, 'HTTPRoute', 'edge').map(({ spec }) => spec)).toEqual([
      {
        parentRefs: ['edge', 'edge-2'].map((name) => ({ name, sectionName: 'http' })),
        rules: [
          {
            name: 'redirect',
            filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }],
          },
        ],
      },
    ]);
  });

  test('tells istiod all that a Gateway has no field for', () => {
    const edge = {
      replicas: { min: 3, max: 9 },
      sources: ['198.51.100.0/24'],
      annotations: { kind: 'internal' },
    } as const;
    const manifests = render({ edge: { ...edge, sources: ['198.51.100.0/24'] } });
    const [gateway] = of(manifests, 'Gateway', 'edge');
    expect(gateway?.metadata.labels).toEqual({ 'istio.io/rev': 'next' });
    expect(gateway?.spec).toMatchObject({
      infrastructure: {
        labels: { 'bulkhead.dev/app': 'edge-istio' },
        parametersRef: { group: '', kind: 'ConfigMap', name: 'edge-overlay' },
      },
    });
    const overlay = of(manifests, 'ConfigMap', 'edge')[0]?.data as Record<string, string>;
    const parts = Object.fromEntries(Object.entries(overlay).map(([name, text]) => [name, JSON.parse(text)]));
    expect(parts.deployment.spec).not.toHaveProperty('replicas');
    expect(parts).toMatchObject({
      deployment: {
        spec: {
          template: {
            spec: {
              priorityClassName: 'bulkhead-edge-900000',
              securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
              containers: [{ name: 'istio-proxy', resources: { limits: { memory: '512Mi' } } }],
            },
          },
        },
      },
      service: {
        metadata: { annotations: { kind: 'internal' } },
        spec: { externalTrafficPolicy: 'Local', loadBalancerSourceRanges: ['198.51.100.0/24'] },
      },
      horizontalPodAutoscaler: { spec: { minReplicas: 3, maxReplicas: 9 } },
      podDisruptionBudget: { spec: { maxUnavailable: 1 } },
    });
    const quota = of(manifests, 'ResourceQuota', 'edge').find(({ metadata }) => metadata.name === 'amounts');
    expect(quota?.spec).toMatchObject({ hard: { 'services.loadbalancers': '1' } });
  });

  test('may be called by everyone, which no other compartment may', () => {
    const manifests = render();
    expect(checkManifests([...manifests, ...runsOf(planOf())])).toEqual([]);
    const policy = of(manifests, 'NetworkPolicy', 'edge').find(
      ({ metadata }) => metadata.name === 'edge-istio.from.clients',
    );
    expect(JSON.stringify(policy)).toContain('0.0.0.0/0');
    const elsewhere = manifests.map((each) =>
      each === policy ? { ...each, metadata: { ...each.metadata, namespace: 'shop' } } : each,
    );
    expect(checkManifests(elsewhere).map(({ problem }) => problem)).toContain('Means every address.');
  });

  test('leads to an app by its own name, for as long as the app may take, without what only proxies say', () => {
    const [route] = of(render(), 'HTTPRoute', 'shop');
    const [rule] = (route?.spec as { rules: { filters: { requestHeaderModifier: { remove: string[] } }[] }[] }).rules;
    expect(rule).toMatchObject({ timeouts: { request: '12s' }, backendRefs: [{ name: 'web', port: 8080 }] });
    const removed = rule?.filters[0]?.requestHeaderModifier.remove ?? [];
    expect(removed).toEqual(expect.arrayContaining(['x-forwarded-client-cert', 'x-envoy-retry-on']));
    expect(removed.length).toBeLessThanOrEqual(16);
  });

  test('that is not there leads nowhere: what is public has no route and no passage', () => {
    const manifests = render({ edge: undefined });
    expect(manifests.filter(({ kind }) => kind === 'HTTPRoute')).toEqual([]);
    expect(names(of(manifests, 'NetworkPolicy', 'shop')).filter((name) => name.includes('edge'))).toEqual([]);
    expect(names(of(manifests, 'Namespace'))).not.toContain('edge');
  });

  test.each([
    ['certificates', 'Needs certificates, and there is none. Add certificates, or leave edge out.'],
    ['mesh', 'Needs mesh, and there is none. Add mesh, or leave edge out.'],
  ])('is refused without %s', (without, text) => {
    expect(problemsOf({ ...sound, [without]: undefined })).toThrow(`environment edge: ${text}`);
  });

  test('comes after certificates and mesh, and before the tenants', () => {
    const { compartments } = planOf();
    const after = Object.fromEntries(compartments.map(({ name, after }) => [name, after]));
    expect(after.edge).toEqual(expect.arrayContaining(['certificates', 'mesh']));
    expect(after.shop).toContain('edge');
    expect(after.rollouts).toEqual(['gateway-api', 'planes']);
  });
});

describe('certificates', () => {
  const token = { name: 'dns', key: 'token' };
  const cidrs: [string] = ['192.0.2.2/32'];
  const acme = { server: 'https://acme.example.net:8443/directory', email: 'us@example.net', cidrs: ['192.0.2.1/32'] };

  test.each([
    [{ kind: 'route53', region: 'here', role: 'writer', cidrs }, { route53: { region: 'here', role: 'writer' } }],
    [
      { kind: 'cloud-dns', project: 'zones', account: token, cidrs },
      { cloudDNS: { project: 'zones', serviceAccountSecretRef: token } },
    ],
    [
      { kind: 'azure-dns', subscription: 's', resourceGroup: 'g', zone: 'z', identity: 'i', cidrs },
      {
        azureDNS: {
          ...{ subscriptionID: 's', resourceGroupName: 'g', hostedZoneName: 'z' },
          managedIdentity: { clientID: 'i' },
        },
      },
    ],
    [{ kind: 'cloudflare', token, cidrs }, { cloudflare: { apiTokenSecretRef: token } }],
    [
      { kind: 'rfc2136', nameserver: '192.0.2.2', keyName: 'k', key: token },
      {
        rfc2136: {
          ...{ nameserver: '192.0.2.2:53', tsigKeyName: 'k', tsigAlgorithm: 'HMACSHA256' },
          tsigSecretSecretRef: token,
        },
      },
    ],
  ])('are ordered by ACME and proved by %j, and the way there is open and no other', (dns, solver) => {
    const environment = { ...sound, certificates: { version: '1.21.2', issuer: { kind: 'acme', ...acme, dns } } };
    const manifests = manifestsOf(plan(new Platform({ environment: environmentSchema.parse(environment) })));
    expect(of(manifests, 'ClusterIssuer').map(({ spec }) => spec)).toEqual([
      {
        acme: {
          ...{ server: acme.server, email: acme.email, privateKeySecretRef: { name: 'acme-account' } },
          solvers: [{ dns01: solver }],
        },
      },
    ]);
    const ways = of(manifests, 'NetworkPolicy', 'certificates').filter(({ metadata }) =>
      metadata.name.includes('.to.'),
    );
    expect(names(ways).sort()).toEqual([
      'controller.to.outside.acme.example.net',
      `controller.to.outside.${dns.kind}`,
      ...['every.to.api-server', 'every.to.dns'],
    ]);
    expect(JSON.stringify(ways)).toContain('"port":8443');
  });

  test('are signed by an authority of the environment, or by whom somebody else makes', () => {
    const own = render();
    expect(names(of(own, 'ClusterIssuer')).sort()).toEqual(['bulkhead', 'bulkhead-authority']);
    expect(of(own, 'Certificate', 'certificates').map(({ spec }) => spec)).toMatchObject([{ isCA: true }]);
    const issuer = { kind: 'existing', name: 'company' } as const;
    const theirs = render({ certificates: { version: '1.21.1', issuer } });
    expect(of(theirs, 'ClusterIssuer')).toEqual([]);
    expect(of(theirs, 'Certificate', 'edge').map(({ spec }) => spec)).toMatchObject([
      { issuerRef: { kind: 'ClusterIssuer', name: 'company' }, privateKey: { rotationPolicy: 'Always' } },
    ]);
  });

  test('come from pods that name their component, priority and memory, and survive a node', () => {
    const runs = runsOf(planOf()).filter(({ metadata }) => metadata.namespace === 'certificates');
    const deployments = of(runs, 'Deployment', 'certificates').map(({ spec }) => spec);
    expect(deployments).toMatchObject(
      [
        ['controller', 2],
        ['webhook', 2],
        ['cainjector', 1],
      ].map(([app, replicas]) => ({
        replicas,
        template: {
          metadata: { labels: { 'bulkhead.dev/app': app } },
          spec: { serviceAccountName: app, priorityClassName: 'bulkhead-certificates-800000' },
        },
      })),
    );
    expect(names(of(runs, 'PodDisruptionBudget', 'certificates'))).toEqual(['cert-manager', 'cert-manager-webhook']);
  });

  test.each([
    [
      { version: '1.20.0' },
      `certificates.version: "1.20.0" is not possible here. Write one of "${CERT_MANAGER_VERSIONS.join('", "')}".`,
    ],
    [{ issuer: { kind: 'acme', ...acme } }, 'certificates.issuer.dns: Missing.'],
    [
      { issuer: { kind: 'acme', ...acme, dns: { kind: 'cloudflare', cidrs } } },
      'certificates.issuer.dns.token: Missing.',
    ],
    [
      { issuer: { kind: 'acme', ...acme, server: 'http://acme', dns: { kind: 'route53', region: 'here', cidrs } } },
      'certificates.issuer.server: "http://acme" is not possible here. Write an address such as "https://acme.example.com/directory".',
    ],
    [{ issuer: { kind: 'existing' } }, 'certificates.issuer.name: Missing.'],
  ])('are refused with %j', (bad, text) => {
    expect(problemsOf({ ...sound, certificates: { ...sound.certificates, ...bad } })).toThrow(`environment ${text}`);
  });
});

describe('rollouts', () => {
  test('reach the API server and the metrics, and nothing else', () => {
    const ways = of(render(), 'NetworkPolicy', 'rollouts').filter(({ metadata }) => metadata.name !== 'default-deny');
    expect(names(ways).sort()).toEqual([
      ...['every.to.dns', 'flagger.to.api-server', 'flagger.to.outside.metrics.example.net'],
    ]);
    expect(JSON.stringify(ways)).toContain('"192.0.2.3/32"}}],"ports":[{"protocol":"TCP","port":9090}]');
  });

  test('ask for success and latency where the environment says', () => {
    const templates = of(render(), 'MetricTemplate', 'rollouts');
    expect(names(templates)).toEqual(['latency-p99', 'success-rate']);
    for (const { spec } of templates) {
      expect(spec).toMatchObject({ provider: { type: 'prometheus', address: 'https://metrics.example.net:9090' } });
    }
  });

  test('believe what the platform says of whose metrics they are, and no app', () => {
    for (const { spec } of of(render(), 'MetricTemplate', 'rollouts')) {
      const { query } = spec as { readonly query: string };
      const series = query.split('istio_').slice(1);
      expect(series).not.toEqual([]);
      for (const each of series) expect(each).toMatch(/^\w+\{bulkhead_tenant="\{\{ namespace \}\}",/);
    }
  });

  /** Where every request fails there is no series of those that did not; and nothing by nothing is no number. */
  test('hold an app that nobody asks for well, and one whose every request fails for none', () => {
    const [latency, successRate] = of(render(), 'MetricTemplate', 'rollouts').map(
      ({ spec }) => (spec as { readonly query: string }).query,
    );
    expect(successRate).toMatch(/^100 - 100\n {2}\* \(sum\(.*response_code=~"5\.\."\}.*\) or vector\(0\)\)/);
    expect(successRate).toMatch(/ > 0\)\nor vector\(100\)\n$/);
    expect(latency).toMatch(/^histogram_quantile\(0\.99, sum by \(le\)/);
    expect(latency).toMatch(/\) >= 0\nor vector\(0\)\n$/);
  });

  test('are refused a source that anybody on the way reads, unless the environment allows it', () => {
    const metrics = { kind: 'outside', address: 'http://metrics.example.net', cidrs: ['192.0.2.3/32'] };
    const withMetrics = (more: object) => ({
      ...sound,
      rollouts: { version: '1.44.0', metrics: { ...metrics, ...more } },
    });
    expect(problemsOf(withMetrics({}))).toThrow(
      'environment rollouts.metrics.address: "http://metrics.example.net" is plaintext',
    );
    expect(problemsOf(withMetrics({ allowPlaintext: true }))).not.toThrow();
  });
});

test('a knob of certificates, edge or rollouts changes its own compartment, and only what it names elsewhere', () => {
  /** Who signs stands in every certificate; a Gateway's number in what leads to it; how versions take over in what is moved. */
  const named: Readonly<Record<string, RegExp>> = {
    'certificates.issuer': /^edge\/boundary\/Certificate\./,
    'edge.gateways': /^shop\/(boundary\/(NetworkPolicy|AuthorizationPolicy|kustomization)|contents\/HTTPRoute)/,
    'rollouts.default': /^shop\/contents\/(Service|HTTPRoute|Canary|kustomization)\./,
  };
  const files = (environment: object) =>
    new Map(
      gitopsTree(planOf(environment), new Map()).flatMap(({ name, files }) =>
        [...files].map(([path, text]): [string, string] => [`${name}/${path}`, text]),
      ),
    );
  const base = environmentSchema.parse({ ...sound, edge: { gateways: { shop: 2 } } });
  const before = files(base);
  let tried = 0;
  for (const { path, turned } of knobsOf(environmentSchema, base)) {
    const [section = '', member = ''] = path.split('.').map((part) => part.replace('[]', ''));
    if (!['certificates', 'edge', 'rollouts'].includes(section) || member === '') continue;
    for (const value of turned) {
      const read = environmentSchema.safeParse(value);
      if (!read.success) continue;
      tried += 1;
      const after = files(read.data);
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (at) => before.get(at) !== after.get(at),
      );
      const elsewhere = named[`${section}.${member}`];
      expect(changed.filter((at) => !at.startsWith(`${section}/`) && !elsewhere?.test(at))).toEqual([]);
    }
  }
  expect(tried).toBeGreaterThan(20);
});
