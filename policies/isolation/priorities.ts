import type { Inventory } from './inventory';
import { textOf } from './json';
import type { Workload } from './workload';

/**
 * The classes that Kubernetes brings itself.
 * @see https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/
 */
const BUILT_IN: ReadonlyMap<string, number> = new Map([
  ['system-cluster-critical', 2_000_000_000],
  ['system-node-critical', 2_000_001_000],
]);

/** Name of the PriorityClass of a workload's pods; `''`: none, which is priority 0. */
export function priorityClassOf({ pod }: Workload): string {
  return textOf(pod.priorityClassName);
}

/** The priority of pods that name this class; `undefined`: there is no such class. */
export function priorityOf(name: string, inventory: Inventory): number | undefined {
  if (name === '') return 0;
  const own = inventory.of('scheduling.k8s.io', 'PriorityClass').find(({ metadata }) => metadata.name === name);
  return typeof own?.value === 'number' ? own.value : BUILT_IN.get(name);
}

/** The priorities that the pods of tenants have. */
export function tenantPriorities(inventory: Inventory): number[] {
  const tenants = inventory.workloads.filter(({ plane }) => plane === 'tenant');
  return [...new Set(tenants.map(priorityClassOf))].map((name) => priorityOf(name, inventory) ?? 0);
}
