import type { ContentManifest } from '../contents';

/** What the app's own sidecars counted of the new version. Names in braces Flagger fills in. */
const REQUESTS =
  'reporter="destination",destination_workload_namespace="{{ namespace }}",destination_workload="{{ target }}"';

const SUCCESS_RATE = `100 * sum(rate(istio_requests_total{${REQUESTS},response_code!~"5.."}[{{ interval }}]))
  / sum(rate(istio_requests_total{${REQUESTS}}[{{ interval }}]))
`;

const LATENCY = `histogram_quantile(0.99, sum by (le) (
  rate(istio_request_duration_milliseconds_bucket{${REQUESTS}}[{{ interval }}])
))
`;

/**
 * The questions by which rollouts are judged: percent of requests that did not fail, and milliseconds within which 99 of 100
 * were answered. Without an answer a rollout goes back, and the version that serves stays.
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function metricTemplates(address: string, namespace: string): ContentManifest[] {
  return [
    template('success-rate', SUCCESS_RATE, address, namespace),
    template('latency-p99', LATENCY, address, namespace),
  ];
}

function template(name: string, query: string, address: string, namespace: string): ContentManifest {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, namespace },
    spec: { provider: { type: 'prometheus', address }, query },
  };
}
