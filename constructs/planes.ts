import type { Construct } from 'constructs';
import { CompartmentRoot } from './compartment-root';
import { FLOW_CONTROL, PLANES, type Plane } from './defaults';
import type { Manifest } from './manifest';

/** Name of a plane's PriorityClass. Holds the value, which Kubernetes never lets change. */
export function priorityClassName(plane: Plane): string {
  const { priority } = PLANES[plane];
  return `bulkhead-${plane}-${priority < 0 ? `minus-${-priority}` : priority}`;
}

/** Name of a plane's PriorityLevelConfiguration. */
export function priorityLevelName(plane: Plane): string {
  return `bulkhead-${plane}`;
}

/** Whether a plane only observes: nothing waits for it, and nothing that it does may be waited for. */
export function isObserving(plane: Plane): boolean {
  return plane === 'logging' || plane === 'telemetry';
}

/**
 * The shared compartment of what belongs to a plane as a whole: one PriorityClass and one PriorityLevelConfiguration each.
 * They are few on purpose: every further level takes seats from the API server's own. It has no namespace.
 */
export class Planes extends CompartmentRoot {
  constructor(scope: Construct) {
    super(scope, 'planes', 'policy', undefined);
    for (const plane of Object.keys(PLANES) as Plane[]) {
      this.bound(priorityClass(plane));
      this.bound(priorityLevel(plane));
    }
  }
}

function priorityClass(plane: Plane): Manifest {
  const { priority, preempts } = PLANES[plane];
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: priorityClassName(plane) },
    description: `Pods of the ${plane} plane.`,
    value: priority,
    preemptionPolicy: preempts ? 'PreemptLowerPriority' : 'Never',
  };
}

function priorityLevel(plane: Plane): Manifest {
  const { queues, handSize, queueLengthLimit, lendablePercent, borrowingLimitPercent } = FLOW_CONTROL;
  return {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
    metadata: { name: priorityLevelName(plane) },
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: PLANES[plane].shares,
        lendablePercent,
        borrowingLimitPercent,
        limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit } },
      },
    },
  };
}
