import { defineApp } from '../../constructs/app';
import type { AppSpecInput, WorkloadInput } from '../../constructs/app-spec';
import { defineEnvironment, Platform } from '../../constructs/platform';
import { defineTenant } from '../../constructs/tenant';
import { emitYaml, type Json } from '../../stacks/emit/yaml';
import { readScore } from '../../stacks/load/score';
import { readYaml } from '../../stacks/load/yaml-source';
import { manifestsOf, plan } from '../../stacks/plan';

const IMAGE = `web:1@sha256:${'1'.repeat(64)}`;

const environment = defineEnvironment({
  kubernetes: '1.36',
  domain: 'example.com',
  apiServer: { cidrs: ['10.0.0.10/32'] },
  images: { 'shop/web': `given:2@sha256:${'2'.repeat(64)}` },
  provisioners: { postgres: { default: { kind: 'in-cluster', image: IMAGE, disk: { persistent: '1Gi' } } } },
  allowInClusterStores: true,
});

/** Everything that is rendered of a tenant with this app and one that it may call, as bytes. */
function bytesOf(app: AppSpecInput): string {
  const cart = { name: 'cart', image: IMAGE, port: 8080 };
  const tenant = defineTenant({ name: 'shop', owner: 'a', domain: 'shop', apps: [app, cart] });
  const manifests = manifestsOf(plan(new Platform({ environment, tenants: [tenant] })));
  return manifests.map((manifest) => emitYaml(manifest as Json)).join('---\n');
}

function read(text: string) {
  const source = readYaml('web.score.yaml', text);
  if ('problem' in source) throw new Error(source.problem);
  return readScore(source.value, (file) => (file.endsWith('.txt') ? { text: '${a} b' } : { bytes: 'YQ==' }));
}

/** A Score file of `web` with these lines of its container, of `metadata.bulkhead`, and at its end. */
function score(container: string, bulkhead = '', rest = ''): string {
  const extension = bulkhead === '' ? '' : `  bulkhead: { ${bulkhead} }\n`;
  const lines = container === '' ? '' : `    ${container.trim().replaceAll('\n', '\n    ')}\n`;
  return `apiVersion: score.dev/v1b1\nmetadata:\n  name: web\n${extension}containers:\n  main:\n    image: ${IMAGE}\n${lines}${rest}`;
}

const SERVICE = 'service: { ports: { web: { port: 80, targetPort: 8080 } } }\n';

type App = Partial<AppSpecInput>;

/** The same app, as a Score file and in TypeScript. */
const PAIRS: Readonly<Record<string, readonly [string, App]>> = {
  'an image and a name': [score(''), {}],
  'an image that somebody else names': [score('').replace(IMAGE, '.'), { image: '.' }],
  'a command': [score('command: [run]'), { command: ['run'] }],
  arguments: [score('args: ["--every", "$(X)"]'), { args: ['--every', '$(X)'] }],
  variables: [score('variables: { B: "2", A: "1" }'), { env: { A: '1', B: '2' } }],
  'a dollar and a brace': [score('variables: { A: "$${x}" }'), { env: { A: '$${x}' } }],
  secrets: [score('', 'secrets: { KEY: mail/key }'), { secrets: { KEY: 'mail/key' } }],
  'a port': [score('', '', 'service: { ports: { web: { port: 8080 } } }\n'), { port: 8080, servicePort: 8080 }],
  'a port under another': [score('', '', SERVICE), { port: 8080, servicePort: 80 }],
  'a port of gRPC': [score('', 'protocol: grpc', SERVICE), { port: 8080, servicePort: 80, protocol: 'grpc' }],
  'a text file': [
    score('files: { /etc/a.yaml: { content: "a: $${b}" } }'),
    { files: { '/etc/a.yaml': { content: 'a: ${b}' } } },
  ],
  'a file with a mode': [
    score('files: { /etc/a: { content: a, mode: "0555" } }'),
    { files: { '/etc/a': { content: 'a', mode: '0555' } } },
  ],
  'a file that is left as it is': [
    score('files: { /etc/a: { content: "${x} $${y}", noExpand: true } }'),
    { files: { '/etc/a': { content: '${x} $${y}' } } },
  ],
  'a binary file': [score('files: { /etc/a: { binaryContent: YQ== } }'), { files: { '/etc/a': { binary: 'YQ==' } } }],
  'files that lie beside it': [
    score('files: { /etc/a: { source: a.txt, noExpand: true }, /etc/b: { source: ./b.png, mode: "0555" } }'),
    { files: { '/etc/a': { content: '${a} b' }, '/etc/b': { binary: 'YQ==', mode: '0555' } } },
  ],
  'files as a list': [
    score('files: [{ target: /etc/b, content: b }, { target: /etc/a, binaryContent: YQ== }]'),
    { files: { '/etc/a': { binary: 'YQ==' }, '/etc/b': { content: 'b' } } },
  ],
  'a resource': [
    score(
      'variables: { HOST: "${resources.db.host}" }',
      '',
      'resources: { db: { type: postgres, id: orders, params: { disk: 2Gi } } }\n',
    ),
    {
      env: { HOST: '${resources.db.host}' },
      uses: { db: { type: 'postgres', id: 'orders', params: { disk: '2Gi' }, variables: false } },
    },
  ],
  'a hostname and the route to it': [
    score(
      'variables: { URL: "https://${resources.name.host}/$${x}" }',
      '',
      `${SERVICE}resources: { name: { type: dns }, site: { type: route, params: { host: "\${resources.name.host}", port: 80 } } }\n`,
    ),
    { port: 8080, servicePort: 80, expose: 'public', env: { URL: 'https://${metadata.hostname}/$${x}' } },
  ],
  'the port of another app': [
    score(
      'variables: { CART: "http://${resources.basket.hostname}:${resources.basket.port}" }',
      '',
      'resources: { basket: { type: service-port, params: { workload: cart, port: 8080 } } }\n',
    ),
    {
      env: { CART: 'http://cart:8080' },
      calls: { cart: 'asks it for what it needs as basket' },
      callPorts: { cart: 8080 },
    },
  ],
  'a named size': [score('', 'size: L'), { size: 'L' }],
  'requests alone': [
    score('resources: { requests: { cpu: 300m, memory: 1024Mi } }'),
    { size: { cpu: '300m', memory: '1Gi' } },
  ],
  'a limit alone': [score('resources: { limits: { memory: 500000K } }'), { size: { memory: '500M' } }],
  'request and limit in different words': [
    score('resources: { requests: { memory: 1024Mi }, limits: { memory: 1Gi } }'),
    { size: { memory: '1Gi' } },
  ],
  'no amounts': [score('resources: {}'), { size: {} }],
  scale: [score('', 'scale: { min: 3, max: 9, cpu: 50 }'), { scale: { min: 3, max: 9, cpu: 50 } }],
  timeout: [score('', 'timeout: 120'), { timeout: 120 }],
  'no question': [score('', 'health: none', SERVICE), { port: 8080, servicePort: 80, health: 'none' }],
  'a path that is asked': [
    score('readinessProbe: { httpGet: { path: /ready, port: 8080, scheme: HTTP } }', '', SERVICE),
    { port: 8080, servicePort: 80, health: '/ready' },
  ],
  'a command that is asked': [score('readinessProbe: { exec: { command: [ready] } }'), { health: { exec: ['ready'] } }],
  'a command before a path': [
    score('readinessProbe: { exec: { command: [ready] }, httpGet: { path: /r, port: 8080 } }', '', SERVICE),
    { port: 8080, servicePort: 80, health: { exec: ['ready'] } },
  ],
  'a path for what is stuck': [
    score('livenessProbe: { httpGet: { path: /alive, port: 8080 } }', '', SERVICE),
    { port: 8080, servicePort: 80, health: { live: '/alive' } },
  ],
  'a command for what is stuck': [
    score('livenessProbe: { exec: { command: [alive] } }'),
    { health: { live: { exec: ['alive'] } } },
  ],
  'both questions, and patience': [
    score(
      'readinessProbe: { httpGet: { path: /r, port: 8080 } }\nlivenessProbe: { exec: { command: [alive] } }',
      'health: { startupSeconds: 300 }',
      SERVICE,
    ),
    {
      ...{ port: 8080, servicePort: 80 },
      health: { path: '/r', live: { exec: ['alive'] }, startupSeconds: 300 },
    },
  ],
  'patience alone': [
    score('', 'health: { startupSeconds: 300 }', SERVICE),
    { port: 8080, servicePort: 80, health: { startupSeconds: 300 } },
  ],
  calls: [score('', 'calls: { cart: baskets }'), { calls: { cart: 'baskets' } }],
  'a worker beside it': [
    score('', 'workers: { retry: { command: [retry], size: L } }'),
    { workers: { retry: { command: ['retry'], size: 'L' } } },
  ],
  'a job every night': [
    score('', 'jobs: { sweep: { command: [sweep], schedule: "0 3 * * *" } }'),
    { jobs: { sweep: { command: ['sweep'], schedule: '0 3 * * *' } } },
  ],
  'a job before every release': [
    score('', 'jobs: { up: { command: [up], beforeRelease: true } }'),
    { jobs: { up: { command: ['up'], beforeRelease: true } } },
  ],
  'a container that ends first': [
    score('', '', '  up: { image: ., command: [up], before: { main: { ready: complete } } }\n'),
    { companions: { up: { command: ['up'], before: { main: 'complete' } } } },
  ],
  'containers beside it, one after the other': [
    score(
      '',
      '',
      [
        '  proxy:',
        `    image: proxy:1@sha256:${'3'.repeat(64)}`,
        '    args: [--fast]',
        '    variables: { MODE: "${metadata.name}" }',
        '    files: { /etc/proxy: { content: a, mode: "0555" } }',
        '    resources: { requests: { cpu: 50m, memory: 64Mi } }',
        '    readinessProbe: { exec: { command: [ready] } }',
        '    livenessProbe: { exec: { command: [alive] } }',
        '    before: { main: { ready: healthy }, agent: { ready: started } }',
        '  agent: { image: . }\n',
      ].join('\n'),
    ),
    {
      companions: {
        agent: {},
        proxy: {
          ...{ image: `proxy:1@sha256:${'3'.repeat(64)}`, args: ['--fast'], env: { MODE: '${metadata.name}' } },
          files: { '/etc/proxy': { content: 'a', mode: '0555' } },
          ...{ size: { cpu: '50m', memory: '64Mi' }, ready: ['ready'], live: ['alive'] },
          before: { main: 'healthy', agent: 'started' },
        },
      },
    },
  ],
  'scratch room': [score('', 'disk: { /cache: { scratch: 1Gi } }'), { disk: { '/cache': { scratch: '1Gi' } } }],
  'room that stays': [score('', 'disk: { /data: { persistent: 2Gi } }'), { disk: { '/data': { persistent: '2Gi' } } }],
};

test.each(Object.entries(PAIRS))('the same app renders the same bytes from both front ends: %s', (_, [text, app]) => {
  const outcome = read(text);
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  expect(bytesOf(outcome.value.spec)).toBe(bytesOf({ name: 'web', image: IMAGE, ...app }));
});

test('annotations of a Score file are notes: nothing of them is rendered', () => {
  const noted = score('').replace('  name: web\n', '  name: web\n  annotations: { example.com/team: a }\n');
  const outcome = read(noted);
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  expect(bytesOf(outcome.value.spec)).toBe(bytesOf({ name: 'web', image: IMAGE }));
});

const web = { name: 'web', image: IMAGE } as const;

/** What no developer reaches: that it does not compile is held by the compiler, line by line. */
const UNREACHABLE: Readonly<Record<string, () => unknown>> = {
  // @ts-expect-error
  replicas: () => defineApp({ ...web, replicas: 3 } satisfies WorkloadInput),
  // @ts-expect-error
  selector: () => defineApp({ ...web, selector: {} } satisfies WorkloadInput),
  // @ts-expect-error
  labels: () => defineApp({ ...web, labels: {} } satisfies WorkloadInput),
  // @ts-expect-error
  annotations: () => defineApp({ ...web, annotations: {} } satisfies WorkloadInput),
  // @ts-expect-error
  securityContext: () => defineApp({ ...web, securityContext: {} } satisfies WorkloadInput),
  // @ts-expect-error
  serviceAccountName: () => defineApp({ ...web, serviceAccountName: 'admin' } satisfies WorkloadInput),
  // @ts-expect-error
  roles: () => defineApp({ ...web, roles: [] } satisfies WorkloadInput),
  // @ts-expect-error
  automountServiceAccountToken: () => defineApp({ ...web, automountServiceAccountToken: true } satisfies WorkloadInput),
  // @ts-expect-error
  namespace: () => defineApp({ ...web, namespace: 'other' } satisfies WorkloadInput),
  // @ts-expect-error
  nodeSelector: () => defineApp({ ...web, nodeSelector: {} } satisfies WorkloadInput),
  // @ts-expect-error
  affinity: () => defineApp({ ...web, affinity: {} } satisfies WorkloadInput),
  // @ts-expect-error
  tolerations: () => defineApp({ ...web, tolerations: [] } satisfies WorkloadInput),
  // @ts-expect-error
  priorityClassName: () => defineApp({ ...web, priorityClassName: 'high' } satisfies WorkloadInput),
  // @ts-expect-error
  hostNetwork: () => defineApp({ ...web, hostNetwork: true } satisfies WorkloadInput),
  // @ts-expect-error
  hostPID: () => defineApp({ ...web, hostPID: true } satisfies WorkloadInput),
  // @ts-expect-error
  hostPath: () => defineApp({ ...web, hostPath: '/' } satisfies WorkloadInput),
  // @ts-expect-error
  privileged: () => defineApp({ ...web, privileged: true } satisfies WorkloadInput),
  // @ts-expect-error
  imagePullPolicy: () => defineApp({ ...web, imagePullPolicy: 'Always' } satisfies WorkloadInput),
  // @ts-expect-error
  imagePullSecrets: () => defineApp({ ...web, imagePullSecrets: [] } satisfies WorkloadInput),
  // @ts-expect-error
  restartPolicy: () => defineApp({ ...web, restartPolicy: 'Never' } satisfies WorkloadInput),
  // @ts-expect-error
  lifecycle: () => defineApp({ ...web, lifecycle: {} } satisfies WorkloadInput),
  // @ts-expect-error
  periodSeconds: () => defineApp({ ...web, periodSeconds: 1 } satisfies WorkloadInput),
  // @ts-expect-error
  podDisruptionBudget: () => defineApp({ ...web, podDisruptionBudget: {} } satisfies WorkloadInput),
  // @ts-expect-error
  behavior: () => defineApp({ ...web, behavior: {} } satisfies WorkloadInput),
  // @ts-expect-error
  serviceType: () => defineApp({ ...web, serviceType: 'NodePort' } satisfies WorkloadInput),
  // @ts-expect-error
  nodePort: () => defineApp({ ...web, nodePort: 30000 } satisfies WorkloadInput),
  // @ts-expect-error
  storageClassName: () => defineApp({ ...web, storageClassName: 'fast' } satisfies WorkloadInput),
  // @ts-expect-error
  accessModes: () => defineApp({ ...web, accessModes: [] } satisfies WorkloadInput),
  // @ts-expect-error
  gateway: () => defineApp({ ...web, gateway: 'edge' } satisfies WorkloadInput),
  // @ts-expect-error
  httpRoute: () => defineApp({ ...web, httpRoute: {} } satisfies WorkloadInput),
  // @ts-expect-error
  virtualService: () => defineApp({ ...web, virtualService: {} } satisfies WorkloadInput),
  // @ts-expect-error
  destinationRule: () => defineApp({ ...web, destinationRule: {} } satisfies WorkloadInput),
  // @ts-expect-error
  retries: () => defineApp({ ...web, retries: 3 } satisfies WorkloadInput),
  // @ts-expect-error
  outlierDetection: () => defineApp({ ...web, outlierDetection: {} } satisfies WorkloadInput),
  // @ts-expect-error
  mtls: () => defineApp({ ...web, mtls: 'PERMISSIVE' } satisfies WorkloadInput),
  // @ts-expect-error
  peerAuthentication: () => defineApp({ ...web, peerAuthentication: {} } satisfies WorkloadInput),
  // @ts-expect-error
  networkPolicy: () => defineApp({ ...web, networkPolicy: {} } satisfies WorkloadInput),
  // @ts-expect-error
  canaryObject: () => defineApp({ ...web, canaryObject: {} } satisfies WorkloadInput),
  // @ts-expect-error
  metricTemplate: () => defineApp({ ...web, metricTemplate: {} } satisfies WorkloadInput),
  // @ts-expect-error
  sidecars: () => defineApp({ ...web, sidecars: [] } satisfies WorkloadInput),
  // @ts-expect-error
  initContainers: () => defineApp({ ...web, initContainers: [] } satisfies WorkloadInput),
  // @ts-expect-error
  manifests: () => defineApp({ ...web, manifests: [] } satisfies WorkloadInput),
  // @ts-expect-error
  patches: () => defineApp({ ...web, patches: [] } satisfies WorkloadInput),
};

test.each(Object.entries(UNREACHABLE))('no developer reaches %s', (member, define) => {
  expect(define).toThrow(new RegExp(`^app web ${member}: Unknown key "${member}"`));
  const inContainer = read(score(`${member}: x`));
  const inExtension = read(score('', `${member}: x`));
  for (const [outcome, path] of [
    [inContainer, ['containers', 'main', member]],
    [inExtension, ['metadata', 'bulkhead', member]],
  ] as const) {
    const problems = 'problems' in outcome ? outcome.problems : [];
    expect(problems).toEqual([expect.objectContaining({ path, problem: `Unknown key "${member}".` })]);
  }
});

test('annotations by which something in the cluster is moved are refused', () => {
  for (const key of [
    'sidecar.istio.io/inject',
    'flagger.app/x',
    'networking.istio.io/x',
    'kubernetes.io/x',
    'k8s.score.dev/kind',
  ]) {
    const outcome = read(score('').replace('  name: web\n', `  name: web\n  annotations: { ${key}: "x" }\n`));
    expect('problems' in outcome && outcome.problems).toEqual([
      expect.objectContaining({
        path: ['metadata', 'annotations', key],
        fix: 'Leave it out: no annotation reaches the cluster.',
      }),
    ]);
  }
});
