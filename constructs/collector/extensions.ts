import { HEALTH_PORT } from './defaults';

/** Where positions and queues outlive a restart of the container. */
export interface FileStorage {
  readonly directory: string;
  readonly create_directory: true;
  /** A damaged file is put aside and begun anew: otherwise it would keep the collector from starting for ever. */
  readonly recreate: true;
  readonly timeout: `${number}s`;
  readonly compaction: {
    readonly directory: string;
    readonly on_start: true;
    readonly on_rebound: true;
    readonly cleanup_on_start: true;
    readonly rebound_needed_threshold_mib: number;
    readonly rebound_trigger_threshold_mib: number;
  };
}

/** Says whether the collector runs. It knows nothing of exporters, so no backend can have an agent restarted. */
export interface HealthCheck {
  readonly endpoint: string;
}

export interface Extensions {
  readonly file_storage: FileStorage;
  readonly health_check: HealthCheck;
}

export type ExtensionId = keyof Extensions;

/** The folder of the volume that holds positions and queues. */
export const STORAGE_FOLDER = '/var/lib/otelcol';

/** Storage for queues of `queue` MiB, whose files give their space back once they have been emptied. */
export function extensions(queue: number): Extensions {
  return {
    file_storage: {
      directory: `${STORAGE_FOLDER}/data`,
      create_directory: true,
      recreate: true,
      timeout: '5s',
      compaction: {
        directory: `${STORAGE_FOLDER}/compaction`,
        on_start: true,
        on_rebound: true,
        cleanup_on_start: true,
        rebound_needed_threshold_mib: queue,
        rebound_trigger_threshold_mib: Math.ceil(queue / 4),
      },
    },
    // Without an address it listens on all of them, IPv4 and IPv6 alike, wherever the kubelet asks.
    health_check: { endpoint: `:${HEALTH_PORT}` },
  };
}
