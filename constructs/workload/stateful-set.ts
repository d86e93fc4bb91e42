import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { REVISION_HISTORY } from '../defaults';
import { LABEL, type Part, partLabels } from '../labels';

/**
 * Runs what keeps something on a disk: one pod, which has ended before the next one starts. While it does, nobody
 * is answered. Claims are no part of it: as part of it their sizes could never change.
 */
export function statefulSet(part: Part, compartment: Compartment, template: PodTemplateSpec): ContentManifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: part.name, namespace: compartment.namespace, labels: partLabels(part, compartment.name) },
    spec: {
      replicas: 1,
      // In order, a version that never becomes ready is never replaced by the next, until somebody deletes its pod.
      podManagementPolicy: 'Parallel',
      serviceName: part.name,
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: { [LABEL.name]: part.name } },
      template,
    },
  } satisfies StatefulSet;
}
