import { PEER_AUTHENTICATIONS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const mutualTlsIsStrict: CelRule = {
  id: 'mutual-tls-is-strict',
  why: 'In plain text nobody has an identity, and every rule about identities is void.',
  see: 'https://istio.io/latest/docs/reference/config/security/peer_authentication/',
  level: 'mandatory',
  on: PEER_AUTHENTICATIONS,
  within: COMPARTMENTS,
  holds: `
    object.?spec.?mtls.?mode.orValue('UNSET') in ['STRICT', 'UNSET'] &&
    object.?spec.?portLevelMtls.orValue({}).all(p, object.spec.portLevelMtls[p].?mode.orValue('UNSET') in
    ['STRICT', 'UNSET'])
  `,
  problem: 'Plain text is accepted.',
  fix: 'Set the mode to STRICT, on every port.',
};
