import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { appLabels, LABEL } from '../labels';

/** Lets a drain take one replica at a time, and always one: a budget that allows none blocks every node upgrade. */
export function disruptionBudget(app: Workload, namespace: string): ContentManifest {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: app.name, namespace, labels: appLabels(app.name, namespace) },
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: { [LABEL.app]: app.name, [LABEL.component]: 'main' } },
    },
  } satisfies PodDisruptionBudget;
}
