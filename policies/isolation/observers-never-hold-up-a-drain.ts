import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, textOf } from './json';
import { selects } from './selector';
import type { Workload } from './workload';

/** What others send to runs at least twice, and a node can always be emptied. */
export const observersNeverHoldUpADrain: Invariant = {
  id: 'observers-never-hold-up-a-drain',
  why: "A cluster upgrade stops at the node that holds a collector's last pod, or each node that is emptied loses traces.",
  how: 'Deployments that run a collector with an OTLP receiver have two replicas and a disruption budget; every budget of logging and telemetry lets at least one pod go, and any that is not well.',
  *check(inventory) {
    const budgets = inventory.of('policy', 'PodDisruptionBudget').filter((budget) => inventory.isObserving(budget));
    for (const workload of gatewaysOf(inventory)) {
      const { manifest } = workload;
      if (replicasOf(workload, inventory) < 2) {
        const problem = 'It runs once: while it moves, what is sent to it is lost.';
        yield { manifest, path: 'spec.replicas', problem, fix: 'Run two replicas.' };
      }
      if (budgets.some((budget) => covers(budget, workload))) continue;
      const problem = 'All its pods may be evicted at once.';
      yield { manifest, path: '', problem, fix: 'Add a PodDisruptionBudget with maxUnavailable 1.' };
    }
    for (const manifest of budgets) {
      if (at(manifest, 'spec', 'unhealthyPodEvictionPolicy') !== 'AlwaysAllow') {
        const problem = 'Its pods may not go while they are not well.';
        yield { manifest, path: 'spec', problem, fix: 'Set unhealthyPodEvictionPolicy to AlwaysAllow.' };
      }
      if (!blocks(manifest, inventory)) continue;
      const problem = 'It lets no pod go.';
      yield { manifest, path: 'spec', problem, fix: 'Set maxUnavailable to 1.' };
    }
  },
};

function gatewaysOf({ collectors }: Inventory): readonly Workload[] {
  return collectors
    .filter(({ parts }) => parts.receivers.some(({ type }) => type === 'otlp'))
    .flatMap(({ runners }) => runners)
    .filter(({ manifest }) => manifest.kind !== 'DaemonSet');
}

function replicasOf({ manifest }: Workload, inventory: Inventory): number {
  const autoscaler = inventory.of('autoscaling', 'HorizontalPodAutoscaler').find(({ metadata, spec }) => {
    const target = textOf(at(spec, 'scaleTargetRef', 'name'));
    return metadata.namespace === manifest.metadata.namespace && target === manifest.metadata.name;
  });
  return Number(at(autoscaler, 'spec', 'minReplicas') ?? at(manifest, 'spec', 'replicas') ?? 1);
}

function covers(budget: Manifest, { manifest, labels }: Workload): boolean {
  return budget.metadata.namespace === manifest.metadata.namespace && selects(at(budget, 'spec', 'selector'), labels);
}

function blocks(budget: Manifest, inventory: Inventory): boolean {
  const least = at(budget, 'spec', 'minAvailable');
  const most = at(budget, 'spec', 'maxUnavailable');
  if (least === undefined) return most === 0 || most === '0%' || most === undefined;
  if (typeof least !== 'number') return least === '100%';
  const covered = inventory.observers.filter((workload) => covers(budget, workload));
  return covered.some((workload) => replicasOf(workload, inventory) <= least);
}
