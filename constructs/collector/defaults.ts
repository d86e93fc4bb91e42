import type { Size } from '../defaults';

/** The collector releases that the types in this folder describe: their names differ from release to release. */
export const COLLECTOR_VERSIONS = ['0.149.0'] as const;

/** Upstream's distribution that holds every component that is used here. */
export const COLLECTOR_IMAGE = 'otel/opentelemetry-collector-contrib';

export interface CollectorResources {
  /** CPU request. Without a limit: it would make a busy node's logs late for nothing. */
  readonly cpu: string;
  /** Memory request and limit alike, in MiB. */
  readonly memory: number;
}

/** Collector sizes, per pod. A flooded S with two tenants was seen to peak at 196 MiB. */
export const COLLECTOR_SIZES: Readonly<Record<Size, CollectorResources>> = {
  S: { cpu: '50m', memory: 256 },
  M: { cpu: '100m', memory: 512 },
  L: { cpu: '250m', memory: 1024 },
  XL: { cpu: '500m', memory: 2048 },
};

/**
 * Percent of the container's memory. The limiter sees the heap alone and looks once a second, so it stops well below the
 * point where the garbage collector works hardest, and that below the limit at which the kernel kills.
 * @see https://pkg.go.dev/runtime#hdr-Environment_Variables GOMEMLIMIT
 */
export const MEMORY = {
  limiterPercent: 60,
  spikePercent: 15,
  garbageCollectorPercent: 80,
  checkInterval: '1s',
} as const;

/**
 * One export. The timeout lies below the ten seconds after which SDKs give up; a batch stays below what backends accept at
 * once, and one second old it is sent however small.
 */
export const EXPORT = {
  timeout: '5s',
  consumers: 4,
  batch: { flushTimeout: '1s', minBytes: 512 * 1024, maxBytes: 2 * 1024 * 1024 },
} as const;

/** How long a refusal is tried again, never for ever. What is too old then makes room for what is new. */
export const RETRY = { initial: '1s', max: '30s', elapsed: '300s' } as const;

/** Disk of a collector's queues and positions, in MiB. */
export const BUFFER = {
  /** One queue, where the environment says nothing: some minutes of a busy app's output. */
  queue: '32Mi',
  /** The queue of an agent towards a gateway of its own cluster, which is seldom away for long. */
  gatewayQueue: 8,
  /**
   * What a queue's file may grow to, as a multiple of what the queue holds: freed pages are used again, not given back, and
   * small batches fill them badly.
   * @see https://pkg.go.dev/go.etcd.io/bbolt#readme-caveats-limitations
   */
  fileGrowth: 2,
  /** Positions in log files, and files that hold nothing yet. */
  positions: 32,
  /** What the container writes beside its volume: its own log, before and after rotation. */
  scratch: 128,
  /** A container may use 10Gi of disk in all, as every compartment's limits say. */
  max: 10 * 1024,
} as const;

/** How log files are followed. */
export const LOG_FILES = {
  /** Each tenant's files are looked for this often: a directory walk that all tenants pay. */
  pollInterval: '1s',
  /** Files of one tenant that are open at once. A node runs 110 pods, some with several containers. */
  maxFiles: 256,
  /** A longer line is split. Runtimes cut at 16 KiB and the parts are joined up to here. */
  maxLine: '256KiB',
} as const;

/** A tenant's scrape. Whoever exports more loses that scrape, not the agent's memory. */
export const SCRAPE = {
  intervalSeconds: 30,
  timeout: '10s',
  /** Series of one pod: a sidecar's own are some thousands. */
  samples: 50_000,
  body: '20MB',
  /** Pods of one tenant on one node. */
  targets: 110,
} as const;

/** The collector answers here whether it runs, whatever its backends do. */
export const HEALTH_PORT = 13_133;

/** Where a collector tells of itself: what it took, refused and dropped. */
export const OWN_METRICS_PORT = 8888;

/** Seconds after which a caller's connection is closed, so that it finds replicas that came later. */
export const CONNECTION_AGE = { age: '60s', grace: '10s' } as const;

/** How a collector's kubelet asks whether it runs: half a minute to come up, half a minute before a restart. */
export const PROBES = {
  startup: { periodSeconds: 2, failureThreshold: 15 },
  liveness: { periodSeconds: 10, failureThreshold: 3 },
  readiness: { periodSeconds: 5, failureThreshold: 3 },
} as const;

/** Seconds for batches on their way, above one export's timeout. */
export const TERMINATION_SECONDS = 20;

/** Replicas of a tenant's gateway: two survive a node. */
export const GATEWAY_REPLICAS = 2;

/** Share of the nodes whose agent may be away at once during a rollout. */
export const AGENT_MAX_UNAVAILABLE = '10%';

/** The user of upstream's image. */
export const COLLECTOR_USER = 10_001;
