import type { Manifest } from '../manifest';

/**
 * Closes every pod of the namespace in both directions. The keys `ingress` and `egress` are left out: written as empty
 * lists the API server drops them, and every further apply would count as a change.
 */
export function defaultDeny(namespace: string): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  };
}

/** Closes every meshed pod: an empty policy allows no request. */
export function defaultDenyRequests(namespace: string): Manifest {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'default-deny', namespace },
    spec: {},
  };
}
