import { groupOf, type Manifest } from '../constructs/manifest';
import type { Memory } from '../policies/memory';
import type { Plan, PlannedCompartment } from './planned';

/** The plan with the very objects of an earlier one wherever they say the same, so that nobody has to judge them again. */
export function keep(plan: Plan, memory: Memory): Plan {
  return { ...plan, compartments: plan.compartments.map((compartment) => keepCompartment(compartment, memory)) };
}

function keepCompartment(compartment: PlannedCompartment, memory: Memory): PlannedCompartment {
  const same = (manifest: Manifest, place: string) =>
    memory.same(`${compartment.name} ${place} ${nameOf(manifest)}`, manifest);
  const { manifests, releases, ...rest } = compartment;
  const kept = {
    manifests: manifests.map((each) => ({ ...each, manifest: same(each.manifest, 'manifest') })),
    releases: releases.map((release) => ({
      ...release,
      runs: release.runs.map((run) => same(run, `release ${release.name}`)),
    })),
  };
  const said = JSON.stringify([
    rest,
    manifests.map(({ manifest: _, ...place }) => place),
    releases.map(({ runs: _, ...release }) => release),
  ]);
  const objects = [...kept.manifests.map(({ manifest }) => manifest), ...kept.releases.flatMap(({ runs }) => runs)];
  return memory.last(`compartment ${compartment.name} ${said}`, objects, () => ({ ...compartment, ...kept }));
}

function nameOf({ apiVersion, kind, metadata }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}
