import { TENANT_LABEL } from '../collector/tenant-attribute';
import type { ContentManifest } from '../contents';
import { metricsServerOf } from './metrics-server';
import type { RolloutsSection } from './rollouts-spec';

/**
 * What the app's own sidecars counted of the new version. Names in braces Flagger fills in. Any app may send a metric of this
 * name about another's: the tenant's label is the platform's own word, so that nobody decides another tenant's rollouts.
 */
const REQUESTS = [
  `${TENANT_LABEL}="{{ namespace }}"`,
  'reporter="destination",destination_workload_namespace="{{ namespace }}",destination_workload="{{ target }}"',
].join(',');

/**
 * Percent of requests that did not fail; 100 if there were none. It counts failures, because where every request fails there is
 * no series of those that did not; and it asks for more than none in all, because nothing by nothing is no number.
 */
const SUCCESS_RATE = `100 - 100
  * (sum(rate(istio_requests_total{${REQUESTS},response_code=~"5.."}[{{ interval }}])) or vector(0))
  / (sum(rate(istio_requests_total{${REQUESTS}}[{{ interval }}])) > 0)
or vector(100)
`;

/** Milliseconds within which 99 of 100 requests were answered; 0 if there were none, whose quantile is no number. */
const LATENCY = `histogram_quantile(0.99, sum by (le) (
  rate(istio_request_duration_milliseconds_bucket{${REQUESTS}}[{{ interval }}])
)) >= 0
or vector(0)
`;

/** The questions by which rollouts are judged. */
export const METRIC_TEMPLATES = { successRate: 'success-rate', latency: 'latency-p99' } as const;

/**
 * MetricTemplates of the questions by which rollouts are judged. An app that nobody asks does well: it would never get a new
 * version otherwise. Where the metrics cannot be asked a rollout goes back, and the version that serves stays.
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function metricTemplates(section: RolloutsSection, namespace: string): ContentManifest[] {
  const { successRate, latency } = METRIC_TEMPLATES;
  const address = metricsServerOf(section);
  return [template(successRate, SUCCESS_RATE, address, namespace), template(latency, LATENCY, address, namespace)];
}

function template(name: string, query: string, address: string, namespace: string): ContentManifest {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, namespace },
    spec: { provider: { type: 'prometheus', address }, query },
  };
}
