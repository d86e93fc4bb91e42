import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { ResourceTypeName } from '../app/resource-types';
import { type Workload, workloadSchema } from '../app-spec';
import type { Compartment } from '../compartment';
import type { ContentManifest } from '../contents';
import { STORE } from '../defaults';
import { environmentOf } from '../environment';
import { mainPart } from '../labels';
import { claims } from '../workload/disk';
import { disruptionBudget } from '../workload/disruption-budget';
import { fileConfigMaps } from '../workload/files';
import { podTemplate } from '../workload/pod';
import { service } from '../workload/service';
import { statefulSet } from '../workload/stateful-set';
import { serverOf } from './provision';
import type { InCluster } from './provisioners-spec';

/** One server of one resource. */
export interface ServedResource {
  readonly name: string;
  readonly secret: string;
  readonly type: ResourceTypeName;
  readonly disk: InCluster['disk'];
}

/**
 * A data store of one pod, in the compartment of the apps that use it: what an app with a disk gets, but of the server's own
 * image and user. It counts against the compartment's quota and is known to the mesh by an identity of its own.
 *
 * It promises neither a backup nor an upgrade of what it holds, and answers nobody while its pod moves.
 */
export function serverManifests(
  resource: ServedResource,
  provisioner: InCluster,
  compartment: Compartment,
): ContentManifest[] {
  const { namespace } = compartment;
  const { storageClass } = environmentOf(compartment);
  const { port } = serverOf(resource.type);
  const workload = workloadOf(resource, provisioner);
  const part = mainPart(resource.name);
  const template = runAs(provisioner.user, podTemplate(workload, part, compartment));
  return [
    ...fileConfigMaps(workload, namespace),
    ...claims(workload, storageClass, namespace),
    statefulSet(part, compartment, template),
    service(workload, port, namespace),
    disruptionBudget(part, namespace),
  ];
}

function workloadOf({ name, secret, type, disk }: ServedResource, { image, size }: InCluster): Workload {
  const { port, command, args, env, secrets, files = {}, data, scratch } = serverOf(type);
  const references = Object.entries(secrets).map(([variable, key]) => [variable, `${secret}/${key}`]);
  const sockets = scratch.map((path) => [path, { scratch: STORE.sockets }]);
  return workloadSchema.parse({
    ...{ name, image, command, args, env, port, size, protocol: 'tcp' },
    secrets: Object.fromEntries(references),
    files: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, { content }])),
    disk: { [data]: disk, ...Object.fromEntries(sockets) },
    health: { startupSeconds: STORE.startupSeconds },
  });
}

/** Official images begin as root, and leave that themselves. */
function runAs(runAsUser: number, { metadata, spec }: PodTemplateSpec): PodTemplateSpec {
  if (!spec) return {};
  return {
    ...(metadata ? { metadata } : {}),
    spec: { ...spec, securityContext: { ...spec.securityContext, runAsUser } },
  };
}
