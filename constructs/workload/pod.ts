import type {
  Container,
  EnvVar,
  PodSpec,
  PodTemplateSpec,
  Probe,
  TopologySpreadConstraint,
} from 'kubernetes-types/core/v1';
import { isPersistent } from '../app/disk-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import { APP_SIZES, DISK_GROUP, DRAIN_SECONDS, READINESS, STARTUP } from '../defaults';
import { type Part, partLabels, partSelector } from '../labels';
import { ephemeralStorage, volumeMounts, volumes } from './disk';

/**
 * The pods of one part of an app, fit for the *restricted* Pod Security Standard. They change only when the app changes:
 * neither its replicas nor its callers, its route or another app is in here.
 */
export function podTemplate(app: Workload, part: Part, compartment: Compartment): PodTemplateSpec {
  return {
    metadata: { labels: partLabels(part, compartment.name) },
    spec: podSpec(app, part, compartment.priorityClassName),
  };
}

function podSpec(app: Workload, part: Part, priorityClassName: string): PodSpec {
  return {
    serviceAccountName: app.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName,
    terminationGracePeriodSeconds: (part.ends ? 0 : DRAIN_SECONDS) + app.timeout,
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      // A new disk belongs to root.
      ...(isPersistent(app) ? { fsGroup: DISK_GROUP, fsGroupChangePolicy: 'OnRootMismatch' } : {}),
    },
    ...(part.ends ? { restartPolicy: 'Never' } : { topologySpreadConstraints: spread(part) }),
    containers: [container(app, part)],
    volumes: volumes(app),
  };
}

function spread(part: Part): TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    // Never DoNotSchedule: on a small cluster a spread that cannot be had would leave pods pending.
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: partSelector(part) },
  }));
}

function container(app: Workload, part: Part): Container {
  const storage = ephemeralStorage(app);
  const { cpu, memory } = APP_SIZES[app.size];
  return {
    name: 'main',
    image: app.image,
    ...(app.command ? { command: app.command.map(literal) } : {}),
    ...(app.args ? { args: app.args.map(literal) } : {}),
    env: variables(app),
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
    volumeMounts: volumeMounts(app),
  };
}

function variables(app: Workload): EnvVar[] {
  const own = Object.entries(app.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const platform: [string, string][] = [
    ['APP_NAME', app.name],
    ...(app.port === undefined ? [] : ([['PORT', `${app.port}`]] as [string, string][])),
  ];
  return [...platform, ...own].map(([name, value]) => ({ name, value: literal(value) }));
}

/**
 * The text so that the container gets it as it was written: Kubernetes replaces `$(NAME)` by a variable and `$$` by one dollar.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
function literal(text: string): string {
  return text.replaceAll(/\$(?=[$(])/g, '$$$$');
}

/** One question, asked twice: at start-up with patience, then as readiness. Liveness would restart what is only busy. */
function probes(app: Workload): Pick<Container, 'startupProbe' | 'readinessProbe'> {
  if (app.port === undefined || app.health === 'none') return {};
  const question: Probe =
    app.health === 'tcp'
      ? { tcpSocket: { port: app.protocol } }
      : { httpGet: { path: app.health, port: app.protocol } };
  const { seconds, periodSeconds } = STARTUP;
  return {
    startupProbe: { ...question, periodSeconds, failureThreshold: seconds / periodSeconds },
    readinessProbe: { ...question, ...READINESS },
  };
}
