import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { RESTRICTED } from '../cel/scope';

export const containersRunAsNonRoot: CelRule = {
  id: 'containers-run-as-non-root',
  why: 'Root in a container is root on the node once it gets out.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  level: 'mandatory',
  on: WORKLOADS,
  within: RESTRICTED,
  holds: `
    (variables.podSecurity >= 35 && !variables.spec.?hostUsers.orValue(true)) ||
    (variables.spec.?securityContext.?runAsNonRoot.orValue(true) &&
    variables.containers.all(c, c.?securityContext.?runAsNonRoot.orValue(variables.spec.?securityContext.?runAsNonRoot.orValue(false))))
  `,
  problem: 'A container may run as root.',
  fix: "Set runAsNonRoot to true in the pod's securityContext.",
};
