import type { Invariant } from './invariant';
import { at, listOf, textOf } from './json';
import type { Workload } from './workload';

/** What may be read of a node: the output of its containers. */
const READABLE = ['/var/log/pods', '/var/log/containers', '/var/lib/docker/containers'];

/** Below here a workload may write, each to a folder of its own. */
const WRITABLE = '/var/lib/bulkhead/';

interface HostMount {
  readonly path: string;
  readonly volumePath: string;
  readonly writes: boolean;
}

/** Of a node's files observers read logs, and write where nobody else does. */
export const observersTouchLittleOfTheNode: Invariant = {
  id: 'observers-touch-little-of-the-node',
  why: 'A collector that is taken over owns every node, and two agents that share a folder spoil its files.',
  how: 'hostPath volumes against an allow-list of log folders, mounted read-only; a writable one lies below /var/lib/bulkhead and belongs to one workload.',
  *check({ observers }) {
    const writers = new Map<string, string>();
    for (const workload of observers) {
      const { manifest } = workload;
      const writer = `${manifest.metadata.namespace}/${manifest.metadata.name}`;
      for (const { path, volumePath, writes } of hostMounts(workload)) {
        const other = writes ? writers.get(path) : undefined;
        if (writes) writers.set(path, writer);
        const problem = fault(path, writes) ?? (other === undefined ? undefined : `${other} writes to "${path}" too.`);
        if (problem) yield { manifest, path: volumePath, problem, fix: 'Mount only logs, and read-only.' };
      }
    }
  },
};

function fault(path: string, writes: boolean): string | undefined {
  if (path.startsWith(WRITABLE)) return undefined;
  if (!READABLE.includes(path)) return `It reaches "${path}" of its node.`;
  return writes ? `It may write to "${path}" of its node.` : undefined;
}

function hostMounts({ pod, podPath, containers }: Workload): HostMount[] {
  const mounts = containers.flatMap(({ fields }) => listOf(fields.volumeMounts));
  return listOf(pod.volumes).flatMap((volume, index) => {
    const path = textOf(at(volume, 'hostPath', 'path')).replace(/(.)\/$/, '$1');
    if (path === '') return [];
    const own = mounts.filter((mount) => at(mount, 'name') === at(volume, 'name'));
    const writes = own.some((mount) => at(mount, 'readOnly') !== true);
    return { path, volumePath: `${podPath}.volumes[${index}].hostPath`, writes };
  });
}
