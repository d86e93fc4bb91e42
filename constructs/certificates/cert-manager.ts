import { CERT_MANAGER } from '../defaults';
import { LABEL } from '../labels';
import type { Manifest } from '../manifest';
import type { ChartReleaseProps, ChartValue, Place } from '../release';
import { upstreamDeployment } from '../workload/upstream-deployment';
import type { CertificatesSection } from './certificates-spec';

/** The port on which the webhook answers the API server. */
export const WEBHOOK_PORT = 10_250;

/** Components by what the chart calls their part of its values. */
const COMPONENTS = ['controller', 'webhook', 'cainjector'] as const;

type Component = (typeof COMPONENTS)[number];

/** The kinds whose CRDs the chart brings. */
const KINDS = [
  'acme.cert-manager.io/Challenge',
  'acme.cert-manager.io/Order',
  'cert-manager.io/Certificate',
  'cert-manager.io/CertificateRequest',
  'cert-manager.io/ClusterIssuer',
  'cert-manager.io/Issuer',
];

/**
 * The release of cert-manager. Its pods are fit for the *restricted* Pod Security Standard by the chart's own values.
 * @see https://artifacthub.io/packages/helm/cert-manager/cert-manager
 */
export function certManager({ version }: Pick<CertificatesSection, 'version'>, place: Place): ChartReleaseProps {
  return {
    name: 'cert-manager',
    chart: { repository: 'https://charts.jetstack.io', name: 'cert-manager', version: `v${version}` },
    kinds: KINDS,
    values: values(place),
    runs: [...COMPONENTS.flatMap((component) => componentRuns(component, version, place)), ...webhookRuns(place)],
  };
}

function values({ namespace, priorityClassName }: Place): Readonly<Record<string, ChartValue>> {
  return {
    crds: { enabled: true },
    // The chart would elect leaders in kube-system, outside the compartment.
    global: { priorityClassName, leaderElection: { namespace } },
    ...componentValues('controller'),
    // It would look for its records at every name server of the world, to none of which there is a passage.
    dns01RecursiveNameserversOnly: true,
    webhook: { ...componentValues('webhook'), timeoutSeconds: CERT_MANAGER.webhookTimeout },
    cainjector: componentValues('cainjector'),
    // A job that runs once after each installation, with rights of its own; whoever delivers waits for readiness anyway.
    startupapicheck: { enabled: false },
  };
}

function componentValues(component: Component): Record<string, ChartValue> {
  const { replicas, cpu, memory } = CERT_MANAGER.components[component];
  return {
    replicaCount: replicas,
    ...(replicas > 1 ? { podDisruptionBudget: { enabled: true, maxUnavailable: 1 } } : {}),
    serviceAccount: { name: component },
    podLabels: { [LABEL.app]: component },
    resources: { requests: { cpu, memory }, limits: { memory } },
  };
}

/** The port on which each component tells of itself. */
export const METRICS_PORT = 9402;

const PORTS: Readonly<Record<Component, Readonly<Record<string, number>>>> = {
  controller: { 'http-metrics': METRICS_PORT, 'http-healthz': 9403 },
  webhook: { https: WEBHOOK_PORT, healthcheck: 6080, 'http-metrics': METRICS_PORT },
  cainjector: { 'http-metrics': METRICS_PORT },
};

function componentRuns(component: Component, version: string, { namespace, priorityClassName }: Place): Manifest[] {
  const { replicas, cpu, memory } = CERT_MANAGER.components[component];
  const name = component === 'controller' ? 'cert-manager' : `cert-manager-${component}`;
  const deployment = upstreamDeployment({
    ...{ name, namespace, app: component, priorityClassName, replicas, cpu, memory, ports: PORTS[component] },
    image: `quay.io/jetstack/cert-manager-${component}:v${version}`,
  });
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: component, namespace } },
    deployment,
    service(name, namespace, component),
    ...(replicas > 1 ? [disruptionBudget(name, namespace, component)] : []),
  ];
}

/** Each tells of itself; the webhook is also asked. */
function service(name: string, namespace: string, app: Component): Manifest {
  const metrics = { name: 'http-metrics', protocol: 'TCP', port: METRICS_PORT, targetPort: METRICS_PORT };
  const https = { name: 'https', protocol: 'TCP', port: 443, targetPort: WEBHOOK_PORT };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      type: 'ClusterIP',
      selector: { [LABEL.app]: app },
      ports: app === 'webhook' ? [https, metrics] : [metrics],
    },
  };
}

function disruptionBudget(name: string, namespace: string, app: string): Manifest {
  const selector = { matchLabels: { [LABEL.app]: app } };
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace },
    spec: { maxUnavailable: 1, selector },
  };
}

/** Both stand in the way of cert-manager's own kinds alone: without them nothing else is held up. */
function webhookRuns({ namespace }: Place): Manifest[] {
  return [
    webhook('Mutating', '/mutate', namespace, {
      apiGroups: ['cert-manager.io'],
      operations: ['CREATE'],
      resources: ['certificaterequests'],
    }),
    webhook('Validating', '/validate', namespace, {
      apiGroups: ['cert-manager.io', 'acme.cert-manager.io'],
      operations: ['CREATE', 'UPDATE'],
      resources: ['*/*'],
    }),
  ];
}

function webhook(verb: 'Mutating' | 'Validating', path: string, namespace: string, rule: object): Manifest {
  const name = 'cert-manager-webhook';
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${verb}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: 'webhook.cert-manager.io',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: CERT_MANAGER.webhookTimeout,
        clientConfig: { service: { name, namespace, path } },
        rules: [{ apiVersions: ['v1'], ...rule }],
      },
    ],
  };
}
