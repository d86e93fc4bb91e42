import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { at, fieldsOf } from './json';

/** What a budget must bound. */
const AMOUNTS = ['pods', 'requests.cpu', 'requests.memory', 'limits.memory'];

/** Every compartment of a tenant or an observer is bounded as a whole. */
export const compartmentsHaveBudgets: Invariant = {
  id: 'compartments-have-budgets',
  why: 'One tenant scales until no node has room for another, or an operator that misbehaves fills the cluster with pods.',
  how: 'Each namespace on the planes tenant, logging and telemetry has ResourceQuotas for pods, CPU and memory, and a LimitRange.',
  *check(inventory) {
    const bounded = boundedAmounts(inventory);
    const limited = new Set(inventory.of('', 'LimitRange').map(({ metadata }) => metadata.namespace));
    for (const name of inventory.namespacesOn((plane) => plane === 'tenant' || observes(plane))) {
      const manifest = inventory.namespaces.get(name);
      if (!manifest) continue;
      const missing = AMOUNTS.filter((amount) => !bounded.has(`${name} ${amount}`));
      if (missing.length > 0) {
        const problem = `No ResourceQuota bounds its ${missing.join(', ')}.`;
        yield { manifest, path: '', problem, fix: 'Add one without scopes.' };
      }
      if (!limited.has(name)) {
        const problem = 'No LimitRange bounds containers that say nothing.';
        yield { manifest, path: '', problem, fix: 'Add one.' };
      }
    }
  },
};

/** `<namespace> <amount>` for all that some quota bounds for every pod. */
function boundedAmounts(inventory: Inventory): Set<string> {
  const quotas = inventory
    .of('', 'ResourceQuota')
    .filter(({ spec }) => at(spec, 'scopes') === undefined && at(spec, 'scopeSelector') === undefined);
  return new Set(
    quotas.flatMap(({ metadata, spec }) =>
      Object.keys(fieldsOf(at(spec, 'hard'))).map((amount) => `${metadata.namespace} ${amount}`),
    ),
  );
}
