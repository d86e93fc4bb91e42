import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { REVISION_HISTORY } from '../defaults';
import { LABEL, type Part, partLabels } from '../labels';
import { podTemplate } from './pod';

/**
 * Runs an app that keeps something on a disk: one pod, which has ended before the next one starts. While it does, the app
 * answers nobody. Claims are no part of it: as part of it their sizes could never change.
 */
export function statefulSet(app: Workload, part: Part, compartment: Compartment): ContentManifest {
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
      template: podTemplate(app, part, compartment),
    },
  } satisfies StatefulSet;
}
