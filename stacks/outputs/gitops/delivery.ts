import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { Plan } from '../../planned';
import { argoObjects } from './argo';
import { argoReleaseProjects } from './argo-releases';
import type { DeliveredHalf } from './delivered-half';
import { fluxObjects } from './flux';
import { withReleases } from './releases';

/**
 * The plan with the objects by which Flux or Argo CD carry its tree into the cluster, as contents of the delivery
 * compartment, and with the releases as objects of the same tool. They belong to the GitOps tree alone: whoever deploys
 * otherwise takes the plan as it is.
 */
export function withDelivery(bare: Plan, environmentName: string, environment: Environment): Plan {
  const objects = deliveryObjects(bare, environmentName, environment);
  if (objects.length === 0) return bare;
  const plan = withReleases(bare, environment);
  const planned = objects.map((manifest) => ({ manifest, half: 'contents' as const, source: DELIVERY }));
  const compartments = plan.compartments.map((compartment) =>
    compartment.name === DELIVERY ? { ...compartment, manifests: [...compartment.manifests, ...planned] } : compartment,
  );
  return { ...plan, compartments };
}

function deliveryObjects(plan: Plan, environmentName: string, { delivery }: Environment): Manifest[] {
  switch (delivery.kind) {
    case 'none':
      return [];
    case 'flux':
      return fluxObjects(deliveredHalves(plan), environmentName, delivery);
    case 'argocd':
      return [...argoObjects(deliveredHalves(plan), environmentName, delivery), ...argoReleaseProjects(plan)];
  }
}

/** Every half that holds something, each after its boundary and after all of what its compartment waits for. */
function deliveredHalves(plan: Plan): DeliveredHalf[] {
  const lastHalf = new Map<string, string>();
  return plan.compartments.flatMap((compartment) => {
    const before = compartment.after.flatMap((name) => lastHalf.get(name) ?? []);
    // The delivery compartment's contents are the very objects that are made here.
    const halves = (['boundary', 'contents'] as const).filter(
      (half) => compartment.name === DELIVERY || compartment.manifests.some((object) => object.half === half),
    );
    return halves.map((half, index) => {
      const name = `${compartment.name}-${half}`;
      const after = index === 0 ? before : [`${compartment.name}-${halves[index - 1]}`];
      lastHalf.set(compartment.name, name);
      return { compartment, half, name, after };
    });
  });
}
