import { SERVICES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const servicesSelectPods: CelRule = {
  id: 'services-select-pods',
  why: 'Endpoints of a Service without selector can be any address, past the NetworkPolicies of who calls it.',
  see: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-without-selectors',
  level: 'mandatory',
  on: SERVICES,
  within: TENANTS,
  holds: 'object.spec.?selector.orValue({}).size() > 0',
  problem: 'The Service selects no pods.',
  fix: 'Select the pods of an app.',
};
