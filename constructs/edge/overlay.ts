import type { DeploymentStrategy } from 'kubernetes-types/apps/v1';
import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2';
import type { Container, PodSpec, ServiceSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudgetSpec } from 'kubernetes-types/policy/v1';
import type { ContentManifest } from '../contents';
import { GATEWAY } from '../defaults';
import { LABEL } from '../labels';
import type { EdgeSection } from './edge-spec';
import { overlayName } from './gateway';
import { componentOf, EDGE } from './gateway-name';

/** What is merged into the objects that istiod makes of a Gateway. The last two it makes only because they are named here. */
interface Overlay {
  readonly deployment: {
    readonly spec: {
      readonly strategy: DeploymentStrategy;
      readonly template: { readonly spec: PodOverlay };
    };
  };
  readonly service: {
    readonly metadata?: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: Pick<ServiceSpec, 'externalTrafficPolicy' | 'loadBalancerSourceRanges'> & {
      readonly ports: readonly { readonly $patch: 'delete'; readonly port: number }[];
    };
  };
  readonly horizontalPodAutoscaler: { readonly spec: Omit<HorizontalPodAutoscalerSpec, 'scaleTargetRef'> };
  readonly podDisruptionBudget: {
    readonly spec: Pick<PodDisruptionBudgetSpec, 'maxUnavailable' | 'unhealthyPodEvictionPolicy'>;
  };
}

type PodOverlay = Pick<
  PodSpec,
  'priorityClassName' | 'securityContext' | 'terminationGracePeriodSeconds' | 'topologySpreadConstraints'
> & { readonly containers: readonly Pick<Container, 'name' | 'env' | 'resources'>[] };

/**
 * All that a Gateway has no field for, as istiod reads it: one text by the name of the object, JSON being
 * YAML too. Replicas it leaves to the autoscaler.
 * Nobody validates it on the way, so it is typed.
 */
export function overlay(gateway: string, section: EdgeSection, priorityClassName: string): ContentManifest {
  const parts: Overlay = {
    deployment: deployment(gateway, priorityClassName),
    service: service(section),
    horizontalPodAutoscaler: autoscaler(section),
    podDisruptionBudget: { spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' } },
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: overlayName(gateway), namespace: EDGE },
    data: Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, `${JSON.stringify(part, null, 2)}\n`])),
  };
}

function deployment(gateway: string, priorityClassName: string): Overlay['deployment'] {
  const { cpu, memory } = GATEWAY.resources;
  return {
    spec: {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        spec: {
          priorityClassName,
          securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
          terminationGracePeriodSeconds: GATEWAY.terminationSeconds,
          topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { [LABEL.app]: componentOf(gateway) } },
          })),
          containers: [
            {
              name: 'istio-proxy',
              // Without it the proxy is cut off five seconds after it was told to stop.
              env: [{ name: 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS', value: 'true' }],
              resources: { requests: { cpu, memory }, limits: { memory } },
            },
          ],
        },
      },
    },
  };
}

/** Traffic keeps to the node where it arrives: only so do policies see the client's address instead of a node's. */
function service({ annotations, sources }: EdgeSection): Overlay['service'] {
  return {
    ...(Object.keys(annotations).length > 0 ? { metadata: { annotations } } : {}),
    spec: {
      externalTrafficPolicy: 'Local',
      ...(sources ? { loadBalancerSourceRanges: [...sources] } : {}),
      ports: [{ $patch: 'delete', port: GATEWAY.health }],
    },
  };
}

function autoscaler({ replicas }: EdgeSection): Overlay['horizontalPodAutoscaler'] {
  const target = { type: 'Utilization', averageUtilization: GATEWAY.replicas.cpu };
  return {
    spec: {
      minReplicas: replicas.min,
      maxReplicas: replicas.max,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
    },
  };
}
