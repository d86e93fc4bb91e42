import { HTTP_ROUTES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const routesLimitTheirTime: CelRule = {
  id: 'routes-limit-their-time',
  why: 'A request without an end holds a connection of the edge that all tenants share.',
  see: 'https://gateway-api.sigs.k8s.io/api-types/httproute/#timeouts-optional',
  level: 'mandatory',
  on: HTTP_ROUTES,
  within: TENANTS,
  holds: `
    object.spec.?rules.orValue([]).size() > 0 &&
    object.spec.?rules.orValue([]).all(r, r.?timeouts.?request.orValue('').matches('[1-9]'))
  `,
  problem: 'A rule has no timeout.',
  fix: 'Set timeouts.request in every rule.',
};
