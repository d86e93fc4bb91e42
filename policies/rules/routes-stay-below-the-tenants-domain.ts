import { HTTP_ROUTES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';
import { DOMAIN_ANNOTATION } from '../names';

export const routesStayBelowTheTenantsDomain: CelRule = {
  id: 'routes-stay-below-the-tenants-domain',
  why: "A foreign hostname takes another tenant's visitors.",
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: HTTP_ROUTES,
  within: TENANTS,
  holds: `
    namespaceObject.metadata.?annotations[?'${DOMAIN_ANNOTATION}'].orValue('') != '' &&
    object.spec.?hostnames.orValue([]).size() > 0 &&
    object.spec.?hostnames.orValue([]).all(h, h ==
    namespaceObject.metadata.?annotations[?'${DOMAIN_ANNOTATION}'].orValue('') ||
    (h.endsWith('.' + namespaceObject.metadata.?annotations[?'${DOMAIN_ANNOTATION}'].orValue('')) &&
    !h.startsWith('*')))
  `,
  problem: "A hostname is missing, or is not the tenant's.",
  fix: `Name hostnames at or below the domain in the namespace's annotation ${DOMAIN_ANNOTATION}, without wildcards.`,
};
