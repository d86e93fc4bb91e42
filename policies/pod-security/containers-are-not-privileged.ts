import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const containersAreNotPrivileged: CelRule = {
  id: 'containers-are-not-privileged',
  why: 'A privileged container is root on its node.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: 'variables.containers.all(c, !c.?securityContext.?privileged.orValue(false))',
  problem: 'A container is privileged.',
  fix: 'Leave out securityContext.privileged.',
};
