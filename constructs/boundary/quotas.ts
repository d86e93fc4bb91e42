import { COMPARTMENT_SIZES, type Plane, type Size } from '../defaults';
import type { Manifest } from '../manifest';
import { priorityClassName } from '../planes';

/** How much the compartment may use in all. Nothing in it is ever of type LoadBalancer or NodePort. */
export function amountsQuota(namespace: string, size: Size): Manifest {
  const { pods, cpu, memory, memoryLimit, volumes } = COMPARTMENT_SIZES[size];
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
        'services.loadbalancers': '0',
        'services.nodeports': '0',
      },
    },
  };
}

/** Room for no pod of a foreign priority. Also refuses a pod without a class, so every pod must name its own. */
export function priorityQuota(namespace: string, plane: Plane): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-foreign-priority', namespace },
    spec: {
      hard: { pods: '0' },
      scopeSelector: {
        matchExpressions: [{ scopeName: 'PriorityClass', operator: 'NotIn', values: [priorityClassName(plane)] }],
      },
    },
  };
}
