import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const containersGainNoPrivileges: CelRule = {
  id: 'containers-gain-no-privileges',
  why: 'A program with the setuid bit would make itself root.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    variables.windows || variables.containers.all(c,
    !c.?securityContext.?allowPrivilegeEscalation.orValue(true))
  `,
  problem: 'A container may gain privileges.',
  fix: 'Set securityContext.allowPrivilegeEscalation to false.',
};
