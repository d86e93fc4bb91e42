import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const memoryLimitsEqualRequests: CelRule = {
  id: 'memory-limits-equal-requests',
  why: 'Memory above the request is borrowed: the node takes it back by killing.',
  see: 'https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: `
    variables.containers.all(c, quantity(string(c.?resources.?requests[?'memory'].orValue('0'))).compareTo(quantity(string(c.?resources.?limits[?'memory'].orValue('0')))) == 0)
  `,
  problem: 'A container requests less memory than it may use.',
  fix: 'Set resources.requests.memory and resources.limits.memory to the same amount.',
};
