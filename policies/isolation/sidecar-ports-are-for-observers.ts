import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { type Opening, opensPort } from './opening';

/** Ports of a sidecar that neither mTLS nor AuthorizationPolicies guard: merged metrics, readiness, proxy metrics. */
const UNGUARDED = [15020, 15021, 15090];

/** Namespaces that are there without being rendered. */
const OF_KUBERNETES = /^(default|kube-.*)$/;

/** The ports of a sidecar that only NetworkPolicies guard are open to what observes alone. */
export const sidecarPortsAreForObservers: Invariant = {
  id: 'sidecar-ports-are-for-observers',
  why: "Any pod reads the names and traffic of another tenant's services off its proxies.",
  how: 'Ingress rules outside the planes logging and telemetry that let 15020, 15021 or 15090 through name only namespaces of these planes.',
  *check(inventory) {
    for (const opening of inventory.openings) {
      const { manifest, direction, path } = opening;
      if (direction !== 'ingress' || inventory.isObserving(manifest)) continue;
      const open = UNGUARDED.filter((port) => opensPort(opening, port));
      if (open.length === 0 || isForObserversAlone(opening, inventory)) continue;
      const problem = `Others than what observes reach ${open.join(', ')}.`;
      yield { manifest, path, problem, fix: 'Name only observers as peers of these ports.' };
    }
  },
};

/** A namespace that nobody renders holds no pods, unless Kubernetes brings it. */
function isForObserversAlone({ peers }: Opening, inventory: Inventory): boolean {
  const isHarmless = (name: string) =>
    observes(inventory.planeNamed(name)) || !(inventory.namespaces.has(name) || OF_KUBERNETES.test(name));
  return peers.length > 0 && peers.every(({ namespaces }) => namespaces?.every(isHarmless));
}
