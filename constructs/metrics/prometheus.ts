import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import { COLLECTOR_SIZES } from '../collector/defaults';
import { PROMETHEUS } from '../defaults';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { Place } from '../release';
import { PROMETHEUS_APP, PROMETHEUS_PORT, PROMETHEUS_SERVICE } from './address';
import { type MetricsSpec, PROMETHEUS_CHARTS } from './metrics-spec';

/** What the operator makes of its Prometheus. */
export function prometheusRuns(spec: MetricsSpec, place: Place): Manifest[] {
  const { namespace } = place;
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: PROMETHEUS_APP, namespace } },
    statefulSet(spec, place),
    service(namespace),
  ];
}

function statefulSet({ size, version, disk }: MetricsSpec, { namespace, priorityClassName }: Place): Manifest {
  const { cpu, memory } = COLLECTOR_SIZES[size];
  const { scratch } = PROMETHEUS;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      name: `prometheus-${PROMETHEUS_SERVICE}`,
      namespace,
      // Not the chart's: the operator makes it of the Prometheus that the chart renders.
      ownerReferences: [
        { apiVersion: 'monitoring.coreos.com/v1', kind: 'Prometheus', name: PROMETHEUS_SERVICE, uid: 'at-run-time' },
      ],
    },
    spec: {
      replicas: PROMETHEUS.replicas,
      serviceName: 'prometheus-operated',
      selector: { matchLabels: { [LABEL.app]: PROMETHEUS_APP } },
      template: {
        metadata: { labels: { [LABEL.app]: PROMETHEUS_APP } },
        spec: {
          serviceAccountName: PROMETHEUS_APP,
          priorityClassName,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'prometheus',
              image: `quay.io/prometheus/prometheus:${PROMETHEUS_CHARTS[version].prometheus}`,
              ports: [{ name: 'http-web', containerPort: PROMETHEUS_PORT }],
              resources: {
                requests: { cpu, memory: `${memory}Mi`, 'ephemeral-storage': scratch },
                limits: { memory: `${memory}Mi`, 'ephemeral-storage': scratch },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
              },
            },
          ],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: disk } } },
        },
      ],
    },
  } satisfies StatefulSet;
}

function service(namespace: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: PROMETHEUS_SERVICE, namespace },
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: PROMETHEUS_APP },
      ports: [{ name: 'http-web', protocol: 'TCP', port: PROMETHEUS_PORT, targetPort: PROMETHEUS_PORT }],
    },
  } satisfies Service;
}
