import { SERVICES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const servicesClaimNoAddresses: CelRule = {
  id: 'services-claim-no-addresses',
  why: 'Whoever claims an address receives what others send to it.',
  see: 'https://kubernetes.io/docs/concepts/services-networking/service/#external-ips',
  level: 'mandatory',
  on: SERVICES,
  within: TENANTS,
  holds: 'object.spec.?externalIPs.orValue([]).size() == 0',
  problem: 'The Service claims external addresses.',
  fix: 'Leave out externalIPs.',
};
