import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, listOf, textOf } from './json';
import type { Workload } from './workload';

/** What an observer writes to its node's disk has a limit: per container, and per scratch volume. */
export const observersBuffersAreBounded: Invariant = {
  id: 'observers-buffers-are-bounded',
  why: 'A backend is down, buffers fill the disk of every node, and Kubernetes evicts the apps.',
  how: 'Each container has a limit of ephemeral-storage, its own or by the LimitRange; each emptyDir has a sizeLimit unless all containers state their own limit.',
  *check(inventory) {
    for (const workload of inventory.observers) {
      yield* unboundedContainers(workload, inventory);
      yield* unboundedVolumes(workload);
    }
  },
};

function statesOwnLimit(container: { readonly fields: unknown }): boolean {
  return at(container.fields, 'resources', 'limits', 'ephemeral-storage') !== undefined;
}

function* unboundedContainers({ manifest, containers }: Workload, inventory: Inventory) {
  if (defaultsTo(inventory, manifest.metadata.namespace)) return;
  for (const container of containers.filter((each) => !statesOwnLimit(each))) {
    yield {
      manifest,
      path: `${container.path}.resources.limits`,
      problem: `Container "${container.name}" may fill the disk of its node.`,
      fix: 'Limit its ephemeral-storage.',
    };
  }
}

/** Whether a LimitRange limits the ephemeral storage of containers that say nothing. */
function defaultsTo(inventory: Inventory, namespace: string | undefined): boolean {
  return inventory
    .of('', 'LimitRange')
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap((range) => listOf(at(range, 'spec', 'limits')))
    .some((limit) => at(limit, 'type') === 'Container' && at(limit, 'default', 'ephemeral-storage') !== undefined);
}

function* unboundedVolumes({ manifest, pod, podPath, containers }: Workload) {
  if (containers.every(statesOwnLimit)) return;
  for (const [index, volume] of listOf(pod.volumes).entries()) {
    const emptyDir = at(volume, 'emptyDir');
    if (emptyDir === undefined || at(emptyDir, 'sizeLimit') !== undefined) continue;
    yield {
      manifest,
      path: `${podPath}.volumes[${index}].emptyDir`,
      problem: `Volume "${textOf(at(volume, 'name'))}" may grow without end.`,
      fix: 'Give it a sizeLimit.',
    };
  }
}
