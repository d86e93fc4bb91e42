import fc from 'fast-check';
import { App, defineApp } from '../../constructs/app';
import { Compartment } from '../../constructs/compartment';
import { CONTENT_KINDS, type ContentManifest } from '../../constructs/contents';
import { PLANES, type Plane } from '../../constructs/defaults';
import { componentByName, everyApp, outside } from '../../constructs/end';
import { type EnvironmentInput, environmentSchema } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { Passage } from '../../constructs/passage';
import { priorityClassName } from '../../constructs/planes';
import { Platform } from '../../constructs/platform';
import { manifestsOf, plan } from '../../stacks/plan';

const image = `images.example.com/app:1@sha256:${'1'.repeat(64)}`;
const base: EnvironmentInput = { kubernetes: '1.36', domain: 'example.com', apiServer: { cidrs: ['10.0.0.10/32'] } };

const mesh: NonNullable<EnvironmentInput['mesh']> = {
  versions: ['1.30.3'],
  tags: { stable: '1.30.3' },
  gatewayApi: '1.5.1',
  cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
};

function platformWith(environment: Partial<EnvironmentInput> = {}): Platform {
  return new Platform({ environment: environmentSchema.parse({ ...base, ...environment }) });
}

function compartment(platform: Platform, name: string, mesh: 'member' | 'none' = 'member'): Compartment {
  const deliverer = { name: `tenant-${name}`, namespace: 'delivery' };
  return new Compartment(platform, name, { plane: 'tenant', owner: `${name}-team`, mesh, deliverer });
}

function app(scope: Compartment, name: string): App {
  return new App(scope, defineApp({ name, image, port: 8080 }));
}

function find(platform: Platform, kind: string, name: string, namespace: string): Manifest | undefined {
  return manifestsOf(plan(platform)).find(
    (manifest) =>
      manifest.kind === kind && manifest.metadata.name === name && manifest.metadata.namespace === namespace,
  );
}

describe('a passage between two meshed apps', () => {
  const platform = platformWith({ mesh: { ...mesh, trustDomain: 'example.org' } });
  const web = app(compartment(platform, 'shop'), 'web');
  const api = app(compartment(platform, 'payments'), 'api');
  new Passage(platform, { from: web.end, to: api.end, ports: [{ protocol: 'TCP', port: 8080 }], why: 'pays' });

  test('opens the source towards that app alone', () => {
    expect(find(platform, 'NetworkPolicy', 'web.to.payments.api', 'shop')?.spec).toEqual({
      podSelector: { matchLabels: { 'bulkhead.dev/app': 'web' } },
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'payments' } },
              podSelector: { matchLabels: { 'bulkhead.dev/app': 'api' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: 8080 }],
        },
      ],
    });
  });

  test('opens the destination to that app alone', () => {
    expect(find(platform, 'NetworkPolicy', 'api.from.shop.web', 'payments')?.spec).toEqual({
      podSelector: { matchLabels: { 'bulkhead.dev/app': 'api' } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
              podSelector: { matchLabels: { 'bulkhead.dev/app': 'web' } },
            },
          ],
          ports: [{ protocol: 'TCP', port: 8080 }],
        },
      ],
    });
  });

  test('lets the destination answer that identity alone', () => {
    expect(find(platform, 'AuthorizationPolicy', 'api.from.shop.web', 'payments')?.spec).toEqual({
      selector: { matchLabels: { 'bulkhead.dev/app': 'api' } },
      action: 'ALLOW',
      rules: [
        {
          from: [{ source: { principals: ['example.org/ns/shop/sa/web'] } }],
          to: [{ operation: { ports: ['8080'] } }],
        },
      ],
    });
  });

  test('leaves every other request denied', () => {
    expect(find(platform, 'AuthorizationPolicy', 'default-deny', 'payments')?.spec).toEqual({});
  });
});

test('without a mesh there is no AuthorizationPolicy, and the same NetworkPolicies', () => {
  const platform = platformWith();
  const shop = compartment(platform, 'shop');
  const ports = [{ protocol: 'TCP', port: 8080 }] as const;
  new Passage(platform, { from: app(shop, 'web').end, to: app(shop, 'cart').end, ports, why: 'baskets' });
  const kinds = manifestsOf(plan(platform)).map(({ kind }) => kind);
  expect(kinds).not.toContain('AuthorizationPolicy');
  expect(find(platform, 'NetworkPolicy', 'cart.from.web', 'shop')).toBeDefined();
});

test('a host outside that is called like an app of another tenant is another end', () => {
  const platform = platformWith({ mesh });
  const from = app(compartment(platform, 'shop'), 'web').end;
  const to = app(compartment(platform, 'payments'), 'api').end;
  const ports = [{ protocol: 'TCP', port: 8080 }] as const;
  new Passage(platform, { from, to, ports, why: 'a tenant' });
  new Passage(platform, { from, to: outside('payments.api', '192.0.2.1/32'), ports, why: 'a host' });
  expect(find(platform, 'NetworkPolicy', 'web.to.payments.api', 'shop')).toBeDefined();
  expect(find(platform, 'NetworkPolicy', 'web.to.outside.payments.api', 'shop')).toBeDefined();
  expect(find(platform, 'ServiceEntry', 'to.outside.payments.api', 'shop')).toBeDefined();
});

test('a passage that no policy could carry is refused', () => {
  const platform = platformWith({ mesh });
  const shop = compartment(platform, 'shop');
  const outside = compartment(platform, 'outside', 'none');
  const ports = [{ protocol: 'TCP', port: 8080 }] as const;
  const from = componentByName('a', 'b');
  expect(() => new Passage(platform, { from, to: componentByName('c', 'd'), ports, why: 'none' })).toThrow(
    'a/b → c/d: neither end is a compartment. Give at least one.',
  );
  const anonymous = { from: app(outside, 'job').end, to: app(shop, 'web').end, ports, why: 'no identity' };
  expect(() => new Passage(platform, anonymous)).toThrow(
    'outside/job → shop/web: a meshed destination must know who calls. Name one app at each end, the caller in the mesh.',
  );
  const anyone = { from: everyApp(shop), to: everyApp(compartment(platform, 'other')), ports, why: 'all' };
  expect(() => new Passage(platform, anyone)).toThrow('shop/* → other/*: a meshed destination must know who calls.');
});

test('there is no passage to everywhere, and none on a port that is none', () => {
  const platform = platformWith();
  const web = app(compartment(platform, 'shop'), 'web').end;
  const ports = [{ protocol: 'TCP', port: 443 }] as const;
  expect(() => outside('world', '0.0.0.0/0')).toThrow('there is no passage to everywhere');
  const world = { kind: 'outside', name: 'world', cidrs: ['::/0'] } as const;
  expect(() => new Passage(platform, { from: web, to: world, ports, why: 'x' })).toThrow('no passage to everywhere');
  const bad = [{ protocol: 'TCP', port: 99_999 }] as const;
  const partner = outside('partner.example.net', '203.0.113.7/32');
  expect(() => new Passage(platform, { from: web, to: partner, ports: bad, why: 'x' })).toThrow(
    'shop/web → partner.example.net: ports must be whole numbers from 1 to 65535, at least one. Name them.',
  );
});

/** What a container is given of a text, as Kubernetes expands it. @see https://pkg.go.dev/k8s.io/kubernetes/third_party/forked/golang/expansion */
function expanded(text: string): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (_match, name?: string) => (name === undefined ? '$' : `<${name}>`));
}

test('a variable and an argument reach the container as they were written, dollars and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '(', ')', 'A', ' ') }), (text) => {
      const platform = platformWith();
      const shop = compartment(platform, 'shop');
      new App(shop, defineApp({ name: 'web', image, args: [text], env: { TEXT: text } }));
      const { template } = find(platform, 'Deployment', 'web', 'shop')?.spec as {
        template: { spec: { containers: [{ args: [string]; env: { name: string; value: string }[] }] } };
      };
      const [{ args, env }] = template.spec.containers;
      expect(expanded(args[0])).toBe(text);
      expect(expanded(env.find(({ name }) => name === 'TEXT')?.value ?? '')).toBe(text);
    }),
  );
});

test("a namespace of Kubernetes' own becomes no compartment", () => {
  expect(() => compartment(platformWith(), 'kube-system')).toThrow(
    "kube-system: this namespace is Kubernetes' own. Choose another name for the compartment.",
  );
});

describe('roles', () => {
  const platform = platformWith();
  compartment(platform, 'shop');
  const rules = (role: string) =>
    (find(platform, 'Role', role, 'shop')?.rules ?? []) as {
      apiGroups: string[];
      resources: string[];
      verbs: string[];
    }[];

  test.each(['owner', 'deliverer'])('%s cannot reach what would lead out of the compartment', (role) => {
    const resources = rules(role).flatMap(({ resources }) => resources);
    for (const forbidden of [
      '*',
      'secrets',
      'pods/exec',
      'pods/attach',
      'pods/portforward',
      'serviceaccounts/token',
      'roles',
      'rolebindings',
      'namespaces',
      'endpointslices',
      'deployments/scale',
    ]) {
      expect(resources).not.toContain(forbidden);
    }
    const verbs = rules(role).flatMap(({ verbs }) => verbs);
    for (const forbidden of ['*', 'impersonate', 'bind', 'escalate', 'deletecollection'])
      expect(verbs).not.toContain(forbidden);
  });

  test('owner only looks', () => {
    expect(new Set(rules('owner').flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list', 'watch']));
  });

  test('deliverer writes contents, and nothing that is boundary', () => {
    const written = rules('deliverer')
      .filter(({ verbs }) => verbs.includes('create'))
      .flatMap(({ apiGroups, resources }) => resources.map((resource) => `${apiGroups[0]}/${resource}`));
    expect(written.sort()).toEqual(CONTENT_KINDS.map(({ group, resource }) => `${group}/${resource}`).sort());
  });
});

test('an object of the boundary is no contents, neither by type nor at run time', () => {
  type Fits<T> = T extends ContentManifest ? true : false;
  const serviceAccount: Fits<{ apiVersion: 'v1'; kind: 'ServiceAccount'; metadata: { name: string } }> = false;
  const secret: Fits<{ apiVersion: 'v1'; kind: 'Secret'; metadata: { name: string } }> = false;
  const deployment: Fits<{ apiVersion: 'apps/v1'; kind: 'Deployment'; metadata: { name: string } }> = true;
  expect([serviceAccount, secret, deployment]).toEqual([false, false, true]);

  const shop = compartment(platformWith(), 'shop');
  const forged = { apiVersion: 'istio.example/v1', kind: 'Service', metadata: { name: 'forged' } } as const;
  expect(() => shop.addContents(forged)).toThrow('shop: Service forged belongs to the boundary.');
});

test('whoever is in the request path outranks apps, and apps outrank whoever only watches', () => {
  const rank = (plane: Plane) => PLANES[plane].priority;
  for (const plane of ['mesh', 'edge', 'certificates', 'policy', 'delivery'] as const) {
    expect(rank(plane)).toBeGreaterThan(rank('tenant'));
  }
  // Pods that name no class have priority 0, and nothing that only watches may outrank those either.
  for (const plane of ['logging', 'telemetry'] as const) {
    expect(rank(plane)).toBeLessThan(0);
    expect(PLANES[plane].preempts).toBe(false);
  }
});

test("a priority class's name holds its value, which Kubernetes never lets change", () => {
  expect((Object.keys(PLANES) as Plane[]).map(priorityClassName)).toEqual([
    'bulkhead-mesh-1000000',
    'bulkhead-edge-900000',
    'bulkhead-certificates-800000',
    'bulkhead-policy-800000',
    'bulkhead-delivery-700000',
    'bulkhead-tenant-1000',
    'bulkhead-logging-minus-100',
    'bulkhead-telemetry-minus-200',
  ]);
});
