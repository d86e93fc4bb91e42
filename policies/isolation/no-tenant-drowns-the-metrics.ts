import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, type Fields, fieldsOf, textsOf } from './json';

/** Limits that no monitor can lift. */
const ENFORCED = [
  'enforcedNamespaceLabel',
  'enforcedSampleLimit',
  'enforcedTargetLimit',
  'enforcedBodySizeLimit',
] as const;

interface Prometheus {
  readonly manifest: Manifest;
  readonly path: string;
  readonly spec: Fields;
}

/** Prometheus bounds what each monitor may bring, and a monitor looks at its own namespace alone. */
export const noTenantDrownsTheMetrics: Invariant = {
  id: 'no-tenant-drowns-the-metrics',
  why: 'One app labels its metrics with user ids, and the metrics of all others die with the memory of Prometheus.',
  how: 'enforcedNamespaceLabel, enforcedSampleLimit, enforcedTargetLimit and enforcedBodySizeLimit of every Prometheus, rendered or in the values of its chart; namespaceSelectors of monitors, unless Prometheus ignores them.',
  *check(inventory) {
    const all = [...rendered(inventory), ...released(inventory)];
    for (const { manifest, path, spec } of all) {
      const missing = ENFORCED.filter((limit) => [undefined, '', 0, '0'].some((nothing) => spec[limit] === nothing));
      if (missing.length === 0) continue;
      yield { manifest, path, problem: `It does not set ${missing.join(', ')}.`, fix: 'Set them.' };
    }
    if (all.length > 0 && all.every(({ spec }) => spec.ignoreNamespaceSelectors === true)) return;
    for (const kind of ['ServiceMonitor', 'PodMonitor']) {
      for (const manifest of inventory.of('monitoring.coreos.com', kind)) {
        if (!looksElsewhere(manifest)) continue;
        const problem = 'It looks beyond its own namespace.';
        yield { manifest, path: 'spec.namespaceSelector', problem, fix: 'Leave it out.' };
      }
    }
  },
};

function rendered(inventory: Inventory): Prometheus[] {
  return inventory
    .of('monitoring.coreos.com', 'Prometheus')
    .map((manifest) => ({ manifest, path: 'spec', spec: fieldsOf(manifest.spec) }));
}

function released({ releases }: Inventory): Prometheus[] {
  return releases
    .filter(({ chart, values }) => chart === 'kube-prometheus-stack' && at(values, 'prometheus', 'enabled') !== false)
    .map(({ manifest, path, values }) => ({
      manifest,
      path: `${path}.prometheus.prometheusSpec`,
      spec: fieldsOf(at(values, 'prometheus', 'prometheusSpec')),
    }));
}

function looksElsewhere({ metadata, spec }: Manifest): boolean {
  const selector = at(spec, 'namespaceSelector');
  const names = textsOf(at(selector, 'matchNames'));
  return at(selector, 'any') === true || names.some((name) => name !== metadata.namespace);
}
