import { GATEWAYS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const gatewaysHoldTheirOwnCertificates: CelRule = {
  id: 'gateways-hold-their-own-certificates',
  why: 'Without a certificate a listener is dead; with one from elsewhere it answers in a name that others keep.',
  see: 'https://gateway-api.sigs.k8s.io/guides/tls/',
  level: 'mandatory',
  on: GATEWAYS,
  within: COMPARTMENTS,
  holds: `
    object.spec.listeners.all(l, (!(l.protocol in ['HTTPS', 'TLS']) || l.?tls.?mode.orValue('Terminate') ==
    'Passthrough' || l.?tls.?certificateRefs.orValue([]).size() > 0) &&
    l.?tls.?certificateRefs.orValue([]).all(c, c.?namespace.orValue(object.metadata.namespace) ==
    object.metadata.namespace))
  `,
  problem: 'A listener has no certificate, or one of another namespace.',
  fix: "Name certificates of the Gateway's own namespace in tls.certificateRefs.",
};
