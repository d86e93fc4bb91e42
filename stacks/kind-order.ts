import { groupOf, type Manifest } from '../constructs/manifest';
import type { PlannedCompartment } from './planned';

/** How releases name a kind whose CRD they bring. */
export function kindOf({ apiVersion, kind }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind}`;
}

/**
 * Objects whose CRD another compartment brings, without waiting for it: a missing CRD must never block a compartment that did
 * not ask for one. Kinds that nobody here brings are the cluster's own, or come with whatever delivers the tree.
 */
export function kindProblems(compartments: readonly PlannedCompartment[]): string[] {
  const bringers = new Map(
    compartments.flatMap(({ name, releases }) => releases.flatMap(({ kinds }) => kinds.map((kind) => [kind, name]))),
  );
  if (bringers.size === 0) return [];
  const before = transitively(compartments);
  return compartments.flatMap(({ name, manifests }) =>
    manifests.flatMap(({ manifest, source }) => {
      const bringer = bringers.get(kindOf(manifest));
      if (bringer === undefined || bringer === name || before.get(name)?.has(bringer)) return [];
      return `${source}: compartment ${bringer} brings the CRD of ${manifest.kind}, and ${name} does not come after it. Add it by "after".`;
    }),
  );
}

/** All that each compartment waits for, directly or not. */
function transitively(compartments: readonly PlannedCompartment[]): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  // In the plan's order, so that whatever a compartment waits for is complete already.
  for (const { name, after } of compartments) {
    before.set(name, new Set(after.flatMap((other) => [other, ...(before.get(other) ?? [])])));
  }
  return before;
}
