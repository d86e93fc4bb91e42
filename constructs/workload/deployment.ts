import type { Deployment } from 'kubernetes-types/apps/v1';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { REVISION_HISTORY } from '../defaults';
import { LABEL, type Part, partLabels } from '../labels';
import { podTemplate } from './pod';
import { progressDeadline } from './progress-deadline';

/**
 * Keeps the pods of one part of an app running. It names no replicas: they belong to the autoscaler, and every apply would
 * take them back. Its selector never changes.
 */
export function deployment(app: Workload, part: Part, compartment: Compartment): ContentManifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: part.name,
      namespace: compartment.namespace,
      labels: partLabels(part, compartment.name),
    },
    spec: {
      ...progressDeadline(app),
      revisionHistoryLimit: REVISION_HISTORY,
      selector: { matchLabels: { [LABEL.name]: part.name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: podTemplate(app, part, compartment),
    },
  } satisfies Deployment;
}
