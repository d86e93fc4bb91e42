import { LABEL, NAMESPACE_NAME } from '../labels';
import type { Manifest } from '../manifest';
import { egressPolicy } from '../network/network-policy';

/** Lets every app ask the cluster DNS, over TCP too: an answer too large for a datagram is asked for again over TCP. */
export function allowDns(namespace: string, dns: { namespace: string; labels: Record<string, string> }): Manifest {
  return egressPolicy({
    name: 'allow-dns',
    namespace,
    pods: { matchExpressions: [{ key: LABEL.app, operator: 'Exists' }] },
    peers: [
      {
        namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: dns.namespace } },
        podSelector: { matchLabels: dns.labels },
      },
    ],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
    why: 'names are resolved by the cluster DNS',
  });
}
