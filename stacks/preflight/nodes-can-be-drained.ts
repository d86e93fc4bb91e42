import type { Manifest } from '../../constructs/manifest';
import { at, fieldsOf } from '../../policies/isolation/json';
import { selects } from '../../policies/isolation/selector';
import { nameObject } from '../../policies/rule';
import { compartmentOfNamespace, type Discovery, type PreflightCheck, type Situation } from './situation';

/**
 * No disruption budget, whoever it belongs to, keeps a node from being drained: a cluster upgrade replaces every node.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export const nodesCanBeDrained: PreflightCheck = {
  id: 'nodes-can-be-drained',
  *check(situation) {
    const budgets = situation.cluster.of('policy', 'PodDisruptionBudget');
    for (const budget of budgets) {
      const fault = faultOf(budget);
      if (fault) yield { ...placeOf(budget, situation), path: 'spec', ...fault };
    }
    yield* doublyGuarded(budgets, situation);
  },
};

function placeOf(object: Manifest, situation: Situation) {
  const compartment = compartmentOfNamespace(situation, object.metadata.namespace);
  return { object: nameObject(object), compartment, stops: false };
}

/** A budget that guards no pod blocks nothing. */
function faultOf({ spec, status }: Manifest): { readonly problem: string; readonly fix: string } | undefined {
  const { maxUnavailable, minAvailable } = fieldsOf(spec);
  const { expectedPods, disruptionsAllowed, currentHealthy, desiredHealthy } = fieldsOf(status);
  if (!isPositive(expectedPods) || disruptionsAllowed !== 0) return undefined;
  if (maxUnavailable === 0 || maxUnavailable === '0%' || minAvailable === '100%' || desiredHealthy === expectedPods) {
    return {
      problem: `It never lets one of its ${expectedPods} pods go, so a drain of their nodes waits for ever.`,
      fix:
        maxUnavailable === undefined
          ? 'Run one replica more than minAvailable, or write maxUnavailable: 1.'
          : 'Write maxUnavailable: 1.',
    };
  }
  return {
    problem: `It lets no pod go now: ${currentHealthy} of its ${expectedPods} pods are healthy and ${desiredHealthy} must be. A drain of their nodes waits.`,
    fix: 'Find out why its pods are not Ready before nodes are drained.',
  };
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0;
}

/** The API server refuses to evict a pod that two budgets guard. */
function* doublyGuarded(budgets: readonly Manifest[], situation: Situation): Iterable<Discovery> {
  for (const kind of ['Deployment', 'StatefulSet']) {
    for (const workload of situation.cluster.of('apps', kind)) {
      const labels = fieldsOf(at(workload.spec, 'template', 'metadata', 'labels'));
      const guards = budgets.filter(
        ({ metadata, spec }) =>
          metadata.namespace === workload.metadata.namespace && selects(at(spec, 'selector'), labels),
      );
      if (guards.length < 2) continue;
      const names = guards.map(({ metadata }) => metadata.name).join(', ');
      const problem = `Several disruption budgets guard its pods: ${names}. The API server then evicts none of them, and a drain waits for ever.`;
      yield { ...placeOf(workload, situation), path: '', problem, fix: 'Delete all but one.' };
    }
  }
}
