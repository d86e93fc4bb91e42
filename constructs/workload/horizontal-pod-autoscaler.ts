import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { ContentManifest } from '../contents';
import type { Environment } from '../environment';
import { type Part, partLabels } from '../labels';

/**
 * Owns the part's replicas, also where minimum and maximum are the same: so that a change of either never hands the number
 * from one owner to another. Looks at CPU alone, which the cluster itself measures: no telemetry can freeze it.
 */
export function horizontalPodAutoscaler(part: Part, scale: Environment['scale'], namespace: string): ContentManifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: part.name, namespace, labels: partLabels(part, namespace) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: part.name },
      minReplicas: scale.min,
      maxReplicas: scale.max,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'main',
            target: { type: 'Utilization', averageUtilization: scale.cpu },
          },
        },
      ],
    },
  } satisfies HorizontalPodAutoscaler;
}
