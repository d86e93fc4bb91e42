import { COMPARTMENT_SIZES, type Plane, type Size } from '../defaults';
import type { Manifest } from '../manifest';
import { mebibytes } from '../quantity';

/** Node ports that one load balancer takes: HTTP, HTTPS and the gateway's own health port. */
const NODE_PORTS = 3;

export interface AmountsProps {
  readonly namespace: string;
  readonly plane: Plane;
  readonly size: Size;
  /** How many times that size. */
  readonly times: number;
  readonly loadBalancers: number;
}

/** How much the compartment may use in all, and a tenant keep on disks; what the platform keeps, its sections say. Only the edge may hold Services of type LoadBalancer, and none of type NodePort. */
export function amountsQuota({ namespace, plane, size, times, loadBalancers }: AmountsProps): Manifest {
  const { pods, cpu, memory, memoryLimit, volumes, storage } = COMPARTMENT_SIZES[size];
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'amounts', namespace },
    spec: {
      hard: {
        pods: `${pods * times}`,
        'requests.cpu': `${Number(cpu) * times}`,
        'requests.memory': timesOf(memory, times),
        'limits.memory': timesOf(memoryLimit, times),
        persistentvolumeclaims: `${volumes * times}`,
        ...(plane === 'tenant' ? { 'requests.storage': timesOf(storage, times) } : {}),
        'services.loadbalancers': `${loadBalancers}`,
        'services.nodeports': `${loadBalancers * NODE_PORTS}`,
      },
    },
  };
}

function timesOf(gibibytes: string, times: number): string {
  return `${(mebibytes(gibibytes) / 1024) * times}Gi`;
}

/** Room for no pod of a foreign priority. Also refuses a pod without a class, so every pod must name its own. */
export function priorityQuota(namespace: string, priorityClass: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-foreign-priority', namespace },
    spec: {
      hard: { pods: '0' },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'NotIn', values: [priorityClass] }],
      },
    },
  };
}
