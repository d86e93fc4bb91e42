import type { Manifest } from '../manifest';
import { at, type Fields, fieldsOf, listOf, textOf } from './json';

export interface Container {
  readonly name: string;
  /** Where it lies in its manifest. */
  readonly path: string;
  readonly fields: Fields;
  /** Whether it must end before the pod starts: native sidecars, which stay, do not count. */
  readonly startsFirst: boolean;
}

/** A manifest from which pods come, with what it says of them. */
export interface Workload {
  readonly manifest: Manifest;
  /** The plane of its compartment; `undefined`: its namespace has none, or is not rendered. */
  readonly plane: string | undefined;
  /** Labels of its pods. */
  readonly labels: Fields;
  /** What is common to its pods, and where that lies. */
  readonly pod: Fields;
  readonly podPath: string;
  readonly containers: readonly Container[];
}

/** Where the kinds that Kubernetes runs keep their pod. */
const POD_PATHS: Readonly<Record<string, readonly string[]>> = {
  'v1/Pod': [],
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  ...Object.fromEntries(
    ['apps/v1/Deployment', 'apps/v1/StatefulSet', 'apps/v1/DaemonSet', 'apps/v1/ReplicaSet', 'batch/v1/Job'].map(
      (kind) => [kind, ['spec', 'template']],
    ),
  ),
};

/** Kinds whose spec is that of the pods which the Prometheus operator makes of it. */
const OPERATED = /^monitoring\.coreos\.com\/[^/]+\/(Prometheus|PrometheusAgent|Alertmanager|ThanosRuler)$/;

/** What a manifest says of its pods; `undefined`: no pods come from it. */
export function workloadOf(manifest: Manifest, plane: string | undefined): Workload | undefined {
  const kind = `${manifest.apiVersion}/${manifest.kind}`;
  if (OPERATED.test(kind)) return operatedWorkload(manifest, plane);
  const path = POD_PATHS[kind];
  if (!path) return undefined;
  const template = at(manifest, ...path);
  const pod = fieldsOf(at(template, 'spec'));
  const podPath = [...path, 'spec'].join('.');
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).map((value, index) => containerOf(fieldsOf(value), `${podPath}.${list}[${index}]`, list)),
  );
  return { manifest, plane, labels: fieldsOf(at(template, 'metadata', 'labels')), pod, podPath, containers };
}

function containerOf(fields: Fields, path: string, list: string): Container {
  const startsFirst = list === 'initContainers' && fields.restartPolicy !== 'Always';
  return { name: textOf(fields.name), path, fields, startsFirst };
}

function operatedWorkload(manifest: Manifest, plane: string | undefined): Workload {
  const pod = fieldsOf(manifest.spec);
  const container = { name: manifest.kind.toLowerCase(), path: 'spec', fields: pod, startsFirst: false };
  const labels = fieldsOf(at(pod, 'podMetadata', 'labels'));
  return { manifest, plane, labels, pod, podPath: 'spec', containers: [container] };
}

/** The service account that its pods run as. */
export function serviceAccountOf({ pod }: Workload): string {
  return textOf(pod.serviceAccountName) || 'default';
}
