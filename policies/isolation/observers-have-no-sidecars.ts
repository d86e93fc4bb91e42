import type { Invariant } from './invariant';
import { observes } from './inventory';
import { type Fields, fieldsOf } from './json';

/** Labels that have a sidecar injected, and the one value that does not. Ambient capture needs none. */
const INJECTING: Readonly<Record<string, string>> = {
  'istio.io/rev': '',
  'istio-injection': 'disabled',
  'sidecar.istio.io/inject': 'false',
};

/** No sidecar is injected into what observes. */
export const observersHaveNoSidecars: Invariant = {
  id: 'observers-have-no-sidecars',
  why: 'Each upgrade of the mesh restarts every agent, and a mesh that is down takes the view of itself along.',
  how: 'No label that asks for injection lies on the namespaces of logging and telemetry or on their pods.',
  *check(inventory) {
    const namespaces = [...inventory.namespaces.values()].filter(({ metadata }) =>
      observes(inventory.planeNamed(metadata.name)),
    );
    const labelled = [
      ...namespaces.map((manifest) => ({ manifest, labels: fieldsOf(manifest.metadata.labels), path: 'metadata' })),
      ...inventory.observers.map(({ manifest, labels, podPath }) => {
        return { manifest, labels, path: podPath.replace(/spec$/, 'metadata') };
      }),
    ];
    for (const { manifest, labels, path } of labelled) {
      const label = injectingLabel(labels);
      if (label === undefined) continue;
      const problem = `"${label}: ${labels[label]}" asks for a sidecar.`;
      yield { manifest, path: `${path}.labels`, problem, fix: 'Leave the label out.' };
    }
  },
};

function injectingLabel(labels: Fields): string | undefined {
  return Object.entries(INJECTING).find(
    ([key, harmless]) => labels[key] !== undefined && labels[key] !== harmless,
  )?.[0];
}
