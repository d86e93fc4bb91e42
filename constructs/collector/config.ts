import type { NonEmpty } from '../network/network-policy';
import { OWN_METRICS_PORT } from './defaults';
import type { Exporter } from './exporters';
import { type ExtensionId, type Extensions, extensions } from './extensions';
import { type MemoryLimiter, memoryLimiter, type Processor } from './processors';
import type { Receiver } from './receivers';

export type Signal = 'logs' | 'metrics' | 'traces';

/** One tenant's way through a collector. */
export interface Pipeline {
  readonly signal: Signal;
  /** Parts it from the collector's other pipelines of this signal. */
  readonly name: string;
  readonly receiver: Receiver;
  /** After the memory limiter, with which every pipeline begins. @default - none */
  readonly processors?: readonly Processor[];
  readonly exporter: Exporter;
}

type ById<Component extends { readonly id: string; readonly config: unknown }> = Readonly<
  Record<string, Component['config']>
>;

/** A collector's configuration: only what release 0.149.0 knows, and of that only what is used here. */
export interface CollectorConfig {
  readonly extensions: Extensions;
  readonly receivers: ById<Receiver>;
  readonly processors: Readonly<Record<Processor['id'], Processor['config']>> & {
    readonly memory_limiter: MemoryLimiter;
  };
  readonly exporters: ById<Exporter>;
  readonly service: {
    readonly extensions: readonly ExtensionId[];
    readonly telemetry: { readonly logs: { readonly encoding: 'json' }; readonly metrics: OwnMetrics };
    readonly pipelines: Readonly<Record<`${Signal}/${string}`, RenderedPipeline>>;
  };
}

/** Where it tells of itself, to whoever may reach that port. */
interface OwnMetrics {
  readonly readers: readonly [
    {
      readonly pull: {
        readonly exporter: {
          readonly prometheus: {
            readonly host: '';
            readonly port: number;
            readonly without_scope_info: true;
            readonly without_units: true;
          };
        };
      };
    },
  ];
}

/** Without units and scopes names are those that every backend keeps. An empty host is every address, IPv6 included. */
const OWN_METRICS: OwnMetrics = {
  readers: [
    {
      pull: {
        exporter: {
          prometheus: { host: '', port: OWN_METRICS_PORT, without_scope_info: true, without_units: true },
        },
      },
    },
  ],
};

interface RenderedPipeline {
  readonly receivers: readonly [Receiver['id']];
  readonly processors: readonly ['memory_limiter', ...Processor['id'][]];
  readonly exporters: readonly [Exporter['id']];
}

export interface ConfigProps {
  readonly pipelines: NonEmpty<Pipeline>;
  /** Of the container, in MiB. */
  readonly memory: number;
  /** What one exporter's queue holds, in MiB. */
  readonly queue: number;
}

/** Declares what the pipelines use, and nothing else, so that no name can lead nowhere. */
export function collectorConfig({ pipelines, memory, queue }: ConfigProps): CollectorConfig {
  return {
    extensions: extensions(queue),
    receivers: byId(pipelines.map(({ receiver }) => receiver)),
    processors: {
      ...byId(pipelines.flatMap(({ processors = [] }) => processors)),
      memory_limiter: memoryLimiter(memory),
    },
    exporters: byId(pipelines.map(({ exporter }) => exporter)),
    service: {
      extensions: ['file_storage', 'health_check'],
      telemetry: { logs: { encoding: 'json' }, metrics: OWN_METRICS },
      pipelines: Object.fromEntries(
        pipelines.map(({ signal, name, receiver, processors = [], exporter }): [string, RenderedPipeline] => [
          `${signal}/${name}`,
          {
            receivers: [receiver.id],
            processors: ['memory_limiter', ...processors.map(({ id }) => id)],
            exporters: [exporter.id],
          },
        ]),
      ),
    },
  };
}

function byId<T extends { readonly id: string; readonly config: unknown }>(components: readonly T[]): ById<T> {
  return Object.fromEntries(components.map(({ id, config }) => [id, config]));
}

/** The configuration as text. Keys are sorted, so that the order of tenants is no change; JSON is YAML. */
export function configText(config: CollectorConfig): string {
  return `${JSON.stringify(config, sortedKeys, 2)}\n`;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
