import { ANNOTATION } from '../labels';
import type { Manifest } from '../manifest';

/** A list with at least one element: in a NetworkPolicy an empty list means everything. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** Selects something: there is no way to write the empty selector, which selects everything. */
export type Selector =
  | { readonly matchLabels: Readonly<Record<string, string>> }
  | { readonly matchExpressions: NonEmpty<{ readonly key: string; readonly operator: 'Exists' }> };

/** Who is at the other end: pods of one namespace, or addresses. */
export type Peer =
  | { readonly namespaceSelector: Selector; readonly podSelector: Selector }
  | { readonly ipBlock: { readonly cidr: string } };

export interface Port {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

export interface NetworkPolicyProps {
  readonly name: string;
  readonly namespace: string;
  /** The pods that it opens. */
  readonly pods: Selector;
  readonly peers: NonEmpty<Peer>;
  readonly ports: NonEmpty<Port>;
  readonly why: string;
}

/** Lets `pods` be reached by `peers` on `ports`. */
export function ingressPolicy({ peers, ports, ...props }: NetworkPolicyProps): Manifest {
  return policy(props, { policyTypes: ['Ingress'], ingress: [{ from: peers, ports }] });
}

/** Lets `pods` reach `peers` on `ports`. */
export function egressPolicy({ peers, ports, ...props }: NetworkPolicyProps): Manifest {
  return policy(props, { policyTypes: ['Egress'], egress: [{ to: peers, ports }] });
}

function policy({ name, namespace, pods, why }: Omit<NetworkPolicyProps, 'peers' | 'ports'>, rules: object): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, annotations: { [ANNOTATION.why]: why } },
    spec: { podSelector: pods, ...rules },
  };
}
