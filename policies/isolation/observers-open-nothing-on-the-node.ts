import type { Invariant } from './invariant';
import { at, listOf, textsOf } from './json';

const SHARED = ['hostNetwork', 'hostPID', 'hostIPC'] as const;

/** Nothing that observes listens on a node, shares its processes, or is reached from outside the cluster. */
export const observersOpenNothingOnTheNode: Invariant = {
  id: 'observers-open-nothing-on-the-node',
  why: 'Whoever reaches the node may write into every log, and two agents that want one port cannot be replaced side by side.',
  how: 'No hostPort, hostNetwork, hostPID or hostIPC in pods, no NodePort, LoadBalancer or externalIPs in Services, on the planes logging and telemetry.',
  *check(inventory) {
    for (const { manifest, pod, podPath, containers } of inventory.observers) {
      for (const key of SHARED.filter((each) => pod[each] === true)) {
        yield { manifest, path: `${podPath}.${key}`, problem: 'It shares its node.', fix: 'Leave it out.' };
      }
      for (const { path, fields } of containers) {
        const index = listOf(fields.ports).findIndex((port) => (at(port, 'hostPort') ?? 0) !== 0);
        if (index < 0) continue;
        const problem = 'It opens a port of every node.';
        yield { manifest, path: `${path}.ports[${index}].hostPort`, problem, fix: 'Leave it out.' };
      }
    }
    for (const manifest of inventory.of('', 'Service').filter((service) => inventory.isObserving(service))) {
      const type = at(manifest, 'spec', 'type');
      const external = textsOf(at(manifest, 'spec', 'externalIPs')).length > 0;
      if (type !== 'NodePort' && type !== 'LoadBalancer' && !external) continue;
      const problem = 'It is reached from outside the cluster.';
      yield { manifest, path: external ? 'spec.externalIPs' : 'spec.type', problem, fix: 'Use type ClusterIP.' };
    }
  },
};
