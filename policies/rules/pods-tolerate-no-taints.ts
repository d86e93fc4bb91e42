import { WORKLOADS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const podsTolerateNoTaints: CelRule = {
  id: 'pods-tolerate-no-taints',
  why: 'Taints keep nodes for what needs them.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WORKLOADS,
  within: TENANTS,
  holds: `
    variables.spec.?tolerations.orValue([]).all(t, t.?key.orValue('') in ['node.kubernetes.io/not-ready',
    'node.kubernetes.io/unreachable', 'node.kubernetes.io/memory-pressure'] &&
    t.?operator.orValue('Equal') == 'Exists')
  `,
  problem: 'A toleration opens nodes that are kept for others.',
  fix: 'Leave out tolerations: Kubernetes adds those that every pod has.',
};
