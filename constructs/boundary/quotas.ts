import { COMPARTMENT_SIZES, type Plane, type Size } from '../defaults';
import type { Manifest } from '../manifest';

/** Node ports that one load balancer takes: HTTP, HTTPS and the gateway's own health port. */
const NODE_PORTS = 3;

/** How much the compartment may use in all, and a tenant keep on disks; what the platform keeps, its sections say. Only the edge may hold Services of type LoadBalancer, and none of type NodePort. */
export function amountsQuota(namespace: string, plane: Plane, size: Size, loadBalancers: number): Manifest {
  const { pods, cpu, memory, memoryLimit, volumes, storage } = COMPARTMENT_SIZES[size];
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'amounts', namespace },
    spec: {
      hard: {
        pods: `${pods}`,
        'requests.cpu': cpu,
        'requests.memory': memory,
        'limits.memory': memoryLimit,
        persistentvolumeclaims: `${volumes}`,
        ...(plane === 'tenant' ? { 'requests.storage': storage } : {}),
        'services.loadbalancers': `${loadBalancers}`,
        'services.nodeports': `${loadBalancers * NODE_PORTS}`,
      },
    },
  };
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
