import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const procIsMasked: CelRule = {
  id: 'proc-is-masked',
  why: 'An unmasked /proc shows and changes what belongs to the kernel.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    (variables.podSecurity >= 35 && !variables.spec.?hostUsers.orValue(true)) ||
    variables.containers.all(c, c.?securityContext.?procMount.orValue('Default') == 'Default')
  `,
  problem: 'A container asks for an unmasked /proc.',
  fix: 'Leave out securityContext.procMount.',
};
