import { AUTHORIZATION_POLICIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';
import { PLANE_LABEL } from '../names';

export const authorizationPoliciesNameTheirSources: CelRule = {
  id: 'authorization-policies-name-their-sources',
  why: 'A rule without sources admits whoever gets there.',
  see: 'https://istio.io/latest/docs/reference/config/security/authorization-policy/',
  level: 'mandatory',
  on: AUTHORIZATION_POLICIES,
  within: COMPARTMENTS,
  holds: `
    namespaceObject.metadata.?labels[?'${PLANE_LABEL}'].orValue('') == 'edge' ||
    object.?spec.?action.orValue('ALLOW') != 'ALLOW' ||
    object.?spec.?rules.orValue([]).all(r, r.?from.orValue([]).size() > 0 &&
    r.?from.orValue([]).all(f, (f.?source.?principals.orValue([]) + f.?source.?namespaces.orValue([]) +
    f.?source.?serviceAccounts.orValue([]) + f.?source.?ipBlocks.orValue([]) +
    f.?source.?remoteIpBlocks.orValue([])).size() > 0 && (f.?source.?principals.orValue([]) +
    f.?source.?namespaces.orValue([]) + f.?source.?serviceAccounts.orValue([]) +
    f.?source.?ipBlocks.orValue([]) + f.?source.?remoteIpBlocks.orValue([])).all(s, !s.contains('*') &&
    !s.matches('/0*[0-7]$'))))
  `,
  problem: 'A rule of the policy admits everyone.',
  fix: 'Name principals in from.source, without wildcards, or ranges of at least 8 bits.',
};
