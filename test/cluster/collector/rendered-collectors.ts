import { load } from 'js-yaml';
import type { Manifest } from '../../../constructs/manifest';

/** A part of a collector's configuration: whatever the collector reads. */
export type Setting = string | number | boolean | null | readonly Setting[] | Settings;
export interface Settings {
  readonly [key: string]: Setting;
}

/** A collector as the platform renders it. */
export interface RenderedCollector {
  readonly compartment: string;
  /** The name of its DaemonSet or Deployment. */
  readonly name: string;
  /** The text that the collector reads. */
  readonly text: string;
  readonly configuration: Settings;
  /** The values that its container's environment states; what the cluster would fill in is left out. */
  readonly env: Readonly<Record<string, string>>;
  /** Its container's memory limit, in bytes. */
  readonly memory: number;
  /** Where queues and positions lie in the container, and the bytes that they may take. */
  readonly volume: { readonly path: string; readonly limit: number };
}

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: { readonly limits: { readonly memory: string } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: { readonly sizeLimit: string };
}

interface Workload extends Manifest {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly Container[]; readonly volumes?: readonly Volume[] };
    };
  };
}

/** Every collector among manifests: each workload that mounts a ConfigMap with a `config.yaml`. */
export function renderedCollectors(manifests: readonly Manifest[]): readonly RenderedCollector[] {
  return manifests
    .filter(isConfiguration)
    .flatMap((configMap) =>
      manifests
        .filter(isWorkload)
        .flatMap((workload) => (mounts(workload, configMap) ? [collectorOf(workload, configMap)] : [])),
    );
}

interface ConfigurationMap extends Manifest {
  readonly data: { readonly 'config.yaml': string };
}

function isConfiguration(manifest: Manifest): manifest is ConfigurationMap {
  const { kind, data } = manifest;
  return kind === 'ConfigMap' && typeof data === 'object' && data !== null && 'config.yaml' in data;
}

function isWorkload(manifest: Manifest): manifest is Workload {
  return ['DaemonSet', 'Deployment', 'StatefulSet'].includes(manifest.kind);
}

function mounts({ metadata, spec }: Workload, configMap: Manifest): boolean {
  const { volumes = [] } = spec.template.spec;
  const names = volumes.map((volume) => volume.configMap?.name);
  return metadata.namespace === configMap.metadata.namespace && names.includes(configMap.metadata.name);
}

function collectorOf({ metadata, spec }: Workload, configMap: ConfigurationMap): RenderedCollector {
  const [container] = spec.template.spec.containers;
  if (!container) throw new Error(`${metadata.name} runs no container.`);
  const text = configMap.data['config.yaml'];
  const stated = (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  return {
    compartment: metadata.namespace ?? '',
    name: metadata.name,
    text,
    configuration: load(text) as Settings,
    env: Object.fromEntries(stated),
    memory: bytesOf(container.resources.limits.memory),
    volume: boundedVolume(container, spec.template.spec.volumes ?? []),
  };
}

function boundedVolume({ volumeMounts }: Container, volumes: readonly Volume[]): RenderedCollector['volume'] {
  for (const { name, emptyDir } of volumes) {
    const path = volumeMounts.find((mount) => mount.name === name)?.mountPath;
    if (emptyDir && path) return { path, limit: bytesOf(emptyDir.sizeLimit) };
  }
  throw new Error('The collector has no bounded volume for its queues.');
}

/** The bytes that a Kubernetes quantity such as `512Mi` stands for. */
function bytesOf(quantity: string): number {
  const [, number, unit = ''] = /^(\d+)(Ki|Mi|Gi|)$/.exec(quantity) ?? [];
  if (number === undefined) throw new Error(`${quantity} is no quantity of memory as it is written here.`);
  return Number(number) * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
}
