import type { Cases, PodCase } from './case';

/** The good container's own security context, changed. */
const secure = (members: object): object => ({
  securityContext: {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    ...members,
  },
});
/** The good pod's own security context, changed. */
const pod = (members: object): PodCase => ({
  spec: { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' }, ...members } },
});
const only = (...securityContexts: object[]): PodCase[] =>
  securityContexts.map((securityContext) => ({ container: { securityContext } }));
const main = (...members: object[]): PodCase[] => members.map((container) => ({ container }));
const init = (...members: object[]): PodCase[] => members.map((each) => ({ init: [each] }));
const specs = (...members: object[]): PodCase[] => members.map((spec) => ({ spec }));
const windows: PodCase = {
  container: { securityContext: {} },
  spec: { os: { name: 'windows' }, securityContext: { runAsNonRoot: true } },
};
const volumes = (...sources: object[]): PodCase[] =>
  sources.map((source) => ({ spec: { volumes: [{ name: 'data', ...source }] } }));
const port = { containerPort: 8080 };
const http = { path: '/', port: 8080 };
const memory = (requests: string | number, limits: string | number): object => ({
  resources: { requests: { cpu: '1m', memory: requests }, limits: { memory: limits } },
});

/** By rule, what pods keep it and what pods break it. */
export const POD_CASES: Readonly<Record<string, Cases<PodCase>>> = {
  'pods-stay-out-of-host-namespaces': {
    good: [
      {},
      ...specs({ hostNetwork: false }, { hostPID: false }, { hostIPC: false }, { shareProcessNamespace: true }),
    ],
    bad: specs(
      { hostNetwork: true },
      { hostPID: true },
      { hostIPC: true },
      { hostNetwork: true, hostPID: true },
      { hostIPC: true, hostPID: false },
    ),
  },
  'containers-are-not-privileged': {
    good: [
      {},
      ...only({ privileged: false }, {}, { runAsUser: 1 }),
      ...init({}),
      ...init({ securityContext: { privileged: false } }),
    ],
    bad: [
      ...only({ privileged: true }, { privileged: true, runAsUser: 5 }),
      ...init({ securityContext: { privileged: true } }),
      ...init({ restartPolicy: 'Always', securityContext: { privileged: true } }),
      { ...init({})[0], container: { securityContext: { privileged: true, readOnlyRootFilesystem: true } } },
    ],
  },
  'containers-add-harmless-capabilities-only': {
    good: [
      {},
      ...only(
        {},
        { capabilities: {} },
        { capabilities: { add: [] } },
        { capabilities: { add: ['CHOWN', 'NET_BIND_SERVICE'] } },
        { capabilities: { drop: ['SYS_ADMIN'] } },
      ),
    ],
    bad: [
      ...only(
        { capabilities: { add: ['SYS_ADMIN'] } },
        { capabilities: { add: ['CHOWN', 'NET_RAW'] } },
        { capabilities: { add: ['ALL'] } },
        { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } },
      ),
      ...init({ securityContext: { capabilities: { add: ['SYS_TIME'] } } }),
    ],
  },
  'volumes-mount-no-host-path': {
    good: [
      {},
      ...volumes(
        {},
        { emptyDir: {} },
        { configMap: { name: 'x' } },
        { secret: { secretName: 'x' } },
        { nfs: { server: 'x', path: '/' } },
      ),
    ],
    bad: [
      ...volumes(
        { hostPath: { path: '/' } },
        { hostPath: { path: '/var', type: '' } },
        { hostPath: { path: '/etc', type: 'Directory' } },
        { hostPath: { path: '/run/x.sock', type: 'Socket' } },
      ),
      ...specs({
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'b', hostPath: { path: '/x' } },
        ],
      }),
    ],
  },
  'containers-take-no-host-ports': {
    good: [
      {},
      ...main(
        { ports: [] },
        { ports: [port] },
        { ports: [{ ...port, hostPort: 0 }] },
        { ports: [port, { containerPort: 53, protocol: 'UDP' }] },
      ),
    ],
    bad: [
      ...main(
        { ports: [{ ...port, hostPort: 8080 }] },
        { ports: [port, { containerPort: 1, hostPort: 1 }] },
        { ports: [{ ...port, hostPort: 80, hostIP: '127.0.0.1' }] },
      ),
      ...init({ restartPolicy: 'Always', ports: [{ ...port, hostPort: 9 }] }),
      { container: { ports: [port] }, spec: { hostNetwork: true } },
    ],
  },
  'probes-name-no-host': {
    good: [
      {},
      ...main(
        { livenessProbe: { httpGet: http } },
        { readinessProbe: { tcpSocket: { port: 1 } } },
        { startupProbe: { exec: { command: ['x'] } } },
        { lifecycle: { preStop: { sleep: { seconds: 1 } } } },
        { livenessProbe: { httpGet: { ...http, host: '' } } },
      ),
    ],
    bad: [
      ...main(
        { livenessProbe: { httpGet: { ...http, host: '169.254.169.254' } } },
        { readinessProbe: { tcpSocket: { port: 1, host: 'x' } } },
        { startupProbe: { httpGet: { ...http, host: 'x' } } },
        { lifecycle: { preStop: { httpGet: { ...http, host: 'x' } } } },
        { lifecycle: { postStart: { tcpSocket: { port: 1, host: 'x' } } } },
      ),
    ],
  },
  'apparmor-confines-containers': {
    good: [
      {},
      pod({ appArmorProfile: { type: 'RuntimeDefault' } }),
      ...only({ appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } }),
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'runtime/default' } },
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'localhost/x' } },
    ],
    bad: [
      pod({ appArmorProfile: { type: 'Unconfined' } }),
      ...only({ appArmorProfile: { type: 'Unconfined' } }),
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' } },
      ...init({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
      {
        ...pod({ appArmorProfile: { type: 'RuntimeDefault' } }),
        container: { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      },
    ],
  },
  'selinux-types-are-those-of-containers': {
    good: [
      {},
      pod({ seLinuxOptions: {} }),
      pod({ seLinuxOptions: { type: 'container_t', level: 's0' } }),
      ...only(
        { seLinuxOptions: { type: 'container_engine_t' } },
        { seLinuxOptions: { type: 'container_init_t', user: '' } },
      ),
    ],
    bad: [
      pod({ seLinuxOptions: { type: 'spc_t' } }),
      pod({ seLinuxOptions: { user: 'sysadm_u' } }),
      ...only({ seLinuxOptions: { role: 'sysadm_r' } }, { seLinuxOptions: { type: 'container_t', user: 'x' } }),
      ...init({ securityContext: { seLinuxOptions: { type: 'x_t' } } }),
    ],
  },
  'sysctls-are-safe': {
    good: [
      {},
      ...[
        [],
        ['net.ipv4.ip_unprivileged_port_start'],
        ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_fin_timeout'],
        ['net.ipv4.ip_local_reserved_ports'],
      ].map(sysctls),
    ],
    bad: [
      ['kernel.msgmax'],
      ['net.core.somaxconn'],
      ['net.ipv4.tcp_syncookies', 'net.ipv4.ip_forward'],
      ['kernel.sem'],
      ['fs.mqueue.msg_max'],
    ].map(sysctls),
  },
  'proc-is-masked': {
    good: [
      {},
      ...only({}, { procMount: 'Default' }),
      { spec: { hostUsers: false }, container: { securityContext: { procMount: 'Unmasked' } } },
      ...init({ securityContext: { procMount: 'Default' } }),
    ],
    // Without a user namespace the server refuses it by itself: only raw, at the first gates, can it be seen.
    bad: [],
  },
  'pods-are-no-host-processes': {
    good: [
      {},
      windows,
      pod({ windowsOptions: {} }),
      ...only({ windowsOptions: { hostProcess: false } }, { windowsOptions: { runAsUserName: 'x' } }),
    ],
    bad: [1, 2, 3, 4, 5].map((each) => ({
      container: { securityContext: each > 3 ? { windowsOptions: { hostProcess: true } } : {} },
      spec: {
        hostNetwork: true,
        ...(each % 2 && { os: { name: 'windows' } }),
        securityContext: { windowsOptions: each > 4 ? {} : { hostProcess: true, runAsUserName: `u${each}` } },
      },
    })),
  },
  'seccomp-is-not-switched-off': {
    good: [
      {},
      pod({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }),
      pod({ seccompProfile: undefined }),
      ...only({ seccompProfile: { type: 'RuntimeDefault' } }, {}),
    ],
    bad: [
      pod({ seccompProfile: { type: 'Unconfined' } }),
      ...only({ seccompProfile: { type: 'Unconfined' } }, { seccompProfile: { type: 'Unconfined' }, runAsUser: 5 }),
      ...init({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
      {
        ...pod({ seccompProfile: { type: 'Unconfined' } }),
        container: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
      },
    ],
  },
  'volumes-are-of-safe-kinds': {
    good: [
      {},
      ...volumes(
        {},
        { emptyDir: {} },
        { projected: { sources: [] } },
        { csi: { driver: 'x' } },
        { persistentVolumeClaim: { claimName: 'x' } },
        { downwardAPI: { items: [] } },
        { image: { reference: 'x' } },
      ),
    ],
    bad: volumes(
      { hostPath: { path: '/' } },
      { nfs: { server: 'x', path: '/' } },
      { iscsi: { targetPortal: '1.2.3.4', iqn: 'iqn.2020-01.com.example:x', lun: 0 } },
      { awsElasticBlockStore: { volumeID: 'x' } },
      { cephfs: { monitors: ['x'] } },
      { fc: { targetWWNs: ['x'], lun: 1 } },
    ),
  },
  'containers-gain-no-privileges': {
    good: [{}, windows, ...init({}), ...init({ restartPolicy: 'Always' }), { spec: { hostUsers: true } }],
    bad: [
      ...only({}, { allowPrivilegeEscalation: true }, { runAsNonRoot: true }),
      ...init({ securityContext: {} }),
      ...main({ securityContext: undefined }),
    ],
  },
  'containers-drop-all-capabilities': {
    good: [
      {},
      windows,
      ...only(
        { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } },
        { capabilities: { drop: ['CHOWN', 'ALL'] } },
      ),
      ...init({}),
    ],
    bad: [
      ...only(
        {},
        { capabilities: {} },
        { capabilities: { drop: ['NET_RAW'] } },
        { capabilities: { drop: ['ALL'], add: ['CHOWN'] } },
        { capabilities: { drop: ['all'] } },
      ),
      ...init({ securityContext: {} }),
    ],
  },
  'containers-run-as-non-root': {
    good: [
      {},
      windows,
      { ...pod({ runAsNonRoot: undefined }), container: { securityContext: { runAsNonRoot: true } } },
      { container: { securityContext: {} } },
      { spec: { hostUsers: false, securityContext: {} } },
    ],
    bad: [
      pod({ runAsNonRoot: undefined }),
      pod({ runAsNonRoot: false }),
      ...only({ runAsNonRoot: false }),
      { ...pod({ runAsNonRoot: false }), container: { securityContext: { runAsNonRoot: true } } },
      ...init({ securityContext: { runAsNonRoot: false } }),
    ],
  },
  'users-are-not-root': {
    good: [
      {},
      pod({ runAsUser: 1 }),
      ...only({ runAsUser: 65_534 }, { runAsGroup: 0 }),
      { spec: { hostUsers: false, securityContext: { runAsUser: 0 } } },
    ],
    bad: [
      pod({ runAsUser: 0, runAsNonRoot: false }),
      ...only({ runAsUser: 0 }),
      ...init({ securityContext: { runAsUser: 0 } }),
      { ...pod({ runAsUser: 0 }), container: { securityContext: { runAsUser: 5 } } },
      { ...pod({ runAsUser: 5 }), container: { securityContext: { runAsUser: 0 } } },
    ],
  },
  'seccomp-is-switched-on': {
    good: [
      {},
      windows,
      pod({ seccompProfile: { type: 'Localhost', localhostProfile: 'x' } }),
      {
        ...pod({ seccompProfile: undefined }),
        container: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
      },
      ...only({ seccompProfile: { type: 'RuntimeDefault' } }),
    ],
    bad: [
      pod({ seccompProfile: undefined }),
      pod({ seccompProfile: { type: 'Unconfined' } }),
      ...only({ seccompProfile: { type: 'Unconfined' } }),
      { spec: { securityContext: undefined } },
      {
        ...pod({ seccompProfile: undefined }),
        ...init({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } })[0],
      },
    ],
  },
  'proc-is-masked-in-user-namespaces-too': {
    good: [
      {},
      ...only({}, { procMount: 'Default' }),
      { spec: { hostUsers: false } },
      ...init({ securityContext: { procMount: 'Default' } }),
    ],
    bad: [1, 2, 3, 4, 5].map((runAsUser) => ({
      spec: { hostUsers: false, ...(runAsUser > 3 && { initContainers: [] }) },
      container: { securityContext: { procMount: 'Unmasked', runAsUser } },
    })),
  },
  'images-are-pinned-by-digest': {
    good: [
      {},
      ...main({ image: `web@sha256:${'a'.repeat(64)}` }, { image: `localhost:5000/web:1@sha256:${'b'.repeat(64)}` }),
      ...init({}),
      ...init({ image: `a/b@sha256:${'c'.repeat(64)}` }),
    ],
    bad: [
      ...main(
        { image: 'web' },
        { image: 'web:1' },
        { image: 'web:1@sha256:abc' },
        { image: `web@sha512:${'a'.repeat(64)}` },
      ),
      ...init({ image: 'web:1' }),
    ],
  },
  'images-come-from-the-tenants-registries': {
    good: [
      {},
      ...main({ image: 'images.example.com/a/b:1' }, { image: 'ghcr.io/shop/web' }),
      ...init({}),
      ...init({ image: 'ghcr.io/shop/a/b' }),
    ],
    bad: [
      ...main(
        { image: 'web' },
        { image: 'docker.io/library/web' },
        { image: 'images.example.com.evil.com/web' },
        { image: 'ghcr.io/other/web' },
      ),
      ...init({ image: 'ghcr.io/shopx/web' }),
    ],
  },
  'containers-state-their-needs': {
    good: [
      {},
      ...main(memory('1Gi', '1Gi'), memory(1024, 1024), {
        resources: { requests: { cpu: 1, memory: '1', 'ephemeral-storage': '1Gi' }, limits: { cpu: 2, memory: '1' } },
      }),
      ...init({}),
    ],
    bad: [
      ...main(
        { resources: {} },
        { resources: undefined },
        { resources: { requests: { cpu: 1, memory: '1' } } },
        { resources: { requests: { memory: '1' }, limits: { memory: '1' } } },
      ),
      ...init({ resources: { requests: { cpu: 1 }, limits: { memory: '1Gi' } } }),
    ],
  },
  'memory-limits-equal-requests': {
    good: [{}, ...main(memory('1Gi', '1024Mi'), memory('1k', 1000), { resources: {} }, memory(1024, '1Ki'))],
    bad: [
      ...main(memory('1Gi', '2Gi'), memory('1G', '1Gi'), memory(1, 2), { resources: { requests: { memory: '1' } } }),
      ...init(memory('64Mi', '128Mi')),
    ],
  },
  'root-file-systems-are-read-only': {
    good: [{}, windows, ...only({ readOnlyRootFilesystem: true }), ...init({}), ...main(secure({ runAsUser: 7 }))],
    bad: [
      ...only({}, { readOnlyRootFilesystem: false }, { runAsUser: 5 }),
      ...init({ securityContext: {} }),
      ...main({ securityContext: undefined }),
    ],
  },
  'liveness-asks-another-question': {
    good: [
      {},
      ...main(
        { readinessProbe: { httpGet: http } },
        { livenessProbe: { httpGet: http } },
        { livenessProbe: { httpGet: http }, readinessProbe: { httpGet: { path: '/ready', port: 8080 } } },
        { livenessProbe: { tcpSocket: { port: 1 } }, readinessProbe: { tcpSocket: { port: 1 } } },
      ),
    ],
    bad: [1, 2, 3, 4, 5].map((periodSeconds) => ({
      container: {
        livenessProbe: { httpGet: periodSeconds > 3 ? { port: 8080 } : http, periodSeconds },
        readinessProbe: { httpGet: http },
      },
    })),
  },
  'tokens-are-mounted-on-purpose': {
    good: [
      {},
      ...specs(
        { automountServiceAccountToken: true },
        { automountServiceAccountToken: undefined },
        { serviceAccountName: 'default' },
        { serviceAccountName: undefined },
      ),
    ],
    bad: [
      ...specs(
        { serviceAccountName: 'default', automountServiceAccountToken: true },
        { serviceAccountName: 'default', automountServiceAccountToken: undefined },
        { serviceAccountName: undefined, automountServiceAccountToken: true },
        { serviceAccountName: undefined, automountServiceAccountToken: undefined },
      ),
      { spec: { serviceAccountName: undefined, automountServiceAccountToken: undefined }, labels: { x: 'y' } },
    ],
  },
  'pods-carry-their-apps-name': {
    good: [
      {},
      { labels: { x: 'y' } },
      { labels: { 'bulkhead.dev/app': 'x' } },
      { annotations: { a: 'b' } },
      ...init({}),
    ],
    bad: [{}, { annotations: { a: 'b' } }, { labels: { x: 'y' } }, ...init({}), ...specs({ hostUsers: true })].map(
      nameless,
    ),
  },
  'secrets-stay-out-of-variables': {
    good: [
      {},
      ...main(
        { env: [{ name: 'A', value: 'b' }] },
        { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } }] },
        { envFrom: [{ configMapRef: { name: 'x' } }] },
        { env: [] },
      ),
    ],
    bad: [
      ...main(
        { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }] },
        { envFrom: [{ secretRef: { name: 'x' } }] },
        {
          env: [
            { name: 'A', value: 'b' },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'x', key: 'y', optional: true } } },
          ],
        },
      ),
      ...init({ envFrom: [{ secretRef: { name: 'x' } }] }),
      ...main({ envFrom: [{ configMapRef: { name: 'x' } }, { secretRef: { name: 'y' }, prefix: 'P' }] }),
    ],
  },
  'pods-run-as-their-app': {
    good: [
      {},
      { labels: { 'bulkhead.dev/app': 'api' }, spec: { serviceAccountName: 'api' } },
      { labels: { x: 'y' } },
      { annotations: { a: 'b' } },
      ...init({}),
    ],
    bad: [
      { labels: { 'bulkhead.dev/app': 'api' } },
      { spec: { serviceAccountName: 'ghost' } },
      { spec: { serviceAccountName: 'default' } },
      { spec: { serviceAccountName: undefined } },
      { labels: { 'bulkhead.dev/app': 'default' }, spec: { serviceAccountName: undefined } },
    ],
  },
  'pods-keep-the-tenants-priority': {
    good: [
      {},
      ...specs({ priorityClassName: 'bulkhead-tenant-1000' }, { priorityClassName: undefined }),
      { labels: { x: 'y' } },
      ...init({}),
    ],
    bad: specs(
      { priorityClassName: 'system-cluster-critical' },
      { priorityClassName: 'system-node-critical' },
      { priorityClassName: 'bulkhead-mesh-1000000' },
      { priorityClassName: 'bulkhead-edge-900000' },
      { priorityClassName: 'bulkhead-policy-800000' },
    ),
  },
  'pods-name-no-node': {
    good: [
      {},
      ...specs({ nodeSelector: { zone: 'a' } }, { affinity: {} }, { schedulerName: 'x' }),
      { labels: { x: 'y' } },
    ],
    bad: ['node-0', 'node-1', 'control-plane', 'x', 'y'].map((nodeName) => ({ spec: { nodeName } })),
  },
  'pods-tolerate-no-taints': {
    good: [
      {},
      ...specs(
        { tolerations: [] },
        {
          tolerations: [
            { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 },
          ],
        },
        { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' }] },
        { tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', effect: 'NoSchedule' }] },
      ),
    ],
    bad: specs(
      { tolerations: [{ operator: 'Exists' }] },
      { tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] },
      { tolerations: [{ key: 'gpu', value: 'yes' }] },
      { tolerations: [{ key: 'node.kubernetes.io/not-ready', value: 'x' }] },
      { tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'db', effect: 'NoSchedule' }] },
    ),
  },
  'pods-end-within-an-hour': {
    good: [
      {},
      ...[0, 1, 30, 3600].map((terminationGracePeriodSeconds) => ({ spec: { terminationGracePeriodSeconds } })),
    ],
    bad: [3601, 7200, 86_400, 864_000, 1e9].map((terminationGracePeriodSeconds) => ({
      spec: { terminationGracePeriodSeconds },
    })),
  },
  'mesh-keys-stay-with-the-platform': {
    good: [
      {},
      { labels: { 'example.com/istio': 'x' } },
      { annotations: { 'prometheus.io/scrape': 'true' } },
      { labels: { istio: 'x' } },
      { annotations: { 'myistio.io/x': 'y' } },
    ],
    bad: [
      { labels: { 'sidecar.istio.io/inject': 'false' } },
      { labels: { 'istio.io/rev': 'x' } },
      { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '1' } },
      { annotations: { 'proxy.istio.io/config': '{}' } },
      { labels: { 'service.istio.io/canonical-name': 'x' } },
    ],
  },
  'containers-do-not-pose-as-the-mesh': {
    good: [{}, ...main({ name: 'istio' }, { name: 'my-istio-proxy' }), ...init({}), ...init({ name: 'prepare' })],
    bad: [
      ...main({ name: 'istio-proxy' }, { name: 'istio-init' }, { name: 'istio-x' }),
      ...init({ name: 'istio-validation' }),
      ...init({ name: 'istio-proxy', restartPolicy: 'Always' }),
    ],
  },
  'containers-do-not-run-as-the-proxy': {
    good: [{}, pod({ runAsUser: 1338 }), ...only({ runAsUser: 1336 }, { runAsGroup: 1 }), pod({ fsGroup: 1337 })],
    bad: [
      pod({ runAsUser: 1337 }),
      pod({ runAsGroup: 1337 }),
      ...only({ runAsUser: 1337 }, { runAsGroup: 1337, runAsUser: 5 }),
      ...init({ securityContext: { runAsUser: 1337 } }),
    ],
  },
};

function sysctls(names: readonly string[]): PodCase {
  return pod({ sysctls: names.map((name) => ({ name, value: '1' })) });
}

function nameless(each: PodCase): PodCase {
  return { ...each, labels: { ...each.labels, 'app.kubernetes.io/name': '' } };
}
