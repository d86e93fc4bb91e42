import { DISRUPTION_BUDGETS } from '../cel/family';
import type { CelRule } from '../cel/rule';
import { TENANTS } from '../cel/scope';

export const disruptionBudgetsLetNodesDrain: CelRule = {
  id: 'disruption-budgets-let-nodes-drain',
  why: 'A budget that allows nothing holds every node upgrade.',
  see: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  level: 'mandatory',
  on: DISRUPTION_BUDGETS,
  within: TENANTS,
  holds: `
    has(object.spec.maxUnavailable) && !has(object.spec.minAvailable) &&
    !string(object.spec.maxUnavailable).matches('^0+%?$')
  `,
  problem: 'The budget can forbid every disruption.',
  fix: 'Set maxUnavailable to 1 or more, and leave out minAvailable.',
};
