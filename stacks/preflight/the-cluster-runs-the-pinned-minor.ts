import { KUBERNETES_MINORS, type KubernetesMinor } from '../../constructs/kubernetes-minors';
import { isNewer } from '../../constructs/version';
import { listed } from '../listed';
import { concerns } from '../upgrade/concerns';
import { findPath } from '../upgrade/path';
import { pinsOf, versionsOf } from '../upgrade/pins';
import { requestOf } from '../upgrade/request';
import { isKnownMinor } from './known-minor';
import type { Discovery, PreflightCheck, Situation } from './situation';

/** The cluster's minor is the one that the environment was rendered and checked for. */
export const theClusterRunsThePinnedMinor: PreflightCheck = {
  id: 'the-cluster-runs-the-pinned-minor',
  *check(situation) {
    const { kubernetes } = situation.environment;
    const { minor } = situation.cluster;
    if (minor === kubernetes) return;
    const problem = `The cluster runs Kubernetes ${minor ?? 'of an unknown version'}, and the environment pins ${kubernetes}: nothing was checked against what the cluster serves.`;
    const fix = isKnownMinor(minor)
      ? `If it is the right cluster: ${restored(minor, situation)} Otherwise choose the other cluster.`
      : `Choose another cluster, or a version of Bulkhead that knows this one. Known: ${KUBERNETES_MINORS.join(', ')}.`;
    yield { object: 'cluster', path: 'version', problem, fix, stops: true, compartment: undefined };
    if (isKnownMinor(minor)) yield* changedBehaviours(minor, situation);
  },
};

/** How to come from a minor that the provider chose to versions that were tested together. */
function restored(minor: KubernetesMinor, { name, environment }: Situation): string {
  const { kubernetes } = environment;
  if (isNewer(kubernetes, minor)) return `have it moved to ${kubernetes}; no plan leads back to ${minor}.`;
  const from = versionsOf(pinsOf(environment));
  const to = { ...from, kubernetes: minor };
  const path = findPath(from, to);
  if ('moves' in path) return `bulkhead upgrade ${name} --to ${requestOf(from, to)} restores a tested pair.`;
  const [why = ''] = path.why;
  if (!path.instead) return `${why} Nothing that is known leads to a pair that was tested.`;
  return `${why} bulkhead upgrade ${name} --to ${requestOf(from, path.instead)} leads to a pair that was.`;
}

/** What the cluster does otherwise by now. */
function* changedBehaviours(minor: KubernetesMinor, { environment, plan }: Situation): Iterable<Discovery> {
  for (const { since, what, objects } of concerns(
    { component: 'kubernetes', from: environment.kubernetes, to: minor },
    plan,
  )) {
    const problem = `Since Kubernetes ${since}: ${what}`;
    const fix = objects.length > 0 ? `It concerns ${listed(objects)}.` : '';
    yield { object: 'cluster', path: 'version', problem, fix, stops: false, compartment: undefined };
  }
}
