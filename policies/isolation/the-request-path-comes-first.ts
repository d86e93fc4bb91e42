import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, fieldsOf, textOf } from './json';
import { priorityClassOf, priorityOf, tenantPriorities } from './priorities';

const IN_REQUEST_PATH: ReadonlySet<string | undefined> = new Set(['mesh', 'edge']);

/** Something whose pods have a class: a workload, or a Gateway of which the mesh makes pods. */
interface Ranked {
  readonly manifest: Manifest;
  readonly path: string;
  readonly name: string;
}

/** What carries requests has priority over apps, and shares no class with what observes. */
export const theRequestPathComesFirst: Invariant = {
  id: 'the-request-path-comes-first',
  why: 'A node runs full, and gateways wait for room that apps or log agents hold: every tenant is down for the load of one.',
  how: 'Workloads and Gateways (by the overlay that their parametersRef names) of mesh and edge rank above all tenants; no class is used on both sides.',
  *check(inventory) {
    const apps = Math.max(0, ...tenantPriorities(inventory));
    const shared = new Set(inventory.observers.map(priorityClassOf));
    for (const ranked of [...workloads(inventory), ...gateways(inventory)]) {
      const { manifest, path, name } = ranked;
      const priority = priorityOf(name, inventory);
      const problem =
        name === '' || priority === undefined
          ? `It has no PriorityClass that is rendered${name === '' ? '' : `: "${name}"`}.`
          : priority <= apps
            ? `Its priority is ${priority}, and apps have ${apps}.`
            : shared.has(name)
              ? `It shares PriorityClass "${name}" with what observes.`
              : undefined;
      if (problem) yield { manifest, path, problem, fix: "Name the PriorityClass of its compartment's plane." };
    }
  },
};

function workloads(inventory: Inventory): Ranked[] {
  return inventory.workloads
    .filter(({ plane }) => IN_REQUEST_PATH.has(plane))
    .map((workload) => ({
      manifest: workload.manifest,
      path: `${workload.podPath}.priorityClassName`,
      name: priorityClassOf(workload),
    }));
}

/** The mesh makes a Deployment of each Gateway, and changes it by the text of a ConfigMap. */
function gateways(inventory: Inventory): Ranked[] {
  const candidates = inventory
    .of('gateway.networking.k8s.io', 'Gateway')
    .filter((gateway) => !inventory.isObserving(gateway));
  return candidates.map((manifest) => {
    const wanted = textOf(at(manifest, 'spec', 'infrastructure', 'parametersRef', 'name'));
    const overlay = inventory
      .of('', 'ConfigMap')
      .find(({ metadata }) => metadata.name === wanted && metadata.namespace === manifest.metadata.namespace);
    const pod = at(parsed(textOf(at(overlay, 'data', 'deployment'))), 'spec', 'template', 'spec');
    return overlay
      ? { manifest: overlay, path: 'data.deployment', name: textOf(at(pod, 'priorityClassName')) }
      : { manifest, path: 'spec.infrastructure.parametersRef', name: '' };
  });
}

/** The overlay's text, as JSON. Of any other text nothing is known, and so no class. */
function parsed(text: string): unknown {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
