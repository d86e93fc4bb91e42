import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import { type Part, partSelector } from '../labels';

/** Spreads the pods of one part over zones and nodes. On a small cluster, where that cannot be had, none is left pending. */
export function spread(part: Part): TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: partSelector(part) },
  }));
}
