import type { Container, EnvVar, PodSpec, PodTemplateSpec, Volume } from 'kubernetes-types/core/v1';
import type { Compartment } from '../compartment';
import { DRAIN_SECONDS, OTLP_PORTS, type Size } from '../defaults';
import { fingerprint } from '../fingerprint';
import { appLabels } from '../labels';
import type { NonEmpty } from '../network/network-policy';
import { type CollectorConfig, collectorConfig, configText, type Pipeline } from './config';
import {
  BUFFER,
  COLLECTOR_SIZES,
  COLLECTOR_USER,
  HEALTH_PORT,
  MEMORY,
  OWN_METRICS_PORT,
  PROBES,
  TERMINATION_SECONDS,
} from './defaults';
import { STORAGE_FOLDER } from './extensions';

/** Changes with the configuration: collectors read it once, when they start. */
export const CONFIG_ANNOTATION = 'bulkhead.dev/config';

/** Where kubelets keep the log files of all pods of their node. */
export const NODE_LOGS = '/var/log/pods';

/** What a collector may touch beside its network: nothing, its node's log files, or the API server. */
export type Access = 'none' | 'nodeLogs' | 'apiServer';

export interface CollectorProps {
  /** Name of the component; also of its service account, its configuration and its workload. */
  readonly name: string;
  readonly image: string;
  readonly size: Size;
  readonly pipelines: NonEmpty<Pipeline>;
  /** What one exporter's queue holds, in MiB. */
  readonly queue: number;
  /** Disk of all queues and positions, in MiB. */
  readonly volume: number;
  readonly access: Access;
}

/** On which nodes its pods may run. */
export type Placement = Pick<PodSpec, 'tolerations' | 'topologySpreadConstraints'>;

export function configOf({ pipelines, size, queue }: CollectorProps): CollectorConfig {
  return collectorConfig({ pipelines, queue, memory: COLLECTOR_SIZES[size].memory });
}

/**
 * A collector's pod. The volume of its queues belongs to the pod: the kubelet bounds it, a restart of the container keeps it
 * and a new pod begins with an empty one.
 */
export function podTemplate(props: CollectorProps, compartment: Compartment, placement: Placement): PodTemplateSpec {
  return {
    metadata: {
      labels: appLabels(props.name, compartment.name),
      annotations: { [CONFIG_ANNOTATION]: fingerprint(configText(configOf(props))) },
    },
    spec: { ...podSpec(props, compartment.priorityClassName), ...placement },
  };
}

function podSpec(props: CollectorProps, priorityClassName: string): PodSpec {
  const { name, access, volume } = props;
  const volumes: Volume[] = [
    { name: 'config', configMap: { name } },
    { name: 'storage', emptyDir: { sizeLimit: `${volume}Mi` } },
    ...(access === 'nodeLogs' ? [{ name: 'logs', hostPath: { path: NODE_LOGS, type: 'Directory' } }] : []),
  ];
  return {
    serviceAccountName: name,
    automountServiceAccountToken: access === 'apiServer',
    enableServiceLinks: false,
    priorityClassName,
    terminationGracePeriodSeconds: TERMINATION_SECONDS,
    securityContext: { ...user(access), seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container(props)],
    volumes,
  };
}

/**
 * Log files belong to root, and some runtimes let nobody else read them. Root without a single capability reads what it owns
 * and nothing more.
 */
function user(access: Access): PodSpec['securityContext'] {
  if (access === 'nodeLogs') return { runAsUser: 0, runAsGroup: 0 };
  return { runAsNonRoot: true, runAsUser: COLLECTOR_USER, runAsGroup: COLLECTOR_USER };
}

function container({ image, size, volume, access, pipelines }: CollectorProps): Container {
  const { cpu, memory } = COLLECTOR_SIZES[size];
  const disk = `${volume + BUFFER.scratch}Mi`;
  const acceptsOtlp = pipelines.some(({ receiver }) => receiver.id === 'otlp');
  return {
    name: 'main',
    image,
    args: ['--config=/etc/otelcol/config.yaml'],
    env: variables(memory, access),
    ports: [
      ...(acceptsOtlp
        ? [
            { name: 'grpc', containerPort: OTLP_PORTS.grpc },
            { name: 'http', containerPort: OTLP_PORTS.http },
          ]
        : []),
      { name: 'health', containerPort: HEALTH_PORT },
      { name: 'metrics', containerPort: OWN_METRICS_PORT },
    ],
    resources: {
      // The disk is asked for in full: a buffer that fills must not push the node's other pods out.
      requests: { cpu, memory: `${memory}Mi`, 'ephemeral-storage': disk },
      limits: { memory: `${memory}Mi`, 'ephemeral-storage': disk },
    },
    ...(acceptsOtlp ? { lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } } } : {}),
    startupProbe: { ...health, ...PROBES.startup },
    livenessProbe: { ...health, ...PROBES.liveness },
    readinessProbe: { ...health, ...PROBES.readiness },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'config', mountPath: '/etc/otelcol', readOnly: true },
      { name: 'storage', mountPath: STORAGE_FOLDER },
      ...(access === 'nodeLogs' ? [{ name: 'logs', mountPath: NODE_LOGS, readOnly: true }] : []),
    ],
  };
}

const health = { httpGet: { path: '/', port: 'health' } };

function variables(memory: number, access: Access): EnvVar[] {
  return [
    { name: 'GOMEMLIMIT', value: `${Math.floor((memory * MEMORY.garbageCollectorPercent) / 100)}MiB` },
    ...(access === 'apiServer' ? [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }] : []),
  ];
}
