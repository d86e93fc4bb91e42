import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import { fieldsOf, textsOf } from './json';

/** Every namespace holds a NetworkPolicy that selects all its pods, in both directions, and opens nothing. */
export const namespacesAreClosedByDefault: Invariant = {
  id: 'namespaces-are-closed-by-default',
  why: 'Without it every pod that no other policy selects is open to the whole cluster.',
  how: 'Each namespace has a NetworkPolicy that selects all pods, names both directions and has no rules.',
  *check(inventory) {
    const policies = inventory.of('networking.k8s.io', 'NetworkPolicy').filter(closesNamespace);
    const closed = new Set(policies.map(({ metadata }) => metadata.namespace));
    for (const manifest of inventory.of('', 'Namespace')) {
      if (closed.has(manifest.metadata.name)) continue;
      yield {
        manifest,
        path: '',
        problem: 'No NetworkPolicy closes it in both directions.',
        fix: 'Add one with "podSelector: {}", "policyTypes: [Ingress, Egress]" and no rules.',
      };
    }
  },
};

function closesNamespace({ spec }: Manifest): boolean {
  const { podSelector, policyTypes, ingress, egress } = fieldsOf(spec);
  return (
    podSelector !== undefined &&
    Object.keys(fieldsOf(podSelector)).length === 0 &&
    ['Ingress', 'Egress'].every((type) => textsOf(policyTypes).includes(type)) &&
    ingress === undefined &&
    egress === undefined
  );
}
