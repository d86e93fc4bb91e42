import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import type { Environment } from '../environment';
import { appLabels } from '../labels';

/**
 * Owns the app's replicas, also where minimum and maximum are the same: so that a change of either never hands the number
 * from one owner to another. Looks at CPU alone, which the cluster itself measures: no telemetry can freeze it.
 */
export function horizontalPodAutoscaler(
  app: Workload,
  scale: Environment['scale'],
  namespace: string,
): ContentManifest {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: app.name, namespace, labels: appLabels(app.name, namespace) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app.name },
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
