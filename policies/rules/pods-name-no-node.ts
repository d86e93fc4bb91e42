import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const podsNameNoNode: CelRule = {
  id: 'pods-name-no-node',
  why: 'A pod that names its node passes the scheduler, and every taint with it.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: '!has(variables.spec.nodeName)',
  problem: 'The pod names its node.',
  fix: 'Leave out nodeName; use an affinity.',
};
