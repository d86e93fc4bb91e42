import { CONTAINER_LIMITS } from '../defaults';
import type { Manifest } from '../manifest';

/** What a container gets that says nothing itself, and what none may exceed. */
export function limits(namespace: string): Manifest {
  const { defaultRequest, default: defaultLimit, max } = CONTAINER_LIMITS;
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'containers', namespace },
    spec: { limits: [{ type: 'Container', defaultRequest, default: defaultLimit, max }] },
  };
}
