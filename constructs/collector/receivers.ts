import { OTLP_PORTS } from '../defaults';
import type { NonEmpty } from '../network/network-policy';
import { CONNECTION_AGE } from './defaults';
import type { Retry } from './retry';

/** Follows log files. What they are is known from where they lie, never from what they say. */
export interface FilelogReceiver {
  readonly include: NonEmpty<string>;
  readonly exclude?: readonly string[];
  /** Where nothing is known of a file yet. `end` would lose what was written while no agent ran. */
  readonly start_at: 'beginning';
  /** The `container` operator reads namespace, pod and container from it. */
  readonly include_file_path: true;
  readonly include_file_name: false;
  readonly poll_interval: `${number}s`;
  readonly max_concurrent_files: number;
  readonly max_log_size: `${number}KiB`;
  readonly resource: Readonly<Record<string, string>>;
  readonly operators: readonly [{ readonly type: 'container'; readonly max_log_size: `${number}KiB` }];
  readonly storage: 'file_storage';
  /** What is refused is held back at its place in the file. Off unless it is said. */
  readonly retry_on_failure: Retry;
}

/** One step that keeps, drops or labels what was discovered. `$` is written `$$`: the collector expands the rest. */
export interface Relabel {
  readonly action: 'keep' | 'drop' | 'replace';
  readonly source_labels: readonly [string];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** Finds pods through the API server and scrapes them. */
export interface PrometheusReceiver {
  readonly config: {
    readonly scrape_configs: NonEmpty<ScrapeConfig>;
  };
}

/** One kind of target: where it is found, and how much of it is taken at most. */
export interface ScrapeConfig {
  readonly job_name: string;
  readonly metrics_path: string;
  readonly scrape_interval: `${number}s`;
  readonly scrape_timeout: `${number}s`;
  readonly sample_limit: number;
  readonly body_size_limit: string;
  readonly target_limit: number;
  readonly kubernetes_sd_configs: readonly [
    {
      readonly role: 'pod';
      readonly namespaces: { readonly names: readonly [string] };
      readonly selectors: readonly [{ readonly role: 'pod'; readonly field: string }];
    },
  ];
  readonly relabel_configs: readonly Relabel[];
}

/** Accepts OTLP. It hands on nothing of a caller's headers: what they claim of a tenant ends here. */
export interface OtlpReceiver {
  readonly protocols: {
    readonly grpc: {
      readonly endpoint: string;
      readonly keepalive: {
        readonly server_parameters: {
          readonly max_connection_age: `${number}s`;
          readonly max_connection_age_grace: `${number}s`;
        };
      };
    };
    readonly http: { readonly endpoint: string };
  };
}

/** A receiver and its name. */
export type Receiver =
  | { readonly id: `file_log/${string}`; readonly config: FilelogReceiver }
  | { readonly id: `prometheus/${string}`; readonly config: PrometheusReceiver }
  | { readonly id: 'otlp'; readonly config: OtlpReceiver };

export const otlpReceiver: Receiver = {
  id: 'otlp',
  config: {
    protocols: {
      grpc: {
        endpoint: `:${OTLP_PORTS.grpc}`,
        keepalive: {
          server_parameters: {
            max_connection_age: CONNECTION_AGE.age,
            max_connection_age_grace: CONNECTION_AGE.grace,
          },
        },
      },
      http: { endpoint: `:${OTLP_PORTS.http}` },
    },
  },
};
