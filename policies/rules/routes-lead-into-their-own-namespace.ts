import { HTTP_ROUTES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const routesLeadIntoTheirOwnNamespace: CelRule = {
  id: 'routes-lead-into-their-own-namespace',
  why: 'A backend elsewhere opens another compartment to the world.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: HTTP_ROUTES,
  within: TENANTS,
  holds: `
    object.spec.?rules.orValue([]).all(r, r.?filters.orValue([]).all(f,
    f.?requestMirror.?backendRef.?namespace.orValue(object.metadata.namespace) == object.metadata.namespace)
    &&
    r.?backendRefs.orValue([]).all(b, b.?namespace.orValue(object.metadata.namespace) ==
    object.metadata.namespace && b.?filters.orValue([]).all(f,
    f.?requestMirror.?backendRef.?namespace.orValue(object.metadata.namespace) ==
    object.metadata.namespace)))
  `,
  problem: 'A backend lies in another namespace.',
  fix: 'Route to Services of the same namespace.',
};
