import { CANARIES } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const canariesLimitTheirTime: CelRule = {
  id: 'canaries-limit-their-time',
  why: 'Flagger makes a route without a timeout, which is refused, and the canary waits for ever.',
  see: 'docs/decisions/0009-one-rule-three-gates.md',
  level: 'mandatory',
  on: CANARIES,
  within: TENANTS,
  holds: "object.spec.?service.?timeout.orValue('').matches('[1-9]')",
  problem: 'The canary names no timeout.',
  fix: 'Set spec.service.timeout.',
};
