import { HTTP_ROUTES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { EDGE } from '../names';

export const routesAttachToTheTenantsListener: CelRule = {
  id: 'routes-attach-to-the-tenants-listener',
  why: "On another listener a route answers with another's certificate, or inside the mesh.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: HTTP_ROUTES,
  within: TENANTS,
  holds: `
    object.spec.?parentRefs.orValue([]).size() > 0 &&
    object.spec.?parentRefs.orValue([]).all(p, p.?group.orValue('gateway.networking.k8s.io') ==
    'gateway.networking.k8s.io' &&
    p.?kind.orValue('Gateway') == 'Gateway' && p.name.matches('^${EDGE}(-[0-9]+)?$') &&
    p.?namespace.orValue('') == '${EDGE}' && p.?sectionName.orValue('') == object.metadata.namespace)
  `,
  problem: "A parent is not the tenant's listener of the edge.",
  fix: `Name the Gateway ${EDGE} of the namespace ${EDGE}, and in sectionName the tenant.`,
};
