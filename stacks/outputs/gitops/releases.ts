import { halfOf } from '../../../constructs/contents';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { Plan, PlannedCompartment, PlannedManifest, PlannedRelease } from '../../planned';
import { argoReleases } from './argo-releases';
import { fluxReleases } from './flux-releases';

/**
 * The plan with its releases lowered to objects of the environment's GitOps tool, each in its own compartment. Without such a
 * tool they stay releases: whoever delivers installs them. So do charts that are to be inflated.
 */
export function withReleases(plan: Plan, environment: Environment): Plan {
  const { kind } = environment.delivery;
  if (kind === 'none') return plan;
  const lower = kind === 'flux' ? fluxReleases : argoReleases;
  const compartments = plan.compartments.map((compartment) => {
    const carried = carriedReleases(compartment, environment);
    const others = compartment.releases.filter((release) => !carried.includes(release));
    return { ...lowered({ ...compartment, releases: carried }, lower), releases: others };
  });
  return { ...plan, compartments };
}

/** The releases of a compartment that the environment's GitOps tool fetches and installs itself. */
export function carriedReleases({ releases }: PlannedCompartment, environment: Environment): readonly PlannedRelease[] {
  return environment.releases === 'inflated' ? releases.filter(({ what }) => 'source' in what) : releases;
}

function lowered(
  compartment: PlannedCompartment,
  lower: (compartment: PlannedCompartment) => readonly Manifest[],
): PlannedCompartment {
  const { releases, manifests } = compartment;
  const source = releases[0]?.source;
  if (source === undefined) return compartment;
  const objects = lower(compartment).map((manifest): PlannedManifest => ({ manifest, half: halfOf(manifest), source }));
  const boundary = manifests.filter(({ half }) => half === 'boundary');
  const contents = manifests.filter(({ half }) => half === 'contents');
  return { ...compartment, manifests: [...boundary, ...objects, ...contents] };
}
