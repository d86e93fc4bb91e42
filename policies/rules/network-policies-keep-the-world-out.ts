import { NETWORK_POLICIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const networkPoliciesKeepTheWorldOut: CelRule = {
  id: 'network-policies-keep-the-world-out',
  why: 'An egress to everywhere carries data away; the link-local addresses hand out the credentials of the node.',
  see: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  level: 'mandatory',
  on: NETWORK_POLICIES,
  within: COMPARTMENTS,
  holds: `
    object.spec.?egress.orValue([]).all(r, r.?to.orValue([]).all(p, !has(p.ipBlock) ||
    (cidr(p.ipBlock.cidr).prefixLength() >= 8 && ['169.254.0.0/16', 'fe80::/10'].all(b,
    !cidr(b).containsCIDR(p.ipBlock.cidr)) && ['169.254.169.254', 'fd00:ec2::254'].all(a,
    !cidr(p.ipBlock.cidr).containsIP(a)))))
  `,
  problem: 'A rule of the policy opens the world, or the node.',
  fix: 'Name the ranges that are meant, of at least 8 bits, and none of 169.254.0.0/16.',
};
