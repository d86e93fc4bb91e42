import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { at, listOf, textOf } from './json';
import type { Workload } from './workload';

/**
 * Images that collect, keep or show what others do. Where a name alone could be that of an app, so that a tenant's own image
 * called `vector` is not meant, its publisher belongs to it.
 */
const OBSERVING_IMAGE = new RegExp(
  `(^|/)(${[
    'otelcol[a-z-]*|opentelemetry-collector[a-z0-9-]*|fluent-bit|kube-state-metrics|node-exporter|prom-label-proxy',
    'prometheus-operator|(prom|prometheus)/prometheus|fluent/fluentd|timberio/vector|jaegertracing/[a-z-]+',
    'grafana/(agent|alloy|loki|mimir|promtail|tempo)',
  ].join('|')})([:@]|$)`,
);

const MESH_IMAGE = /(^|\/)(pilot|proxyv2|ztunnel|install-cni)([:@]|$)/;

/** Whatever observes runs on the planes logging and telemetry, and nothing else does. */
export const observersKeepToTheirOwnCompartments: Invariant = {
  id: 'observers-keep-to-their-own-compartments',
  why: 'An agent beside an app shares its quota, network and rights: what the one uses up or gives away, the other loses.',
  how: 'Images of observers and of the mesh are known by name; no route leads to an observer; no namespace with pods lacks a plane.',
  *check(inventory) {
    for (const workload of inventory.workloads) {
      const misplaced = misplacement(workload, inventory);
      if (misplaced) yield { manifest: workload.manifest, path: '', ...misplaced };
    }
    for (const manifest of inventory.of('gateway.networking.k8s.io', 'HTTPRoute')) {
      const backends = listOf(at(manifest, 'spec', 'rules')).flatMap((rule) => listOf(at(rule, 'backendRefs')));
      const namespaces = backends.map((backend) => textOf(at(backend, 'namespace')) || manifest.metadata.namespace);
      const found = namespaces.find((namespace) => observes(inventory.planeNamed(namespace)));
      if (found === undefined) continue;
      const fix = 'Serve from a compartment of another plane.';
      yield { manifest, path: 'spec.rules', problem: `It leads into ${found}, which only observes.`, fix };
    }
  },
};

function misplacement({ manifest, plane, containers }: Workload, { namespaces }: Inventory) {
  const namespace = manifest.metadata.namespace ?? '';
  if (plane === undefined) {
    if (!namespaces.has(namespace)) return undefined;
    return { problem: `Namespace ${namespace} has no plane.`, fix: 'Move it into a compartment.' };
  }
  const [foreign, place] = observes(plane) ? [MESH_IMAGE, 'mesh or edge'] : [OBSERVING_IMAGE, 'logging or telemetry'];
  const image = containers.map(({ fields }) => textOf(fields.image)).find((name) => foreign.test(name));
  return image
    ? { problem: `${image} does not belong on the plane ${plane}.`, fix: `Move it to the plane ${place}.` }
    : undefined;
}
