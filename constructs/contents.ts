import { groupOf, type Manifest } from './manifest';

/**
 * The kinds that may stand in a compartment's contents, and so the only kinds that a deliverer can write. Everything else,
 * known or not, is boundary: applied by the platform, untouchable for the compartment's owner.
 *
 * This table alone decides which half an object belongs to, what a deliverer's Role names and what an AppProject allows.
 */
export const CONTENT_KINDS = [
  { group: '', kind: 'ConfigMap', resource: 'configmaps' },
  { group: '', kind: 'PersistentVolumeClaim', resource: 'persistentvolumeclaims' },
  { group: '', kind: 'Service', resource: 'services' },
  { group: 'apps', kind: 'Deployment', resource: 'deployments' },
  { group: 'apps', kind: 'StatefulSet', resource: 'statefulsets' },
  { group: 'batch', kind: 'CronJob', resource: 'cronjobs' },
  { group: 'batch', kind: 'Job', resource: 'jobs' },
  { group: 'autoscaling', kind: 'HorizontalPodAutoscaler', resource: 'horizontalpodautoscalers' },
  { group: 'policy', kind: 'PodDisruptionBudget', resource: 'poddisruptionbudgets' },
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', resource: 'httproutes' },
  { group: 'flagger.app', kind: 'Canary', resource: 'canaries' },
  { group: 'flagger.app', kind: 'MetricTemplate', resource: 'metrictemplates' },
] as const;

export type ContentKind = (typeof CONTENT_KINDS)[number]['kind'];

/** A manifest that a compartment's owner delivers. A ServiceAccount, Secret, role or policy does not type-check as one. */
export interface ContentManifest extends Manifest {
  readonly kind: ContentKind;
}

const CONTENTS = new Set(CONTENT_KINDS.map(({ group, kind }) => `${group}/${kind}`));

/** Contents only where the platform itself applies both halves: nobody else may put a pod on every node, or keep a bare one. */
const PLATFORM_CONTENTS: ReadonlySet<string> = new Set(['apps/DaemonSet', 'apps/ReplicaSet']);

export type Half = 'boundary' | 'contents';

/** Which half of its compartment an object belongs to, where a deliverer applies the contents or the platform itself does. */
export function halfOf(manifest: Manifest, deliverer: 'tenant' | 'platform' = 'tenant'): Half {
  const kind = `${groupOf(manifest.apiVersion)}/${manifest.kind}`;
  return CONTENTS.has(kind) || (deliverer === 'platform' && PLATFORM_CONTENTS.has(kind)) ? 'contents' : 'boundary';
}
