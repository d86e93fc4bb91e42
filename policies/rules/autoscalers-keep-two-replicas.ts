import { AUTOSCALERS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const autoscalersKeepTwoReplicas: CelRule = {
  id: 'autoscalers-keep-two-replicas',
  why: 'One replica is gone whenever its node is.',
  see: 'https://kubernetes.io/docs/concepts/workloads/autoscaling/',
  level: 'advisory',
  on: AUTOSCALERS,
  within: TENANTS,
  holds: 'object.spec.?minReplicas.orValue(1) >= 2',
  problem: 'One replica may be all there is.',
  fix: 'Set minReplicas to 2 or more.',
};
