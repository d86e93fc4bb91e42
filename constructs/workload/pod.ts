import type { Container, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { isPersistent } from '../app/disk-spec';
import { amountsOf } from '../app/size-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import { DISK_GROUP, DRAIN_SECONDS } from '../defaults';
import { environmentOf } from '../environment';
import { ANNOTATION, type Part, partLabels } from '../labels';
import { ephemeralStorage, volumeMounts, volumes } from './disk';
import { fileMounts, fileSet, filesFingerprint, fileVolumes } from './files';
import { probes } from './probes';
import { spread } from './spread';
import { literal, variables } from './variables';

/**
 * The pods of one part of an app, fit for the *restricted* Pod Security Standard. They change only when the app changes:
 * neither its replicas nor its callers, its route or another app is in here.
 */
export function podTemplate(app: Workload, part: Part, compartment: Compartment): PodTemplateSpec {
  const files = filesFingerprint([fileSet(app)]);
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
    containers: [container(app, part, compartment)],
    volumes: [...volumes(app), ...fileVolumes(fileSet(app))],
  };
}

function container(app: Workload, part: Part, compartment: Compartment): Container {
  const storage = ephemeralStorage(app);
  const { cpu, memory } = amountsOf(app.size);
  return {
    name: 'main',
    image: app.image,
    ...(app.command ? { command: app.command.map((word) => literal(word)) } : {}),
    ...(app.args ? { args: app.args.map((word) => literal(word)) } : {}),
    env: variables(app, environmentOf(compartment), compartment.domain),
    ...(app.port === undefined ? {} : { ports: [{ name: app.protocol, containerPort: app.port }] }),
    resources: {
      requests: { cpu, memory, 'ephemeral-storage': storage.request },
      limits: { memory, 'ephemeral-storage': storage.limit },
    },
    ...probes(app),
    // The image need not hold a `sleep`: the kubelet waits.
    ...(part.ends ? {} : { lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } } }),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [...volumeMounts(app), ...fileMounts(fileSet(app))],
  };
}
