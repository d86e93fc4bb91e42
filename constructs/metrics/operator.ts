import { COLLECTOR_SIZES } from '../collector/defaults';
import { TENANT_ATTRIBUTE } from '../collector/tenant-attribute';
import { PROMETHEUS } from '../defaults';
import { LABEL } from '../labels';
import { mebibytes } from '../quantity';
import type { ChartReleaseProps, ChartValue, Place } from '../release';
import { upstreamDeployment } from '../workload/upstream-deployment';
import { METRICS, PROMETHEUS_APP } from './address';
import { alerts } from './alerts';
import { type MetricsSpec, PROMETHEUS_CHARTS } from './metrics-spec';
import { prometheusRuns } from './prometheus';

const REPOSITORY = 'https://prometheus-community.github.io/helm-charts';

/** The operator's component: its label and service account. */
export const OPERATOR = 'operator';

/** The kinds whose CRDs the chart brings. */
const KINDS = [
  ...['Alertmanager', 'AlertmanagerConfig', 'PodMonitor', 'Probe', 'Prometheus', 'PrometheusAgent', 'PrometheusRule'],
  ...['ScrapeConfig', 'ServiceMonitor', 'ThanosRuler'],
].map((kind) => `monitoring.coreos.com/${kind}`);

/** The CRDs, as a release of their own: each version of the operator needs its own first, and uninstalling one keeps them. */
export function operatorCrds({ version }: MetricsSpec): ChartReleaseProps {
  return {
    name: 'prometheus-crds',
    chart: { repository: REPOSITORY, name: 'prometheus-operator-crds', version: PROMETHEUS_CHARTS[version].crds },
    kinds: KINDS,
    values: {},
  };
}

/**
 * The operator and one Prometheus that it runs, and nothing else of the chart: no Grafana, no Alertmanager, no webhook, no agent
 * on the node's network. Metrics come by OTLP, so nothing is scraped and no port of anybody is opened for it.
 * @see https://artifacthub.io/packages/helm/prometheus-community/kube-prometheus-stack
 */
export function operator(spec: MetricsSpec, place: Place, hasMesh: boolean): ChartReleaseProps {
  const { namespace, priorityClassName } = place;
  const image = `quay.io/prometheus-operator/prometheus-operator:${PROMETHEUS_CHARTS[spec.version].operator}`;
  return {
    name: 'prometheus',
    chart: { repository: REPOSITORY, name: 'kube-prometheus-stack', version: spec.version },
    values: { ...values(spec, place), additionalPrometheusRulesMap: alerts(hasMesh) },
    runs: [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: OPERATOR, namespace } },
      upstreamDeployment({
        ...{ name: `${PROMETHEUS_APP}-operator`, namespace, app: OPERATOR, image, replicas: 1, priorityClassName },
        ...PROMETHEUS.operator,
        ports: { http: 8080 },
      }),
      ...prometheusRuns(spec, place),
    ],
  };
}

function values(spec: MetricsSpec, { namespace, priorityClassName }: Place): Readonly<Record<string, ChartValue>> {
  const off = { enabled: false };
  return {
    fullnameOverride: PROMETHEUS_APP,
    crds: off,
    // What the chart would run beside it, and the Services that it would make in kube-system.
    ...{ grafana: off, alertmanager: off, nodeExporter: off, kubeStateMetrics: off, defaultRules: { create: false } },
    ...{ kubeApiServer: off, kubelet: off, kubeControllerManager: off, coreDns: off, kubeEtcd: off },
    ...{ kubeScheduler: off, kubeProxy: off },
    prometheusOperator: {
      // Its hook jobs make a certificate at each rendering; what it would check is rendered by nobody but us.
      admissionWebhooks: off,
      tls: off,
      // The operator looks after this compartment alone. The chart's ClusterRole lets it do more, whatever is set here.
      namespaces: { releaseNamespace: true, additional: [] },
      kubeletService: off,
      serviceMonitor: { selfMonitor: false },
      serviceAccount: { name: OPERATOR },
      podLabels: { [LABEL.app]: OPERATOR },
      priorityClassName,
      resources: resources(PROMETHEUS.operator),
    },
    prometheus: {
      serviceAccount: { name: PROMETHEUS_APP },
      serviceMonitor: { selfMonitor: false },
      prometheusSpec: { ...prometheusSpec(spec), priorityClassName },
    },
    // The chart's own name for the namespace that it may watch.
    namespaceOverride: namespace,
  };
}

function prometheusSpec({ version, size, disk, retentionDays }: MetricsSpec): Readonly<Record<string, ChartValue>> {
  const { cpu, memory } = COLLECTOR_SIZES[size];
  return {
    image: { tag: PROMETHEUS_CHARTS[version].prometheus },
    replicas: PROMETHEUS.replicas,
    podMetadata: { labels: { [LABEL.app]: PROMETHEUS_APP } },
    resources: resources({ cpu, memory: `${memory}Mi` }),
    enableOTLPReceiver: true,
    otlp: { promoteResourceAttributes: [TENANT_ATTRIBUTE, 'service.name', 'service.namespace'] },
    tsdb: { outOfOrderTimeWindow: PROMETHEUS.outOfOrderWindow },
    retention: `${retentionDays}d`,
    // The rest of the disk is the write-ahead log's.
    retentionSize: `${Math.floor(mebibytes(disk) * 0.8)}MB`,
    storageSpec: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: disk } } } },
    },
    ignoreNamespaceSelectors: true,
    // Rules of this compartment, whatever labels they have.
    ruleSelectorNilUsesHelmValues: false,
    enforcedNamespaceLabel: 'namespace',
    // Ours ask of every compartment: otherwise the name of this one would be written into each expression.
    excludedFromEnforcement: [{ group: 'monitoring.coreos.com', resource: 'prometheusrules', namespace: METRICS }],
    enforcedSampleLimit: PROMETHEUS.sampleLimit,
    enforcedTargetLimit: PROMETHEUS.targetLimit,
    enforcedLabelLimit: PROMETHEUS.labelLimit,
    enforcedBodySizeLimit: PROMETHEUS.bodySizeLimit,
  };
}

function resources({ cpu, memory }: { readonly cpu: string; readonly memory: string }) {
  const scratch = PROMETHEUS.scratch;
  return {
    requests: { cpu, memory, 'ephemeral-storage': scratch },
    limits: { memory, 'ephemeral-storage': scratch },
  };
}
