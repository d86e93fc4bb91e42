import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { appLabels } from '../labels';

/** Where an app's clients from outside arrive. */
export interface Exposure {
  readonly hostname: string;
  /** The Gateway, its namespace and its listener. */
  readonly parent: { readonly name: string; readonly namespace: string; readonly sectionName: string };
}

/**
 * What proxies tell each other about a request. From a client it could change how often and how long an app is asked, or who seems
 * to ask. A filter may name sixteen.
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#http-headers-consumed
 */
export const NOT_FOR_CLIENTS = [
  'x-forwarded-client-cert',
  'x-envoy-decorator-operation',
  'x-envoy-force-trace',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-internal',
  'x-envoy-ip-tags',
  'x-envoy-max-retries',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-retry-grpc-on',
  'x-envoy-retry-on',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-rq-timeout-ms',
];

/** Leads one hostname to the app's own Service, and gives up when the app's timeout is over. */
export function route(app: Workload, port: number, exposure: Exposure, namespace: string): ContentManifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: app.name, namespace, labels: appLabels(app.name, namespace) },
    spec: {
      parentRefs: [exposure.parent],
      hostnames: [exposure.hostname],
      rules: [
        {
          name: app.name,
          timeouts: { request: `${app.timeout}s` },
          filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: NOT_FOR_CLIENTS } }],
          backendRefs: [{ name: app.name, port: app.servicePort ?? port }],
        },
      ],
    },
  };
}
