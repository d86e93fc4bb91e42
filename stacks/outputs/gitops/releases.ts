import { halfOf } from '../../../constructs/contents';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { Plan, PlannedCompartment, PlannedManifest } from '../../planned';
import { argoReleases } from './argo-releases';
import { fluxReleases } from './flux-releases';

/**
 * The plan with its releases lowered to objects of the environment's GitOps tool, each in its own compartment. Without such a
 * tool they stay releases: whoever delivers installs them.
 */
export function withReleases(plan: Plan, { delivery }: Environment): Plan {
  if (delivery.kind === 'none') return plan;
  const lower = delivery.kind === 'flux' ? fluxReleases : argoReleases;
  return { ...plan, compartments: plan.compartments.map((compartment) => lowered(compartment, lower)) };
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
  return { ...compartment, releases: [], manifests: [...boundary, ...objects, ...contents] };
}
