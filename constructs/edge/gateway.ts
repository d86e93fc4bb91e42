import { GATEWAY } from '../defaults';
import { LABEL, NAMESPACE_NAME } from '../labels';
import type { Manifest } from '../manifest';
import { tenantSecret } from './certificate';
import { componentOf, EDGE } from './gateway-name';

/** Name of the listener that only sends clients to HTTPS. */
export const HTTP_LISTENER = 'http';

const ROUTES = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }];

/** A tenant as the edge knows it. */
export interface TenantDomain {
  readonly name: string;
  /** The domain below which its hostnames lie. */
  readonly domain: string;
}

/** Name of the ConfigMap that says what a Gateway has no field for. */
export function overlayName(gateway: string): string {
  return `${gateway}-overlay`;
}

/**
 * A Gateway, of which istiod makes a Deployment and a Service of type LoadBalancer: nothing else in the cluster has one. One
 * HTTPS listener per tenant, to which routes of that tenant's namespace alone may attach, and only with its own hostnames.
 * @see https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment
 */
export function gateway(name: string, revisionTag: string, tenants: readonly TenantDomain[]): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace: EDGE, labels: { [LABEL.revision]: revisionTag } },
    spec: {
      gatewayClassName: 'istio',
      infrastructure: {
        labels: { [LABEL.app]: componentOf(name) },
        parametersRef: { group: '', kind: 'ConfigMap', name: overlayName(name) },
      },
      listeners: [httpListener(), ...tenants.map(tenantListener)],
    },
  };
}

function httpListener(): object {
  return {
    name: HTTP_LISTENER,
    protocol: 'HTTP',
    port: GATEWAY.ports.http,
    allowedRoutes: { namespaces: { from: 'Same' }, kinds: ROUTES },
  };
}

function tenantListener({ name, domain }: TenantDomain): object {
  return {
    name,
    protocol: 'HTTPS',
    port: GATEWAY.ports.https,
    hostname: `*.${domain}`,
    tls: { mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: tenantSecret(name) }] },
    allowedRoutes: {
      // By the one label that nobody can give a namespace of his own.
      namespaces: { from: 'Selector', selector: { matchLabels: { [NAMESPACE_NAME]: name } } },
      kinds: ROUTES,
    },
  };
}
