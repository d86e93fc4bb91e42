import { gatewayApiIsThePinnedBundle } from './gateway-api-is-the-pinned-bundle';
import { noWorkloadIsMadeAnew } from './no-workload-is-made-anew';
import { nobodyElseChangedOurFields } from './nobody-else-changed-our-fields';
import { nobodyElseOwnsANamespace } from './nobody-else-owns-a-namespace';
import { nodesCanBeDrained } from './nodes-can-be-drained';
import { objectsFitTheClustersMinor } from './objects-fit-the-clusters-minor';
import { pinsAreTestedWithTheClustersMinor } from './pins-are-tested-with-the-clusters-minor';
import { podsFollowTheirRevision } from './pods-follow-their-revision';
import type { PreflightCheck, PreflightFinding, Situation } from './situation';
import { storedVersionsAreStillServed } from './stored-versions-are-still-served';
import { theClusterRunsThePinnedMinor } from './the-cluster-runs-the-pinned-minor';
import { theProviderManagesNothingOfOurs } from './the-provider-manages-nothing-of-ours';
import { webhooksAreAnswered } from './webhooks-are-answered';

/** Everything that is asked of a cluster before an environment is applied to it, in the order in which it is told. */
export const PREFLIGHT_CHECKS: readonly PreflightCheck[] = [
  theClusterRunsThePinnedMinor,
  pinsAreTestedWithTheClustersMinor,
  objectsFitTheClustersMinor,
  nobodyElseOwnsANamespace,
  noWorkloadIsMadeAnew,
  nobodyElseChangedOurFields,
  gatewayApiIsThePinnedBundle,
  storedVersionsAreStillServed,
  theProviderManagesNothingOfOurs,
  webhooksAreAnswered,
  podsFollowTheirRevision,
  nodesCanBeDrained,
];

/** Everything that speaks against an environment at a cluster, by what was read of it. */
export function preflight(situation: Situation): PreflightFinding[] {
  return PREFLIGHT_CHECKS.flatMap(({ id, check }) =>
    [...check(situation)].map((discovery) => ({ rule: id, ...discovery })),
  );
}
