/** Name of the compartment of kept metrics, and of its namespace. */
export const METRICS = 'metrics';

/** Prometheus' component: its label and service account, and the first part of every name that its chart makes. */
export const PROMETHEUS_APP = 'prometheus';

/** Where Prometheus takes OTLP and answers queries. */
export const PROMETHEUS_PORT = 9090;

/** The Service that the chart makes for Prometheus. */
export const PROMETHEUS_SERVICE = `${PROMETHEUS_APP}-prometheus`;

/** Prometheus as pods of the cluster name it. It has no TLS: NetworkPolicies alone lead there. */
export function metricsAddress(): string {
  return `http://${PROMETHEUS_SERVICE}.${METRICS}.svc:${PROMETHEUS_PORT}`;
}
