import { KUBERNETES_MINORS } from '../../constructs/kubernetes-minors';
import { isKnownMinor } from './known-minor';
import type { PreflightCheck } from './situation';

/** The cluster's minor is the one that the environment was rendered and checked for. */
export const theClusterRunsThePinnedMinor: PreflightCheck = {
  id: 'the-cluster-runs-the-pinned-minor',
  *check({ environment: { kubernetes }, cluster: { minor } }) {
    if (minor === kubernetes) return;
    const problem = `The cluster runs Kubernetes ${minor ?? 'of an unknown version'}, and the environment pins ${kubernetes}: nothing was checked against what the cluster serves.`;
    const fix = isKnownMinor(minor)
      ? `If it is the right cluster, pin ${minor}: bulkhead upgrade tells the steps. Otherwise choose the other cluster.`
      : `Choose another cluster, or a version of Bulkhead that knows this one. Known: ${KUBERNETES_MINORS.join(', ')}.`;
    yield { object: 'cluster', path: 'version', problem, fix, stops: true, compartment: undefined };
  },
};
