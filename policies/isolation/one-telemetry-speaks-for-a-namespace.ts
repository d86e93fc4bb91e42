import type { Invariant } from './invariant';
import { at } from './json';

/** At most one Telemetry of a namespace selects no workload. */
export const oneTelemetrySpeaksForANamespace: Invariant = {
  id: 'one-telemetry-speaks-for-a-namespace',
  why: 'Istio takes the older of two and says nothing: what is logged depends on which was applied first.',
  how: 'Telemetry objects without selector and targetRefs, counted by namespace.',
  *check(inventory) {
    const first = new Map<string, string>();
    for (const manifest of inventory.of('telemetry.istio.io', 'Telemetry')) {
      if (at(manifest, 'spec', 'selector') !== undefined || at(manifest, 'spec', 'targetRefs') !== undefined) continue;
      const { name, namespace = '' } = manifest.metadata;
      const earlier = first.get(namespace);
      if (earlier === undefined) first.set(namespace, name);
      else yield { manifest, path: 'spec', problem: `"${earlier}" selects every workload too.`, fix: 'Make them one.' };
    }
  },
};
