import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { ContentManifest } from '../contents';
import { type Part, partLabels, partSelector } from '../labels';

/** Lets a drain take one replica at a time, and always one: a budget that allows none blocks every node upgrade. */
export function disruptionBudget(part: Part, namespace: string): ContentManifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: part.name, namespace, labels: partLabels(part, namespace) },
    spec: {
      maxUnavailable: 1,
      // Pods that are not well anyway never hold up a drain.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: partSelector(part) },
    },
  } satisfies PodDisruptionBudget;
}
