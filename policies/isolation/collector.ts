import type { Manifest } from '../manifest';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from './json';
import type { Workload } from './workload';

/** Where a ConfigMap keeps a collector's configuration. */
const KEY = 'config.yaml';

/** One flow through a collector. */
export interface Pipeline {
  /** `logs/shop` */
  readonly name: string;
  readonly path: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** One part of a collector's configuration: a receiver, processor, exporter, connector or extension. */
export interface Part {
  /** As the configuration names it, `otlphttp/shop`. */
  readonly id: string;
  /** `otlphttp`. Newer releases write some types with underscores, which are dropped here. */
  readonly type: string;
  readonly path: string;
  readonly fields: Fields;
}

type PartList = 'receivers' | 'processors' | 'exporters' | 'connectors' | 'extensions';

/** The configuration of an OpenTelemetry collector, and who runs it. */
export interface Collector {
  readonly manifest: Manifest;
  /** Why its text cannot be read; then it has no parts and no pipelines. @default '' - it can */
  readonly fault: string;
  readonly pipelines: readonly Pipeline[];
  /** Extensions that it starts; one that is only described does nothing. */
  readonly started: readonly string[];
  /** Workloads whose pods mount it. */
  readonly runners: readonly Workload[];
  readonly parts: Readonly<Record<PartList, readonly Part[]>>;
}

/**
 * Reads a ConfigMap as the configuration of a collector. Its text must be JSON, which is YAML too and can be read without
 * guessing. `undefined`: it holds no such text.
 */
export function collectorOf(manifest: Manifest, workloads: readonly Workload[]): Collector | undefined {
  const text = fieldsOf(manifest.data)[KEY];
  if (text === undefined) return undefined;
  const { config, fault } = parse(textOf(text));
  const parts = {
    receivers: partsOf(config, 'receivers'),
    processors: partsOf(config, 'processors'),
    exporters: partsOf(config, 'exporters'),
    connectors: partsOf(config, 'connectors'),
    extensions: partsOf(config, 'extensions'),
  };
  const started = textsOf(at(config, 'service', 'extensions'));
  const runners = workloads.filter((workload) => mounts(workload, manifest));
  return { manifest, fault, pipelines: pipelinesOf(config), started, runners, parts };
}

function parse(text: string): { readonly config: unknown; readonly fault: string } {
  try {
    const config: unknown = JSON.parse(text);
    const empty = Object.keys(fieldsOf(at(config, 'service', 'pipelines'))).length === 0;
    return { config, fault: empty ? 'it has no pipelines.' : '' };
  } catch {
    return { config: undefined, fault: 'it is not JSON text.' };
  }
}

function partsOf(config: unknown, list: PartList): Part[] {
  return Object.entries(fieldsOf(at(config, list))).map(([id, fields]) => ({
    id,
    type: typeOf(id),
    path: `data[${KEY}].${list}[${id}]`,
    fields: fieldsOf(fields),
  }));
}

/** `otlp_http/shop` is of type `otlphttp`. */
export function typeOf(id: string): string {
  return (id.split('/')[0] ?? '').replaceAll('_', '');
}

function pipelinesOf(config: unknown): Pipeline[] {
  return Object.entries(fieldsOf(at(config, 'service', 'pipelines'))).map(([name, pipeline]) => ({
    name,
    path: `data[${KEY}].service.pipelines[${name}]`,
    receivers: textsOf(at(pipeline, 'receivers')),
    processors: textsOf(at(pipeline, 'processors')),
    exporters: textsOf(at(pipeline, 'exporters')),
  }));
}

function mounts({ manifest, pod }: Workload, configMap: Manifest): boolean {
  if (manifest.metadata.namespace !== configMap.metadata.namespace) return false;
  return listOf(pod.volumes).some((volume) => at(volume, 'configMap', 'name') === configMap.metadata.name);
}

/** The parts that `ids` name. */
export function named(parts: readonly Part[], ids: readonly string[]): readonly Part[] {
  return parts.filter(({ id }) => ids.includes(id));
}

/** Exporters that send somewhere: not those that only print or drop. */
export function sendingExporters({ parts }: Collector): readonly Part[] {
  return parts.exporters.filter(({ type }) => type !== 'debug' && type !== 'nop');
}
