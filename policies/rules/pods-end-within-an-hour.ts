import { WRITTEN } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const podsEndWithinAnHour: CelRule = {
  id: 'pods-end-within-an-hour',
  why: 'A node is drained no faster than its slowest pod ends.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: WRITTEN,
  within: TENANTS,
  holds: 'variables.spec.?terminationGracePeriodSeconds.orValue(30) <= 3600',
  problem: 'The pod may take more than an hour to end.',
  fix: 'Set terminationGracePeriodSeconds to 3600 at the most.',
};
