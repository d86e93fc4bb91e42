import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { Plan } from '../../planned';
import { STAGES, stageOf } from '../../stage';
import { argoObjects, inWaves } from './argo';
import { argoReleaseProjects } from './argo-releases';
import type { DeliveredStage } from './delivered-stage';
import { fluxObjects } from './flux';
import { carriedReleases, withReleases } from './releases';

/**
 * The plan with the objects by which Flux or Argo CD carry its tree into the cluster, as contents of the delivery
 * compartment, and with the releases as objects of the same tool. They belong to the GitOps tree alone: whoever deploys
 * otherwise takes the plan as it is.
 */
export function withDelivery(bare: Plan, environmentName: string, environment: Environment): Plan {
  const staged = environment.delivery.kind === 'argocd' ? inWaves(bare) : bare;
  const objects = deliveryObjects(staged, environmentName, environment);
  if (objects.length === 0) return bare;
  const plan = withReleases(staged, environment);
  const planned = objects.map((manifest) => ({ manifest, half: 'contents' as const, source: DELIVERY }));
  const compartments = plan.compartments.map((compartment) =>
    compartment.name === DELIVERY ? { ...compartment, manifests: [...compartment.manifests, ...planned] } : compartment,
  );
  return { ...plan, compartments };
}

function deliveryObjects(plan: Plan, environmentName: string, environment: Environment): Manifest[] {
  const { delivery } = environment;
  switch (delivery.kind) {
    case 'none':
      return [];
    case 'flux':
      return fluxObjects(deliveredStages(plan), environmentName, delivery);
    case 'argocd':
      return [
        ...argoObjects(deliveredStages(plan), environmentName, delivery),
        ...argoReleaseProjects(carried(plan, environment), delivery.namespace),
      ];
  }
}

function carried(plan: Plan, environment: Environment): Plan {
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    releases: carriedReleases(compartment, environment),
  }));
  return { ...plan, compartments };
}

/** Every stage that holds something, each after the one before it and after all of what its compartment waits for. */
function deliveredStages(plan: Plan): DeliveredStage[] {
  const lastStage = new Map<string, string>();
  return plan.compartments.flatMap((compartment) => {
    const before = compartment.after.flatMap((name) => lastStage.get(name) ?? []);
    const held = new Set(compartment.manifests.map(stageOf));
    // The delivery compartment's contents are the very objects that are made here.
    if (compartment.name === DELIVERY) held.add('contents');
    const stages = STAGES.filter((stage) => held.has(stage));
    return stages.map((stage, index) => {
      const name = `${compartment.name}-${stage}`;
      const after = index === 0 ? before : [`${compartment.name}-${stages[index - 1]}`];
      lastStage.set(compartment.name, name);
      return { compartment, stage, name, after };
    });
  });
}
