import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const procIsMaskedInUserNamespacesToo: CelRule = {
  id: 'proc-is-masked-in-user-namespaces-too',
  why: 'A user namespace excuses an unmasked /proc at the lower level only.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: "variables.containers.all(c, c.?securityContext.?procMount.orValue('Default') == 'Default')",
  problem: 'A container asks for an unmasked /proc.',
  fix: 'Leave out securityContext.procMount.',
};
