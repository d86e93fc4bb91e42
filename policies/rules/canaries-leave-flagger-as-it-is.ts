import { CANARIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const canariesLeaveFlaggerAsItIs: CelRule = {
  id: 'canaries-leave-flagger-as-it-is',
  why: "Flagger itself asks, alerts and makes what a Canary names: an address anywhere, another tenant's templates, routes that nobody judges.",
  see: 'https://docs.flagger.app/usage/how-it-works',
  level: 'mandatory',
  on: CANARIES,
  within: TENANTS,
  holds: `
    object.spec.?metricsServer.orValue('') == '' &&
    object.spec.?provider.orValue('') in ['', 'gatewayapi:v1'] &&
    object.spec.?analysis.?metrics.orValue([]).all(m, m.?query.orValue('') == '' &&
    (m.?templateRef.?namespace.orValue('') in ['', 'rollouts'] ||
    m.templateRef.namespace == object.metadata.namespace)) &&
    object.spec.?analysis.?alerts.orValue([]).all(a, a.?providerRef.?namespace.orValue('') == '' ||
    a.providerRef.namespace == object.metadata.namespace)
  `,
  problem: 'The canary has Flagger ask, alert or route otherwise than the platform does.',
  fix: 'Leave out metricsServer, provider and queries, and name templates of rollouts or its own namespace.',
};
