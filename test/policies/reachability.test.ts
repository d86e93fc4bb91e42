import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import type { AppSpecInput } from '../../constructs/app-spec';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { formatFinding } from '../../policies/finding';
import type { Manifest } from '../../policies/manifest';
import { describeBlock, parseBlock, placesWithout } from '../../policies/reachability/addresses';
import type { Declared } from '../../policies/reachability/declared';
import { portsBetween } from '../../policies/reachability/flow';
import { coversPorts, portRange } from '../../policies/reachability/ports';
import { proveIsolation } from '../../policies/reachability/prove';
import { answer } from '../../stacks/commands/can';
import { listEnvironments } from '../../stacks/load/environments';
import { passageFiles } from '../../stacks/outputs/passages';
import { plan } from '../../stacks/plan';
import { proofOf } from '../../stacks/proof';
import { reachable } from './naive-reachability';
import { ENVIRONMENTS, platformOf, renderedPlatform } from './rendered-platform';

const BROKEN = path.join(__dirname, '..', 'broken', 'reachability');

function linesOf(manifests: readonly Manifest[], declared: Declared): string[] {
  return proveIsolation(manifests, declared).findings.map(formatFinding);
}

test.each(listEnvironments(ENVIRONMENTS))('%s lets through what its passages say, and nothing else', (name) => {
  const { manifests, declared } = renderedPlatform(name);
  expect(linesOf(manifests, declared)).toEqual([]);
});

/** What every broken example declares: web calls api, as clients do through the edge. */
const app = (namespace: string, name: string | undefined) =>
  ({ kind: 'app', namespace, app: name, hasIdentity: true }) as const;
const DECLARED: Declared = {
  appLabel: 'bulkhead.dev/app',
  tenants: ['shop', 'payments'],
  meshNamespace: 'mesh',
  trustDomain: 'cluster.local',
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  passages: [
    {
      from: app('shop', 'web'),
      to: app('payments', 'api'),
      ports: [{ protocol: 'TCP', port: 9000 }],
      why: 'takes the money',
    },
  ],
};

const sound = loadAll(fs.readFileSync(path.join(BROKEN, 'sound.yaml'), 'utf8')) as Manifest[];

describe('a broken example gets the findings that stand above it', () => {
  test('and the sound one none', () => {
    expect(linesOf(sound, DECLARED)).toEqual([]);
  });

  test.each(fs.readdirSync(BROKEN).filter((file) => file !== 'sound.yaml'))('%s', (file) => {
    const text = fs.readFileSync(path.join(BROKEN, file), 'utf8');
    const changes = loadAll(text) as Manifest[];
    const isSame = (a: Manifest, b: Manifest) =>
      a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
    const kept = sound.filter((manifest) => !changes.some((change) => isSame(manifest, change)));
    const lines = linesOf([...kept, ...changes], DECLARED).map((line) => `# ${line}\n`);
    if (process.env.UPDATE) fs.writeFileSync(path.join(BROKEN, file), lines.join('') + text.replace(/^(#.*\n)*/, ''));
    expect(lines).not.toEqual([]);
    expect(fs.readFileSync(path.join(BROKEN, file), 'utf8').match(/^(#.*\n)*/)?.[0]).toBe(lines.join(''));
  });
});

const NOT_FOLLOWED: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['networking.k8s.io/v1', 'Ingress'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
  ['v1', 'Endpoints'],
  ['cilium.io/v2', 'CiliumNetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy'],
  ...[
    'VirtualService',
    'DestinationRule',
    'EnvoyFilter',
    'Gateway',
    'WorkloadEntry',
    'WorkloadGroup',
    'ProxyConfig',
  ].map((kind) => ['networking.istio.io/v1', kind] as const),
  ...['WasmPlugin', 'TrafficExtension'].map((kind) => ['extensions.istio.io/v1alpha1', kind] as const),
  ...['ListenerSet', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((kind) => ['gateway.networking.k8s.io/v1', kind] as const),
  ...['XListenerSet', 'XMesh'].map((kind) => ['gateway.networking.x-k8s.io/v1alpha1', kind] as const),
  ['argoproj.io/v1alpha1', 'Rollout'],
];

test.each(NOT_FOLLOWED)('what a %s %s does is not followed, and is said', (apiVersion, kind) => {
  const foreign = { apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, spec: {} };
  expect(linesOf([...sound, foreign], DECLARED)).toEqual([
    expect.stringContaining(`The isolation proof does not follow what a ${kind} does.`),
  ]);
});

const environment = defineEnvironment({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  mesh: {
    versions: ['1.30.3'],
    tags: { stable: '1.30.3' },
    gatewayApi: '1.5.1',
    cni: { binDir: '/opt/cni/bin', confDir: '/etc/cni/net.d' },
  },
});

const APPS = ['web', 'cart', 'api'] as const;

/** Two tenants whose apps call each other at random. */
const platforms = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(...TENANTS()),
      fc.constantFrom(...APPS),
      fc.constantFrom(...TENANTS()),
      fc.constantFrom(...APPS),
    ),
    {
      selector: (call) => call.join(' '),
      maxLength: 8,
    },
  )
  .map((calls) => {
    const wanted = calls.filter(([from, caller, to, callee]) => from !== to || caller !== callee);
    const tenants = TENANTS().map((name) => {
      const apps = APPS.map((own): AppSpecInput => {
        const made = wanted.filter(([from, caller]) => from === name && caller === own);
        const called = made.map(([, , to, callee]) => [to === name ? callee : `${to}/${callee}`, 'calls it']);
        return { name: own, image: 'images.example.com/app:1', port: 8080, calls: Object.fromEntries(called) };
      });
      const accepts = Object.fromEntries(
        APPS.map((own) => {
          const from = wanted.filter(([other, , to, callee]) => other !== name && to === name && callee === own);
          return [
            own,
            Object.fromEntries(from.map(([other, caller]) => [`${other}/${caller}`, 'called by it'])),
          ] as const;
        }).filter(([, callers]) => Object.keys(callers).length > 0),
      );
      return defineTenant({ name, owner: name, domain: name, accepts, apps });
    });
    return platformOf(plan(new Platform({ environment, tenants })), environment);
  });

function TENANTS() {
  return ['shop', 'payments'] as const;
}

test('of any platform the flows are those that are declared; a passage forgotten or made up is found', () => {
  fc.assert(
    fc.property(platforms, fc.nat(), ({ manifests, declared }, chosen) => {
      const { passages } = declared;
      const index = chosen % passages.length;
      const one = passages[index];
      if (!one) throw new Error('There are passages.');
      expect(linesOf(manifests, declared)).toEqual([]);
      expect(linesOf(manifests, { ...declared, passages: passages.toSpliced(index, 1) })).not.toEqual([]);
      const made = { ...one, ports: [{ protocol: 'TCP', port: 4242 }] } as const;
      expect(linesOf(manifests, { ...declared, passages: [...passages, made] })).not.toEqual([]);
    }),
    { numRuns: 20 },
  );
});

const NAMESPACES = ['shop', 'payments', 'edge'];
const labels = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('a', 'b'), { maxKeys: 2 });
const expression = fc.oneof(
  fc.record({ key: fc.constantFrom('app', 'tier'), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({
    key: fc.constantFrom('app', 'tier'),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.subarray(['a', 'b'], { minLength: 1 }),
  }),
);
const selector = fc.oneof(
  fc.record({ matchLabels: labels }),
  fc.record({ matchExpressions: fc.array(expression, { maxLength: 2 }) }),
);
const places = fc.oneof(
  fc.record({ matchLabels: fc.record({ 'kubernetes.io/metadata.name': fc.constantFrom(...NAMESPACES) }) }),
  selector,
);
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: places }),
  fc.record({ namespaceSelector: places, podSelector: selector }),
);
const port = fc.oneof(
  fc.record({ port: fc.constantFrom(8080, 9000) }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constantFrom(53, 8080) }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ port: fc.constant(8080), endPort: fc.constantFrom(8080, 8081, 9000) }),
);
const rules = (key: string) =>
  fc.array(fc.record({ [key]: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) }), {
    maxLength: 2,
  });
const principal = fc.constantFrom('*', 'cluster.local/ns/shop/sa/a', 'cluster.local/ns/payments/*', '*/sa/b');
const source = fc.oneof(
  fc.record({ principals: fc.array(principal, { minLength: 1, maxLength: 2 }) }),
  fc.record({ namespaces: fc.subarray(NAMESPACES, { minLength: 1 }) }),
  fc.record({ notPrincipals: fc.array(principal, { minLength: 1, maxLength: 1 }) }),
);
const authorization = fc.record(
  {
    selector: fc.record({ matchLabels: labels }),
    action: fc.constantFrom('ALLOW', 'DENY'),
    rules: fc.array(
      fc.record(
        {
          from: fc.array(fc.record({ source }), { minLength: 1, maxLength: 2 }),
          to: fc.constantFrom([{ operation: { ports: ['8080'] } }], [{ operation: { ports: ['9000', '22'] } }]),
        },
        { requiredKeys: [] },
      ),
      { maxLength: 2 },
    ),
  },
  { requiredKeys: [] },
);

function named(apiVersion: string, kind: string, namespace: fc.Arbitrary<string>, spec: fc.Arbitrary<object>) {
  return fc.tuple(namespace, fc.nat(9), spec).map(
    ([place, number, content]): Manifest => ({
      apiVersion,
      kind,
      metadata: { name: `${kind}-${number}`, namespace: place },
      spec: content,
    }),
  );
}

const inAny = fc.constantFrom(...NAMESPACES);
const worlds = fc.record({
  meshed: fc.subarray(NAMESPACES),
  pods: fc.array(fc.tuple(inAny, labels, fc.constantFrom('a', 'b')), { minLength: 2, maxLength: 4 }),
  policies: fc.array(
    named(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      inAny,
      fc.record(
        {
          podSelector: selector,
          policyTypes: fc.subarray(['Ingress', 'Egress'], { minLength: 1 }),
          ingress: rules('from'),
          egress: rules('to'),
        },
        { requiredKeys: ['podSelector', 'policyTypes'] },
      ),
    ),
    { maxLength: 4 },
  ),
  authorizations: fc.array(named('security.istio.io/v1', 'AuthorizationPolicy', inAny, authorization), {
    maxLength: 3,
  }),
});

test('between any pods, under any policies, the proof and whoever tries single packets agree', () => {
  fc.assert(
    fc.property(worlds, ({ meshed, pods, policies, authorizations }) => {
      const manifests: Manifest[] = [
        ...NAMESPACES.map((name) => ({
          ...{ apiVersion: 'v1', kind: 'Namespace' },
          metadata: { name, labels: labelsOf(meshed.includes(name)) },
        })),
        ...pods.map(([namespace, labels, serviceAccountName], index) => ({
          ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, namespace, labels } },
          spec: { serviceAccountName, containers: [] },
        })),
        {
          apiVersion: 'security.istio.io/v1',
          kind: 'PeerAuthentication',
          metadata: { name: 'default', namespace: 'mesh' },
          spec: { mtls: { mode: 'STRICT' } },
        },
        ...sound.filter(({ kind }) => kind === 'MutatingWebhookConfiguration'),
        ...policies,
        ...authorizations,
      ];
      const { model } = proveIsolation(manifests, { ...DECLARED, tenants: [], passages: [] });
      expect(model.unsupported).toEqual([]);
      const through = reachable(manifests);
      const makers = model.cluster.pods.flatMap((each) => each.makers.map((maker) => ({ each, maker })));
      for (const from of makers) {
        for (const to of makers) {
          if (from.maker === to.maker) continue;
          const open = portsBetween(model, from.each, to.each);
          for (const [protocol, number] of [
            ['TCP', 8080],
            ['TCP', 9000],
            ['TCP', 22],
            ['TCP', 15_020],
            ['UDP', 53],
            ['UDP', 8080],
          ] as const) {
            const packet = `${nameOf(from.maker)} → ${nameOf(to.maker)} ${number}/${protocol}`;
            expect([packet, coversPorts(open, portRange(protocol, number))]).toEqual([packet, through.has(packet)]);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a range of ports is open from its first to its last port', () => {
  const inShop = (apiVersion: string, kind: string, name: string, spec: object): Manifest => ({
    ...{ apiVersion, kind, spec },
    metadata: { name, namespace: 'shop', labels: { 'bulkhead.dev/app': name } },
  });
  const pod = (name: string) => inShop('v1', 'Pod', name, { serviceAccountName: name, containers: [] });
  const [web, cart] = [pod('web'), pod('cart')];
  const ports = [{ protocol: 'TCP', port: 8080, endPort: 8082 }];
  const ingress = [{ from: [{ podSelector: { matchLabels: { 'bulkhead.dev/app': 'web' } } }], ports }];
  const policy = { podSelector: {}, policyTypes: ['Ingress'], ingress };
  const { model } = proveIsolation(
    [
      { ...{ apiVersion: 'v1', kind: 'Namespace' }, metadata: { name: 'shop' } },
      ...[web, cart, inShop('networking.k8s.io/v1', 'NetworkPolicy', 'range', policy)],
    ],
    { ...DECLARED, tenants: [], passages: [] },
  );
  const madeBy = (manifest: Manifest) => model.cluster.pods.filter(({ makers }) => makers.includes(manifest));
  const open = madeBy(web).flatMap((from) => madeBy(cart).map((to) => portsBetween(model, from, to)));
  expect(open).toEqual([portRange('TCP', 8080, 8082)]);
});

/** Labels by which namespaces differ, beside whether they are meshed. */
function labelsOf(isMeshed: boolean): Record<string, string> {
  return isMeshed ? { app: 'a', 'istio.io/rev': 'stable' } : { tier: 'b' };
}

function nameOf({ kind, metadata }: Manifest): string {
  return `${metadata.namespace}/${kind}/${metadata.name}`;
}

test('whatever shape an object has, the proof ends with findings and not with an error', () => {
  const { manifests, declared } = renderedPlatform('prod');
  const read = manifests.filter(({ kind }) =>
    /Policy$|Peer|Sidecar|ServiceEntry|Route|Gateway$|^Service$|Deployment/.test(kind),
  );
  fc.assert(
    fc.property(fc.constantFrom(...read), fc.nat(), fc.jsonValue(), (manifest, place, value) => {
      const damaged = structuredClone(manifest);
      const holders = placesIn(damaged.spec);
      const [holder, key] = holders[place % Math.max(1, holders.length)] ?? [damaged, 'spec'];
      Reflect.set(holder, key, value);
      proveIsolation([...manifests.filter((each) => each !== manifest), damaged], declared);
    }),
    { numRuns: 60 },
  );
});

function placesIn(value: unknown): (readonly [holder: object, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[value, key] as const, ...placesIn(inner)]);
}

test.each([
  [['10.0.0.0/8'], ['10.0.0.0/9'], ['10.128.0.0/9']],
  [['10.0.0.0/24'], ['10.0.0.7/32'], ['10.0.0.0 to 10.0.0.6', '10.0.0.8 to 10.0.0.255']],
  [['2001:db8::/32', '1.2.3.4'], ['2001:db8::/33'], ['1.2.3.4/32', '2001:db8:8000::/33']],
  [['::ffff:10.0.0.1'], [], ['::ffff:a00:1/128']],
])('%j without %j is %j', (left, right, rest) => {
  const ports = portRange('TCP', 443);
  const of = (texts: readonly string[]) =>
    texts.flatMap((text) => ({ block: parseBlock(text) ?? [], ports })).flatMap(({ block }) => block);
  const placesOf = (texts: readonly string[]) => of(texts).map((block) => ({ block, ports }));
  expect(placesWithout(placesOf(left), placesOf(right)).map(({ block }) => describeBlock(block))).toEqual(rest);
});

const tenants = [
  defineTenant({
    ...{ name: 'shop', owner: 'shop', domain: 'shop' },
    apps: [
      { name: 'web', image: 'images.example.com/web:1', port: 8080, calls: { cart: 'shows the | basket' } },
      { name: 'cart', image: 'images.example.com/cart:1', port: 8080 },
    ],
  }),
];
const proof = proofOf(plan(new Platform({ environment, tenants })), environment);

test.each([
  [
    'shop/web',
    'shop/cart:8080',
    true,
    [
      'yes: shop/web → shop/cart on 8080/TCP',
      '  by passage shop/web → shop/cart: shows the | basket',
      '  open   NetworkPolicies at the source       by shop NetworkPolicy/web.to.cart',
      '  open   the Sidecar at the source',
      '  open   NetworkPolicies at the destination  by shop NetworkPolicy/cart.from.web',
      '  open   the mesh at the destination         by shop AuthorizationPolicy/cart.from.web',
    ],
  ],
  [
    'shop/cart',
    'shop/web',
    false,
    [
      'no: shop/cart → shop/web on any port',
      '  closed NetworkPolicies at the source       by shop NetworkPolicy/default-deny',
      '  open   the Sidecar at the source',
      '  closed NetworkPolicies at the destination  by shop NetworkPolicy/default-deny',
      '  closed the mesh at the destination         by shop AuthorizationPolicy/default-deny',
    ],
  ],
  [
    'shop/web',
    '[2001:db8::1]:443',
    false,
    [
      'no: shop/web → 2001:db8::1 on 443/TCP',
      '  closed NetworkPolicies at the source  by shop NetworkPolicy/default-deny',
    ],
  ],
  // A sidecar takes in what applications listen on by TCP, and not its own ports.
  [
    'node',
    'shop/web',
    true,
    [
      'yes: node → shop/web on 15020-15021/TCP, 15090/TCP, all of UDP, all of SCTP',
      '  open   the mesh at the destination  (not captured)',
    ],
  ],
  [
    'node',
    'shop/web:8080',
    false,
    [
      'no: node → shop/web on 8080/TCP',
      '  closed the mesh at the destination  by shop AuthorizationPolicy/default-deny',
    ],
  ],
  [
    'delivery/(any other app)',
    'api-server:6443',
    true,
    [
      'yes: delivery/(any other app) → api-server on 6443/TCP',
      '  by passage delivery/* → api-server: deliverers apply what they deliver',
      '  open   NetworkPolicies at the source  by delivery NetworkPolicy/every.to.api-server',
    ],
  ],
] as const)('whether %s reaches %s is answered with the objects that decide', (from, to, isOpen, lines) => {
  expect(answer(proof, from, to)).toEqual({ isOpen, text: lines.map((line) => `${line}\n`).join('') });
});

test('what an end reaches, or is reached by, is listed; nobody outside reaches what is not exposed', () => {
  expect(answer(proof, 'outside', undefined).isOpen).toBe(false);
  expect(answer(proof, undefined, 'shop/cart').text).toBe(
    [
      'FROM             TO         PORTS                                                WHY\n',
      'node             shop/cart  15020-15021/TCP, 15090/TCP, all of UDP, all of SCTP\n',
      'shop/web         shop/cart  8080/TCP                                             shows the | basket\n',
      'telemetry/agent  shop/cart  15020/TCP                                            metrics are scraped from the sidecars\n',
    ].join(''),
  );
  expect(() => answer(proof, 'shop/wep', 'shop/cart')).toThrow('There is no end "shop/wep". Did you mean "shop/web"?');
  expect(() => answer(proof, 'shop/web', 'shop/cart:80/ICMP')).toThrow(
    'There is no protocol "ICMP". Possible: TCP, UDP, SCTP.',
  );
});

test('the flow matrix tells every passage once, and what many compartments need in one row', () => {
  const [markdown = '', json = ''] = passageFiles('dev', proof).values();
  expect(
    markdown
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2),
  ).toContain('| shop/web | shop/cart | 8080/TCP | shows the \\| basket |');
  expect(markdown).toMatch(
    /^\| .*delivery\/\*, .*shop\/\* \| dns \| 53\/UDP, 53\/TCP \| names are resolved by the cluster DNS \|$/m,
  );
  expect(markdown).not.toContain('no passage declares it');
  expect(JSON.parse(json)).toMatchObject({
    environment: 'dev',
    flows: expect.arrayContaining([
      { from: 'shop/web', to: 'shop/cart', ports: '8080/TCP', why: 'shows the | basket' },
    ]),
  });
});
