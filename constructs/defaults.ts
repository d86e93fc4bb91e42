/**
 * Every number that the platform has an opinion on: value, unit, reason, source. Nothing else in `constructs/` holds one.
 */

/** How large a compartment may grow. */
export type Size = 'S' | 'M' | 'L' | 'XL';

export interface Amounts {
  /** Pods that are not completed. */
  readonly pods: number;
  /** Sum of CPU requests, cores. Limits are not counted: CPU is compressible, and a limit only throttles. */
  readonly cpu: string;
  /** Sum of memory requests. */
  readonly memory: string;
  /** Sum of memory limits. A sidecar adds 1Gi to each meshed pod, so this is about pods × 1.25Gi. */
  readonly memoryLimit: string;
  /** Claims of persistent disks, and what they ask for together. */
  readonly volumes: number;
  readonly storage: string;
}

/**
 * Compartment sizes. Memory limits leave room for Istio's sidecar, whose default limit of 1Gi a quota counts per pod.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ (proxy resources 100m/128Mi, limit 1Gi)
 */
export const COMPARTMENT_SIZES: Readonly<Record<Size, Amounts>> = {
  S: { pods: 30, cpu: '8', memory: '16Gi', memoryLimit: '40Gi', volumes: 5, storage: '100Gi' },
  M: { pods: 80, cpu: '20', memory: '40Gi', memoryLimit: '112Gi', volumes: 10, storage: '400Gi' },
  L: { pods: 200, cpu: '50', memory: '100Gi', memoryLimit: '280Gi', volumes: 20, storage: '1024Gi' },
  XL: { pods: 500, cpu: '125', memory: '250Gi', memoryLimit: '700Gi', volumes: 50, storage: '4096Gi' },
};

/** What Istio asks for each sidecar. @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ */
export const SIDECAR = { cpu: '100m', memory: '128Mi', memoryLimit: '1Gi' } as const;

export interface AppResources {
  /** CPU request. There is no CPU limit: it would throttle an app that its node has room for. */
  readonly cpu: string;
  /** Memory request and limit alike, so that no app lives on memory that its node may want back. */
  readonly memory: string;
}

/** App sizes, per pod. */
export const APP_SIZES: Readonly<Record<Size, AppResources>> = {
  S: { cpu: '100m', memory: '256Mi' },
  M: { cpu: '250m', memory: '512Mi' },
  L: { cpu: '500m', memory: '1Gi' },
  XL: { cpu: '1', memory: '2Gi' },
};

/** What an app may ask for in amounts. The most is what a compartment of size S has, and what a container's limits allow. */
export const APP_AMOUNTS = {
  cpu: { least: '10m', most: '8' },
  memory: { least: '16Mi', most: '16Gi' },
} as const;

/**
 * What a container gets that says nothing itself. `max` must not fall below 1Gi of memory: injected sidecars ask for it.
 * Ephemeral storage is bounded so that one pod's logs and scratch files cannot evict its node's other pods.
 */
export const CONTAINER_LIMITS = {
  defaultRequest: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  default: { memory: '256Mi', 'ephemeral-storage': '1Gi' },
  max: { memory: '16Gi', 'ephemeral-storage': '10Gi' },
} as const;

/** An app's scratch space: the writable `/tmp` beside its read-only root file system, and the whole container's bound. */
export const SCRATCH = { tmp: '64Mi', request: '64Mi', limit: '256Mi' } as const;

/** What an app's disks may hold, in MiB: scratch in all, within what LimitRange lets one container write; one persistent disk. */
export const DISKS = { scratch: 8192, persistent: 1_048_576 } as const;

/** The group that may write to persistent disks, whatever user an image runs as. Any number that no user has would do. */
export const DISK_GROUP = 10_000;

/**
 * A data store within the cluster. The user is that of the official images on Debian. Seconds that it has to come up: whoever is
 * ended while it makes its first database leaves half of one behind. The most of scratch, in MiB, leaves room for the rest. Letters and digits of a password that is made up.
 */
export const STORE = {
  user: 999,
  size: 'M',
  scratch: '1Gi',
  mostScratch: 7168,
  sockets: '16Mi',
  startupSeconds: 300,
  password: 32,
} as const;

/** Seconds that a pod keeps serving after it left its endpoints, so that no proxy still sends to a closed port. */
export const DRAIN_SECONDS = 5;

/** Seconds that an app has to come up before its kubelet restarts it, asked every two seconds. */
export const STARTUP = { seconds: 60, periodSeconds: 2 } as const;

/** How often and how long in vain somebody is asked whether it is stuck: 30 seconds until it is started anew. */
export const LIVENESS = { periodSeconds: 10, failureThreshold: 3 } as const;

/** Seconds that a command has to answer a probe. It starts a process, so the second that Kubernetes gives is too short. */
export const EXEC_TIMEOUT = 5;

/**
 * Files of an app. Root owns them, so that by default everybody may read them. A ConfigMap holds 1 MiB with its metadata.
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/
 */
export const FILES = { mode: '0444', bytes: 1_000_000 } as const;

/** How often readiness is asked, and how many failures take a pod out: out within 15 seconds, back within 5. */
export const READINESS = { periodSeconds: 5, failureThreshold: 3 } as const;

/** Replicas of an app whose environment and owner say nothing: two survive a node; CPU in percent of the request. */
export const SCALE = { min: 2, max: 4, cpu: 70 } as const;

/** Old ReplicaSets kept per Deployment: enough to undo twice, and a tenth of Kubernetes' default in etcd. */
export const REVISION_HISTORY = 3;

/**
 * Jobs of apps. Times in seconds.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export const JOBS = {
  /** All attempts together: long for a migration, short for what hangs. */
  timeout: 600,
  /** A day: what takes longer is a worker. */
  longest: 86_400,
  /** Attempts after the first, ten seconds and then twice as long apart: a first release often comes before its database. */
  retries: 6,
  /** A run whose time came while the cluster could not start it is made up for this long, then left to the next time. */
  startingDeadline: 300,
  /** Finished runs of a schedule that stay to be looked at. */
  kept: { succeeded: 1, failed: 3 },
  /** A week, so that whoever comes back from holidays still finds the log of the last run. */
  ttl: 604_800,
} as const;

/** A level of the Pod Security Standards. */
export type PodSecurity = 'restricted' | 'privileged';

export interface PlaneDefaults {
  /**
   * Scheduling priority of the plane's pods. Parts in the request path stand above apps, apps above whatever only
   * observes. A PriorityClass's value is immutable, so it is part of the class's name: a new number is a new class.
   */
  readonly priority: number;
  /** Whether its pods may push others off a node. */
  readonly preempts: boolean;
  /** Concurrency shares at the API server. Each level dilutes the system's own, so they are few and small. */
  readonly shares: number;
  /** Pod Security level. Log collectors and the mesh's node agent mount host paths, which *baseline* refuses already. */
  readonly podSecurity: PodSecurity;
}

/** What belongs to a plane as a whole. */
export const PLANES = {
  mesh: { priority: 1_000_000, preempts: true, shares: 10, podSecurity: 'restricted' },
  edge: { priority: 900_000, preempts: true, shares: 5, podSecurity: 'restricted' },
  certificates: { priority: 800_000, preempts: true, shares: 5, podSecurity: 'restricted' },
  policy: { priority: 800_000, preempts: true, shares: 5, podSecurity: 'restricted' },
  delivery: { priority: 700_000, preempts: true, shares: 10, podSecurity: 'restricted' },
  tenant: { priority: 1_000, preempts: true, shares: 10, podSecurity: 'restricted' },
  logging: { priority: -100, preempts: false, shares: 5, podSecurity: 'privileged' },
  telemetry: { priority: -200, preempts: false, shares: 5, podSecurity: 'restricted' },
} as const satisfies Readonly<Record<string, PlaneDefaults>>;

export type Plane = keyof typeof PLANES;

/**
 * Queuing of a plane's requests to the API server. Sixteen queues, four per flow: one noisy compartment fills at most a
 * quarter of them. Borrowing nothing keeps a storm inside its plane.
 * @see https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 */
export const FLOW_CONTROL = {
  queues: 16,
  handSize: 4,
  queueLengthLimit: 50,
  lendablePercent: 50,
  borrowingLimitPercent: 0,
  /** Before the catch-all for service accounts (9000), after the system's own schemas (at most 1000). */
  matchingPrecedence: 8500,
} as const;

/** The port of the cluster DNS. @see https://www.rfc-editor.org/rfc/rfc7766 why TCP too */
export const DNS_PORT = 53;

/** Istio's own ports, by what they are for. @see https://istio.io/latest/docs/ops/deployment/application-requirements/ */
export const MESH_PORTS = {
  /** Certificates and configuration, from sidecar to control plane. */
  controlPlane: 15012,
  /** Merged metrics of proxy and app. Outside mTLS: only a NetworkPolicy guards it. */
  scrape: 15020,
  /** Metrics of the control plane itself. */
  monitoring: 15014,
  /** Injection and validation, from API server to control plane. */
  webhooks: 15017,
} as const;

/** Ports that Istio keeps for itself in every meshed pod. */
export const MESH_PORT_RANGE = { first: 15_000, last: 15_099 } as const;

/**
 * cert-manager's parts. Two controllers and two webhooks survive a node, one of each at work or all; the injector writes only
 * what has changed and can be missing for a while. Seconds that the API server waits for the webhook.
 */
export const CERT_MANAGER = {
  components: {
    controller: { replicas: 2, cpu: '50m', memory: '256Mi' },
    webhook: { replicas: 2, cpu: '20m', memory: '128Mi' },
    cainjector: { replicas: 1, cpu: '20m', memory: '256Mi' },
  },
  webhookTimeout: 10,
} as const;

/**
 * How long a tenant domain's certificate lives, 90 days as ACME servers give, and how long before its end it is renewed: 30
 * days in which a failure can be noticed and repaired.
 * @see https://letsencrypt.org/docs/faq/
 */
export const CERTIFICATE = { duration: '2160h', renewBefore: '720h' } as const;

/** How long the authority of a self-signed environment lives: ten years, renewed one year before its end. */
export const ISSUER_AUTHORITY = { duration: '87600h', renewBefore: '8760h' } as const;

/** The parts of a Gateway that Istio runs. */
export const GATEWAY = {
  /** A Gateway holds 64 listeners; the first one answers HTTP. @see https://gateway-api.sigs.k8s.io/reference/spec/ */
  tenants: 63,
  /** How many Gateways an environment may have, so that all their pods fit into the edge's quota. */
  count: 3,
  replicas: { min: 2, max: 5, cpu: 70 },
  /** CPU request; memory request and limit alike: a proxy that its node could rob would take every tenant down. */
  resources: { cpu: '200m', memory: '512Mi' },
  /** Seconds that a gateway's pod finishes what it serves once it is told to stop. Longer requests are cut. */
  terminationSeconds: 60,
  /** Ports for clients: the first only to send them to the second. */
  ports: { http: 80, https: 443 },
  /** The proxy's own health port, which upstream would offer to clients too. */
  health: 15_021,
} as const;

/** Flagger's part. One is enough: without it rollouts wait, and nothing else does. */
export const FLAGGER = { replicas: 1, cpu: '50m', memory: '256Mi' } as const;

/** What a new version must reach while it takes over: percent of requests that did not fail, and their latency in milliseconds. */
export const SLO = { successRate: 99, p99ms: 500 } as const;

/**
 * How versions take over, the same for every app. A look each minute: a rate over less is noise. A canary gets a tenth of the
 * requests more each minute up to half of them, then all; whatever fails goes back after three looks that were no good.
 * @see https://docs.flagger.app/usage/deployment-strategies
 */
export const ROLLOUT = {
  interval: '1m',
  /** What a look takes into account: several scrapes, so that a rate is one. */
  window: '2m',
  /** Seconds between scrapes at the most: a rate needs two within its window, however they fall. */
  slowestScrapeSeconds: 60,
  threshold: 3,
  canary: { stepWeight: 10, maxWeight: 50 },
  /** Minutes that a blue/green version stands beside the old one before it gets all requests. */
  blueGreen: { iterations: 5 },
  /** Minutes that chosen visitors have a version for themselves. */
  ab: { iterations: 10 },
  /** Seconds that a visitor stays with a canary: longer than one takes. */
  stickySeconds: 3600,
} as const;

/** The planes whose namespaces the mesh knows. Endpoints of what only observes would be pushed to every sidecar. */
export const MESHED_PLANES = ['edge', 'mesh', 'tenant'] as const satisfies readonly Plane[];

/**
 * A control plane of the mesh. Two replicas, so that a node may go and pods are still admitted; its requests are Istio's own,
 * its memory limit twice that. Several of them and their replacements fit into a compartment of size M.
 * @see https://istio.io/latest/docs/ops/deployment/performance-and-scalability/
 */
export const ISTIOD_DEFAULTS = {
  replicas: { min: 2, max: 5 },
  resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { memory: '4Gi' } },
} as const;

/** The mesh's agent on every node: requests are Istio's own. */
export const CNI_DEFAULTS = {
  resources: { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '512Mi' } },
  /** Nodes on which it may be missing during a change. While it is, no meshed pod starts there. */
  maxUnavailable: 1,
} as const;

/** Where collectors take traces and metrics from apps. @see https://opentelemetry.io/docs/specs/otlp/ */
export const OTLP_PORTS = { grpc: 4317, http: 4318 } as const;

/**
 * Prometheus as a backend within the cluster. Its bounds are per namespace and scrape, so that no tenant's labels fill the memory
 * of all. One replica: metrics are sent, and two behind one Service would each get half; gateways keep theirs while it restarts.
 */
export const PROMETHEUS = {
  replicas: 1,
  /** Disk of a container beside its volumes. */
  scratch: '128Mi',
  sampleLimit: 50_000,
  targetLimit: 500,
  bodySizeLimit: '16MB',
  labelLimit: 40,
  /** A gateway that held its queue back may send what is this old. */
  outOfOrderWindow: '10m',
  operator: { cpu: '50m', memory: '256Mi' },
  proxy: { cpu: '20m', memory: '64Mi' },
} as const;
