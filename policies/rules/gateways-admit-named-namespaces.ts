import { GATEWAYS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { COMPARTMENTS } from '../cel/scope';

export const gatewaysAdmitNamedNamespaces: CelRule = {
  id: 'gateways-admit-named-namespaces',
  why: 'A listener for all lets every tenant answer under the names of any other.',
  see: 'https://gateway-api.sigs.k8s.io/concepts/security-model/',
  level: 'mandatory',
  on: GATEWAYS,
  within: COMPARTMENTS,
  holds: `
    object.spec.listeners.all(l, l.?allowedRoutes.?namespaces.?from.orValue('Same') != 'All' &&
    (l.?allowedRoutes.?namespaces.?from.orValue('Same') != 'Selector' ||
    l.?allowedRoutes.?namespaces.?selector.?matchLabels.orValue({}).size() > 0 ||
    l.?allowedRoutes.?namespaces.?selector.?matchExpressions.orValue([]).exists(e, e.operator == 'In')))
  `,
  problem: 'A listener admits routes of every namespace.',
  fix: 'Set allowedRoutes.namespaces.from to Same, or to Selector with the name of a namespace.',
};
