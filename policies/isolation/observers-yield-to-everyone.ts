import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { priorityClassOf, priorityOf, tenantPriorities } from './priorities';

/** An observer's priority lies below that of every app and of pods without a class, and pushes nobody off a node. */
export const observersYieldToEveryone: Invariant = {
  id: 'observers-yield-to-everyone',
  why: 'Under pressure the scheduler makes room for a log agent by evicting an app.',
  how: 'Its PriorityClass is rendered, below 0 and below those of tenants, with preemptionPolicy Never.',
  *check(inventory) {
    const lowest = Math.min(0, ...tenantPriorities(inventory));
    for (const workload of inventory.observers) {
      const name = priorityClassOf(workload);
      const problem = fault(name, inventory, lowest);
      if (!problem) continue;
      const path = `${workload.podPath}.priorityClassName`;
      yield { manifest: workload.manifest, path, problem, fix: "Name the PriorityClass of its compartment's plane." };
    }
  },
};

function fault(name: string, inventory: Inventory, lowest: number): string | undefined {
  if (name === '') return 'It has no PriorityClass, so it ties with every pod that has none.';
  const priority = priorityOf(name, inventory);
  if (priority === undefined) return `No PriorityClass "${name}" is rendered.`;
  if (priority >= lowest) return `Its priority is ${priority}, and not below ${lowest}.`;
  const own = inventory.of('scheduling.k8s.io', 'PriorityClass').find(({ metadata }) => metadata.name === name);
  return own?.preemptionPolicy === 'Never' ? undefined : `PriorityClass "${name}" pushes others off their nodes.`;
}
