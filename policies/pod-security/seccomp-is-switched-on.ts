import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const seccompIsSwitchedOn: CelRule = {
  id: 'seccomp-is-switched-on',
  why: 'Without a profile that is named, what filters the calls to the kernel is up to the node.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    variables.windows || variables.containers.all(c,
    c.?securityContext.?seccompProfile.?type.orValue(variables.spec.?securityContext.?seccompProfile.?type.orValue('')) in ['RuntimeDefault', 'Localhost'])
  `,
  problem: 'A container names no seccomp profile.',
  fix: "Set seccompProfile.type to RuntimeDefault in the pod's securityContext.",
};
