import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const podsStayOutOfHostNamespaces: CelRule = {
  id: 'pods-stay-out-of-host-namespaces',
  why: 'A pod in a host namespace sees and reaches what belongs to its node, past every NetworkPolicy.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    !variables.spec.?hostNetwork.orValue(false) &&
    !variables.spec.?hostPID.orValue(false) && !variables.spec.?hostIPC.orValue(false)
  `,
  problem: 'The pod shares a namespace of its node.',
  fix: 'Leave out hostNetwork, hostPID and hostIPC.',
};
