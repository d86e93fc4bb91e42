import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { fieldsOf, listOf, textOf } from './json';
import { extensionProviders, type MeshConfig, meshConfigs, serviceAddress } from './mesh-config';
import { selects } from './selector';

const WATCHED = {
  problem: 'Its endpoints are sent to every proxy.',
  fix: 'Leave its namespace out of the discoverySelectors.',
} as const;

const UNREAD = {
  problem: 'A mesh runs, and nothing says whether it sends these endpoints to every proxy.',
  fix: "Render the mesh's configuration: a release's values, or the JSON text of its ConfigMap.",
} as const;

/** The mesh does not watch Services of observers, unless it sends to them itself. */
export const observersStirNoProxies: Invariant = {
  id: 'observers-stir-no-proxies',
  why: 'Each collector that restarts has the control plane send new endpoints to every proxy of the cluster.',
  how: 'Services on the planes logging and telemetry lie outside the discoverySelectors of every control plane, are exported to their namespace alone, or are extension providers.',
  *check(inventory) {
    const meshes = meshConfigs(inventory);
    if (meshes.length === 0 && !runsMesh(inventory)) return;
    const providers = meshes.flatMap(extensionProviders).map(({ service }) => serviceAddress(service));
    for (const manifest of inventory.of('', 'Service').filter((service) => inventory.isObserving(service))) {
      const { name, namespace = '', annotations } = manifest.metadata;
      const isProvider = providers.some((address) => address.name === name && address.namespace === namespace);
      const isHidden = ['.', '~'].includes(textOf(annotations?.['networking.istio.io/exportTo']));
      const isWatched = meshes.length === 0 || meshes.some((mesh) => watches(mesh, namespace, inventory));
      if (isProvider || isHidden || !isWatched) continue;
      yield { manifest, path: '', ...(meshes.length === 0 ? UNREAD : WATCHED) };
    }
  },
};

/** Whether a control plane runs, whatever it was told. */
function runsMesh(inventory: Inventory): boolean {
  return inventory.workloads.some(({ containers }) =>
    containers.some(({ fields }) => /(^|\/)pilot([:@]|$)/.test(textOf(fields.image))),
  );
}

function watches({ fields }: MeshConfig, namespace: string, inventory: Inventory): boolean {
  const selectors = listOf(fields.discoverySelectors);
  const labels = {
    ...fieldsOf(inventory.namespaces.get(namespace)?.metadata.labels),
    'kubernetes.io/metadata.name': namespace,
  };
  return selectors.length === 0 || selectors.some((selector) => selects(selector, labels));
}
