import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { BASELINE } from '../cel/scope';

export const containersTakeNoHostPorts: CelRule = {
  id: 'containers-take-no-host-ports',
  why: 'A port of the node is open past every NetworkPolicy, and taken for all others.',
  see: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  level: 'mandatory',
  on: WORKLOADS,
  within: BASELINE,
  holds: `
    variables.containers.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0 &&
    !variables.spec.?hostNetwork.orValue(false)))
  `,
  problem: 'A container takes a port of its node.',
  fix: 'Leave out hostPort.',
};
