import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import { COLLECTOR_SIZES } from '../collector/defaults';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { ChartReleaseProps, ChartValue, Place } from '../release';
import { LOKI_CHARTS, type LokiSpec } from './loki-spec';

/** The component: also its service account, its StatefulSet and its Service. */
export const LOKI = 'loki';

/** Where Loki accepts OTLP over HTTP, and answers queries. */
export const LOKI_PORT = 3100;

/** Loki as pods of the cluster name it. It has no TLS: NetworkPolicies alone lead there, and only the agents'. */
export function lokiEndpoint(namespace: string): string {
  return `http://${LOKI}.${namespace}.svc:${LOKI_PORT}/otlp`;
}

/** The user of upstream's image. */
const USER = 10_001;

/**
 * Loki in one piece, for environments that have no backend: one replica, one volume. It believes the tenant that a request
 * names, so nobody but the agents may reach it; a restart makes agents wait and loses nothing.
 * @see https://artifacthub.io/packages/helm/grafana-community/loki
 */
export function loki(spec: LokiSpec, place: Place): ChartReleaseProps {
  return {
    name: LOKI,
    chart: { repository: 'https://grafana-community.github.io/helm-charts', name: 'loki', version: spec.version },
    values: values(spec, place.priorityClassName),
    runs: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: LOKI, namespace: place.namespace } },
      statefulSet(spec, place),
      service(place.namespace),
    ],
  };
}

function values(spec: LokiSpec, priorityClassName: string): Readonly<Record<string, ChartValue>> {
  const off = { enabled: false };
  return {
    deploymentMode: 'Monolithic',
    fullnameOverride: LOKI,
    // What the chart would run beside it: a proxy, a tester on every node, and caches of 11 GiB.
    ...{ gateway: off, lokiCanary: off, test: off, chunksCache: off, resultsCache: off, minio: off },
    sidecar: { rules: off },
    rbac: { namespaced: true },
    serviceAccount: { name: LOKI, automountServiceAccountToken: false },
    ...{ read: { replicas: 0 }, write: { replicas: 0 }, backend: { replicas: 0 } },
    singleBinary: {
      replicas: 1,
      priorityClassName,
      podLabels: { [LABEL.app]: LOKI },
      resources: resources(spec),
      persistence: { enabled: true, size: spec.disk },
    },
    loki: {
      auth_enabled: true,
      commonConfig: { replication_factor: 1 },
      storage: { type: 'filesystem' },
      schemaConfig: { configs: [SCHEMA] },
      limits_config: { allow_structured_metadata: true, retention_period: `${spec.retentionDays * 24}h` },
      compactor: { retention_enabled: true, delete_request_store: 'filesystem' },
      podSecurityContext: podSecurityContext(),
    },
  };
}

/** How Loki lays out what it stores. It may be added to and never changed: what was written stays as it is. */
const SCHEMA = {
  from: '2024-04-01',
  store: 'tsdb',
  object_store: 'filesystem',
  schema: 'v13',
  index: { prefix: 'index_', period: '24h' },
} as const;

function resources({ size }: LokiSpec) {
  const { cpu, memory } = COLLECTOR_SIZES[size];
  const scratch = '256Mi';
  return {
    requests: { cpu, memory: `${memory}Mi`, 'ephemeral-storage': scratch },
    limits: { memory: `${memory}Mi`, 'ephemeral-storage': scratch },
  };
}

function podSecurityContext() {
  return {
    runAsNonRoot: true,
    runAsUser: USER,
    runAsGroup: USER,
    fsGroup: USER,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

const SELECTOR = {
  'app.kubernetes.io/name': 'loki',
  'app.kubernetes.io/instance': LOKI,
  'app.kubernetes.io/component': 'single-binary',
} as const;

function statefulSet(spec: LokiSpec, { namespace, priorityClassName }: Place): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: LOKI, namespace },
    spec: {
      replicas: 1,
      serviceName: `${LOKI}-headless`,
      selector: { matchLabels: SELECTOR },
      template: {
        metadata: { labels: { ...SELECTOR, [LABEL.app]: LOKI } },
        spec: {
          serviceAccountName: LOKI,
          priorityClassName,
          securityContext: podSecurityContext(),
          containers: [
            {
              name: 'loki',
              image: `grafana/loki:${LOKI_CHARTS[spec.version].loki}`,
              ports: [{ name: 'http-metrics', containerPort: LOKI_PORT }],
              resources: resources(spec),
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
    },
  } satisfies StatefulSet;
}

function service(namespace: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: LOKI, namespace },
    spec: {
      type: 'ClusterIP',
      selector: SELECTOR,
      ports: [{ name: 'http-metrics', protocol: 'TCP', port: LOKI_PORT, targetPort: 'http-metrics' }],
    },
  } satisfies Service;
}
