import { amountOf } from './amounts';
import type { Invariant } from './invariant';
import { at } from './json';
import type { Workload } from './workload';

/** A tenth of the smallest node that makes sense: four cores, 16 GiB. */
const TAX = { cpu: 0.4, memory: 1.6 * 2 ** 30 } as const;

/** What all agents of a node ask for together stays below a tenth of a small node. */
export const agentsTaxNodesLittle: Invariant = {
  id: 'agents-tax-nodes-little',
  why: 'Each new agent takes room of every node at once, and apps that fitted yesterday stay Pending.',
  how: 'The requests of all DaemonSets on the planes logging and telemetry, summed up: at most 400m of CPU and 1638Mi of memory.',
  *check({ observers }) {
    const agents = observers.filter(({ manifest }) => manifest.kind === 'DaemonSet');
    const [first] = agents;
    if (!first) return;
    for (const resource of ['cpu', 'memory'] as const) {
      const sum = agents.reduce((total, agent) => total + requested(agent, resource), 0);
      if (sum <= TAX[resource]) continue;
      const names = agents.map(({ manifest }) => `${manifest.metadata.namespace}/${manifest.metadata.name}`).join(', ');
      const problem = `Together ${names} ask for more than a tenth of the ${resource} of a small node.`;
      yield { manifest: first.manifest, path: first.podPath, problem, fix: 'Make agents smaller or fewer.' };
    }
  },
};

function requested({ containers }: Workload, resource: 'cpu' | 'memory'): number {
  return containers
    .filter(({ startsFirst }) => !startsFirst)
    .reduce((sum, { fields }) => sum + (amountOf(at(fields, 'resources', 'requests', resource)) ?? 0), 0);
}
