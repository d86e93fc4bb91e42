import type { Invariant } from './invariant';
import { at, fieldsOf, listOf, textOf } from './json';
import type { Workload } from './workload';

/** Percent of the nodes whose agent may be away at once. */
const MOST_AWAY = 10;

/** A new agent comes to a tenth of the nodes at a time, and no agent clings to a node that dies. */
export const agentsMoveFewNodesAtATime: Invariant = {
  id: 'agents-move-few-nodes-at-a-time',
  why: 'A broken configuration blinds the whole cluster within a minute, or agents stay on nodes that are gone.',
  how: 'DaemonSets on the planes logging and telemetry roll with maxUnavailable of at most 10% or 1; each toleration names its key, and none of NoExecute lasts for ever.',
  *check({ observers }) {
    for (const workload of observers.filter(({ manifest }) => manifest.kind === 'DaemonSet')) {
      const { manifest } = workload;
      const away = at(manifest, 'spec', 'updateStrategy', 'rollingUpdate', 'maxUnavailable') ?? 1;
      if (!isFew(away)) {
        const path = 'spec.updateStrategy.rollingUpdate.maxUnavailable';
        yield { manifest, path, problem: `${away} of the nodes lose their agent at once.`, fix: 'Write "10%".' };
      }
      yield* clingingTolerations(workload);
    }
  },
};

function isFew(away: unknown): boolean {
  return typeof away === 'number' ? away <= 1 : Number(textOf(away).replace('%', '')) <= MOST_AWAY;
}

function* clingingTolerations({ manifest, pod, podPath }: Workload) {
  for (const [index, value] of listOf(pod.tolerations).entries()) {
    const { key, effect, operator, tolerationSeconds } = fieldsOf(value);
    const named = textOf(key) !== '';
    const forEver = operator === 'Exists' && effect !== 'NoSchedule' && effect !== 'PreferNoSchedule';
    if (named && !(forEver && tolerationSeconds === undefined)) continue;
    const problem = named ? `It stays on a node with the taint "${key}" for ever.` : 'It tolerates every taint.';
    const path = `${podPath}.tolerations[${index}]`;
    yield { manifest, path, problem, fix: 'Name the taint and the effect NoSchedule.' };
  }
}
