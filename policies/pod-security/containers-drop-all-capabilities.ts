import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const containersDropAllCapabilities: CelRule = {
  id: 'containers-drop-all-capabilities',
  why: 'What an app does not need, whoever breaks into it does not get either.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    variables.windows || variables.containers.all(c, 'ALL' in
    c.?securityContext.?capabilities.?drop.orValue([]) &&
    c.?securityContext.?capabilities.?add.orValue([]).all(a, a == 'NET_BIND_SERVICE'))
  `,
  problem: 'A container keeps or adds capabilities.',
  fix: 'Drop ALL in securityContext.capabilities, and add nothing but NET_BIND_SERVICE.',
};
