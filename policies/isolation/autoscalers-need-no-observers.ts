import type { Invariant } from './invariant';
import { at, listOf } from './json';

/** Every autoscaler goes by what the kubelet measures; whatever telemetry measures may only be added to it. */
export const autoscalersNeedNoObservers: Invariant = {
  id: 'autoscalers-need-no-observers',
  why: 'Metrics are down at the hour of the most traffic, and no app scales.',
  how: 'Each HorizontalPodAutoscaler has a metric of type Resource or ContainerResource, or none, which means CPU.',
  *check(inventory) {
    for (const manifest of inventory.of('autoscaling', 'HorizontalPodAutoscaler')) {
      const types = listOf(at(manifest, 'spec', 'metrics')).map((metric) => at(metric, 'type'));
      if (types.length === 0 || types.some((type) => type === 'Resource' || type === 'ContainerResource')) continue;
      const problem = `It goes by ${types.join(', ')} metrics alone.`;
      yield { manifest, path: 'spec.metrics', problem, fix: 'Add one of CPU or memory.' };
    }
  },
};
