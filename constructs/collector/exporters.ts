import { EXPORT } from './defaults';
import { type Retry, retry } from './retry';

/** The header by which backends know tenants. It is a constant of the exporter: nothing that is received can change it. */
export const TENANT_HEADER = 'X-Scope-OrgID';

/**
 * A queue on disk, bounded in bytes. Full, it refuses and never blocks.
 *
 * It batches what leaves it, so there is no batch processor: that would answer "accepted" for what the queue then refuses, and
 * keep in memory what a restart loses.
 */
export interface Queue {
  readonly enabled: true;
  readonly sizer: 'bytes';
  readonly queue_size: number;
  readonly block_on_overflow: false;
  readonly storage: 'file_storage';
  readonly num_consumers: number;
  readonly batch: {
    readonly sizer: 'bytes';
    readonly flush_timeout: `${number}s`;
    readonly min_size: number;
    readonly max_size: number;
  };
}

interface Export {
  readonly endpoint: string;
  readonly timeout: `${number}s`;
  readonly headers: { readonly [TENANT_HEADER]: string };
  readonly retry_on_failure: Retry;
  readonly sending_queue: Queue;
}

/** Sends OTLP over HTTP to a backend. An `https` address is verified. */
export interface OtlpHttpExporter extends Export {
  readonly compression: 'gzip';
}

/** Sends OTLP over gRPC to a gateway of the same cluster. */
export interface OtlpExporter extends Export {
  readonly compression: 'gzip';
  readonly tls: { readonly insecure: true };
}

/** An exporter and its name. */
export type Exporter =
  | { readonly id: `otlp_http/${string}`; readonly config: OtlpHttpExporter }
  | { readonly id: `otlp_grpc/${string}`; readonly config: OtlpExporter };

export interface ExportProps {
  /** Parts it from the collector's other exporters. */
  readonly name: string;
  /** What the backend is told. */
  readonly tenant: string;
  readonly endpoint: string;
  /** What its queue may hold, in MiB. */
  readonly queue: number;
}

/** Sends one tenant's data to a backend. */
export function toBackend({ name, ...props }: ExportProps): Exporter {
  return { id: `otlp_http/${name}`, config: { ...sending(props), compression: 'gzip' } };
}

/** Sends one tenant's data to a gateway of the same cluster, in plaintext: NetworkPolicies alone lead there. */
export function toGateway({ name, ...props }: ExportProps): Exporter {
  return { id: `otlp_grpc/${name}`, config: { ...sending(props), compression: 'gzip', tls: { insecure: true } } };
}

function sending({ endpoint, tenant, queue }: Omit<ExportProps, 'name'>): Export {
  const { timeout, consumers, batch } = EXPORT;
  return {
    endpoint,
    timeout,
    headers: { [TENANT_HEADER]: tenant },
    retry_on_failure: retry,
    sending_queue: {
      enabled: true,
      sizer: 'bytes',
      queue_size: queue * 1024 * 1024,
      block_on_overflow: false,
      storage: 'file_storage',
      num_consumers: consumers,
      batch: {
        sizer: 'bytes',
        flush_timeout: batch.flushTimeout,
        min_size: batch.minBytes,
        max_size: batch.maxBytes,
      },
    },
  };
}
