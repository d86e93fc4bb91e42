import { NETWORK_POLICIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const networkPoliciesNameTheirPeers: CelRule = {
  id: 'network-policies-name-their-peers',
  why: 'No peers, or a selector that names no namespaces, opens a compartment to all.',
  see: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
  level: 'mandatory',
  on: NETWORK_POLICIES,
  within: COMPARTMENTS,
  holds: `
    object.spec.?ingress.orValue([]).all(r, r.?from.orValue([]).size() > 0 &&
    r.?from.orValue([]).all(p, !has(p.namespaceSelector) ||
    p.namespaceSelector.?matchLabels.orValue({}).size() > 0 ||
    p.namespaceSelector.?matchExpressions.orValue([]).exists(e, e.operator == 'In'))) &&
    object.spec.?egress.orValue([]).all(r, r.?to.orValue([]).size() > 0 &&
    r.?to.orValue([]).all(p, !has(p.namespaceSelector) ||
    p.namespaceSelector.?matchLabels.orValue({}).size() > 0 ||
    p.namespaceSelector.?matchExpressions.orValue([]).exists(e, e.operator == 'In')))
  `,
  problem: 'A rule of the policy means everyone.',
  fix: 'Name the peers, and select namespaces by name.',
};
