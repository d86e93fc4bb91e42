import type { Manifest } from '../manifest';
import type { Rule } from '../rule';

/** Every namespace holds a NetworkPolicy that selects all its pods, in both directions, and opens nothing. */
export const namespacesAreClosedByDefault: Rule = {
  id: 'namespaces-are-closed-by-default',
  why: 'Without it every pod that no other policy selects is open to the whole cluster.',
  *check(manifests) {
    const closed = new Set(manifests.filter(closesNamespace).map(({ metadata }) => metadata.namespace));
    for (const manifest of manifests) {
      if (manifest.kind !== 'Namespace' || closed.has(manifest.metadata.name)) continue;
      yield {
        manifest,
        path: '',
        problem: 'No NetworkPolicy closes it in both directions.',
        fix: 'Add one with "podSelector: {}", "policyTypes: [Ingress, Egress]" and no rules.',
      };
    }
  },
};

function closesNamespace({ kind, spec }: Manifest): boolean {
  if (kind !== 'NetworkPolicy') return false;
  const { podSelector, policyTypes, ingress, egress } = (spec ?? {}) as Record<string, unknown>;
  return (
    typeof podSelector === 'object' &&
    Object.keys(podSelector ?? {}).length === 0 &&
    Array.isArray(policyTypes) &&
    ['Ingress', 'Egress'].every((type) => policyTypes.includes(type)) &&
    ingress === undefined &&
    egress === undefined
  );
}
