import type { Container, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { MAIN } from '../app/companions-spec';
import { isPersistent } from '../app/disk-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import { DISK_GROUP, DRAIN_SECONDS } from '../defaults';
import { ANNOTATION, type Part, partLabels } from '../labels';
import { companionContainers, companionVolumes } from './companions';
import { container } from './container';
import { volumeMounts, volumes } from './disk';
import { fileMounts, fileSet, fileSets, filesFingerprint, fileVolumes } from './files';
import { probes } from './probes';
import { spread } from './spread';

/**
 * The pods of one part of an app, fit for the *restricted* Pod Security Standard. They change only when the app changes:
 * neither its replicas nor its callers, its route or another app is in here.
 */
export function podTemplate(app: Workload, part: Part, compartment: Compartment): PodTemplateSpec {
  const files = filesFingerprint(fileSets(app));
  return {
    metadata: {
      labels: partLabels(part, compartment.name),
      ...(files === undefined ? {} : { annotations: { [ANNOTATION.files]: files } }),
    },
    spec: podSpec(app, part, compartment),
  };
}

function podSpec(app: Workload, part: Part, compartment: Compartment): PodSpec {
  return {
    serviceAccountName: app.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: compartment.priorityClassName,
    terminationGracePeriodSeconds: (part.ends ? 0 : DRAIN_SECONDS) + app.timeout,
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      // A new disk belongs to root.
      ...(isPersistent(app) ? { fsGroup: DISK_GROUP, fsGroupChangePolicy: 'OnRootMismatch' } : {}),
    },
    ...(part.ends ? { restartPolicy: 'Never' } : { topologySpreadConstraints: spread(part) }),
    ...companionContainers(app, compartment),
    containers: [mainContainer(app, part, compartment)],
    volumes: [...volumes(app), ...companionVolumes(app), ...fileSets(app).flatMap(fileVolumes)],
  };
}

function mainContainer(app: Workload, part: Part, compartment: Compartment): Container {
  return {
    ...container(MAIN, app, compartment),
    ...(app.port === undefined ? {} : { ports: [{ name: app.protocol, containerPort: app.port }] }),
    ...probes(app),
    // The image need not hold a `sleep`: the kubelet waits.
    ...(part.ends ? {} : { lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } } }),
    volumeMounts: [...volumeMounts(app), ...fileMounts(fileSet(app))],
  };
}
