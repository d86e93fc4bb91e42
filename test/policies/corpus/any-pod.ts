import fc from 'fast-check';
import type { Manifest } from '../../../policies/manifest';
import { IMAGE } from './case';

/** Leaves a member out as often as not, so that defaults and inheritance are met. */
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 1 });

const flag = fc.boolean();
const profile = (path: string) =>
  fc.constantFrom<object>(
    { type: 'RuntimeDefault' },
    { type: 'RuntimeDefault' },
    { type: 'Localhost', [path]: 'x' },
    { type: 'Unconfined' },
  );
const seLinux = fc.record({
  type: fc.constantFrom(undefined, undefined, 'container_t', 'container_engine_t', 'spc_t'),
  user: fc.constantFrom(undefined, undefined, undefined, '', 'system_u'),
  role: fc.constantFrom(undefined, undefined, undefined, 'system_r'),
});
/** Capabilities such as CHOWN: all that validation lets pass whatever else the container says. */
const capabilities = fc.record({
  drop: maybe(fc.subarray(['ALL', 'NET_RAW', 'CHOWN'])),
  add: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.subarray(['NET_BIND_SERVICE', 'CHOWN', 'NET_ADMIN', 'SYS_TIME']) },
  ),
});

const seldom = <T>(value: fc.Arbitrary<T>, weight = 5): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const context = fc
  .record({
    allowPrivilegeEscalation: fc.constantFrom(false, false, false, true, undefined),
    privileged: seldom(flag, 8),
    capabilities: fc.oneof(
      { weight: 3, arbitrary: fc.constant({ drop: ['ALL'] }) },
      { weight: 1, arbitrary: capabilities },
    ),
    runAsNonRoot: fc.constantFrom(undefined, undefined, true, false),
    runAsUser: seldom(fc.constantFrom(0, 1, 1337)),
    seccompProfile: seldom(profile('localhostProfile'), 3),
    appArmorProfile: seldom(profile('localhostProfile')),
    seLinuxOptions: seldom(seLinux),
    procMount: seldom(fc.constantFrom('Default', 'Unmasked'), 8),
    windowsOptions: seldom(fc.record({ runAsUserName: fc.constant('x') }), 12),
  })
  // The server refuses a privileged container that may not gain privileges.
  .map((each) => (each.privileged ? { ...each, allowPrivilegeEscalation: true } : each));

const handler = fc.constantFrom<object>(
  { httpGet: { path: '/', port: 1 } },
  { httpGet: { path: '/', port: 1, host: 'x' } },
  { tcpSocket: { port: 1 } },
  { tcpSocket: { port: 1, host: 'x' } },
  { exec: { command: ['x'] } },
);

const container = fc.record({
  image: fc.constantFrom(IMAGE, 'web:1'),
  securityContext: fc.oneof({ weight: 8, arbitrary: context }, { weight: 1, arbitrary: fc.constant(undefined) }),
  ports: seldom(
    fc.array(fc.record({ containerPort: fc.integer({ min: 1, max: 9 }), hostPort: seldom(fc.constant(0)) }), {
      maxLength: 1,
    }),
  ),
  livenessProbe: seldom(handler),
  lifecycle: seldom(fc.record({ preStop: handler })),
});

const volume = fc.constantFrom<object>(
  {},
  { emptyDir: {} },
  { configMap: { name: 'x' } },
  { projected: { sources: [] } },
  { emptyDir: { medium: 'Memory' } },
  { hostPath: { path: '/' } },
  { nfs: { server: 'x', path: '/' } },
);

const podContext = fc.record({
  runAsNonRoot: fc.constantFrom(undefined, true, true, true, false),
  runAsUser: seldom(fc.constantFrom(0, 1)),
  seccompProfile: fc.oneof(
    { weight: 5, arbitrary: fc.constant({ type: 'RuntimeDefault' }) },
    { weight: 1, arbitrary: maybe(profile('localhostProfile')) },
  ),
  appArmorProfile: seldom(profile('localhostProfile')),
  seLinuxOptions: seldom(seLinux),
  sysctls: seldom(
    fc
      .subarray(
        [
          'net.ipv4.tcp_syncookies',
          'net.ipv4.tcp_rmem',
          'net.ipv4.tcp_fin_timeout',
          'net.ipv4.ip_local_reserved_ports',
          'kernel.sem',
        ],
        { maxLength: 2 },
      )
      .map((names) => names.map((name) => ({ name, value: '1' }))),
  ),
});

const linux = fc.record({
  hostNetwork: seldom(flag, 9),
  hostPID: seldom(flag, 9),
  hostIPC: seldom(flag, 9),
  hostUsers: seldom(flag, 2),
  os: seldom(fc.constant({ name: 'linux' })),
  securityContext: fc.oneof({ weight: 8, arbitrary: podContext }, { weight: 1, arbitrary: fc.constant(undefined) }),
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  initContainers: fc.array(container, { maxLength: 1 }),
  volumes: fc.array(volume, { maxLength: 2 }),
});

/** On Windows, hardly anything may be said at all. */
const onWindows = fc
  .record({
    os: fc.constant({ name: 'windows' }),
    hostNetwork: fc.constant(true),
    securityContext: fc.record({
      runAsNonRoot: fc.constantFrom(undefined, true, false),
      windowsOptions: fc.constantFrom<object>({ hostProcess: true, runAsUserName: 'x' }, { hostProcess: true }),
    }),
    containers: fc.constant([{ image: IMAGE }]),
  })
  .chain((spec) =>
    fc
      .boolean()
      .map((host) =>
        host
          ? spec
          : { ...spec, hostNetwork: false, securityContext: { runAsNonRoot: spec.securityContext.runAsNonRoot } },
      ),
  );

const annotations = fc.constantFrom<Readonly<Record<string, string>>>(
  ...[
    {},
    {},
    {},
    {},
    {},
    {},
    { 'container.apparmor.security.beta.kubernetes.io/c0': 'unconfined' },
    { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' },
  ],
);

/** Pods near both sides of the Pod Security Standards. Some of them the server refuses by itself. */
export const anyPod: fc.Arbitrary<Manifest> = fc
  .tuple(fc.oneof({ weight: 12, arbitrary: linux }, { weight: 1, arbitrary: onWindows }), annotations)
  .map(([{ containers, ...spec }, marked]) => {
    const initContainers = 'initContainers' in spec ? spec.initContainers : [];
    const volumes = 'volumes' in spec ? spec.volumes : [];
    const pod = {
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'any', annotations: marked } },
      spec: {
        ...spec,
        containers: containers.map((each, index) => ({ name: `c${index}`, ...each })),
        initContainers: initContainers.map((each, index) => ({ name: `i${index}`, ...each })),
        volumes: volumes.map((each, index) => ({ name: `v${index}`, ...each })),
      },
    };
    return JSON.parse(JSON.stringify(pod)) as Manifest;
  });
