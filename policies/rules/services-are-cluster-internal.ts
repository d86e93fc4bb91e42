import { SERVICES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const servicesAreClusterInternal: CelRule = {
  id: 'services-are-cluster-internal',
  why: 'A node port or load balancer is an entrance beside the edge; an external name sends callers anywhere.',
  see: 'https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
  level: 'mandatory',
  on: SERVICES,
  within: TENANTS,
  holds: "object.spec.?type.orValue('ClusterIP') == 'ClusterIP'",
  problem: 'The Service is reachable from outside, or leads there.',
  fix: 'Leave out type; say expose: public to be reached through the edge.',
};
