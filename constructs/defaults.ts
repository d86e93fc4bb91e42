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
  readonly volumes: number;
}

/**
 * Compartment sizes. Memory limits leave room for Istio's sidecar, whose default limit of 1Gi a quota counts per pod.
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ (proxy resources 100m/128Mi, limit 1Gi)
 */
export const COMPARTMENT_SIZES: Readonly<Record<Size, Amounts>> = {
  S: { pods: 30, cpu: '8', memory: '16Gi', memoryLimit: '40Gi', volumes: 5 },
  M: { pods: 80, cpu: '20', memory: '40Gi', memoryLimit: '112Gi', volumes: 10 },
  L: { pods: 200, cpu: '50', memory: '100Gi', memoryLimit: '280Gi', volumes: 20 },
  XL: { pods: 500, cpu: '125', memory: '250Gi', memoryLimit: '700Gi', volumes: 50 },
};

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

/** Seconds that a pod keeps serving after it left its endpoints, so that no proxy still sends to a closed port. */
export const DRAIN_SECONDS = 5;

/** Seconds that an app has to come up before its kubelet restarts it, asked every two seconds. */
export const STARTUP = { seconds: 60, periodSeconds: 2 } as const;

/** How often readiness is asked, and how many failures take a pod out: out within 15 seconds, back within 5. */
export const READINESS = { periodSeconds: 5, failureThreshold: 3 } as const;

/** Replicas of an app whose environment and owner say nothing: two survive a node; CPU in percent of the request. */
export const SCALE = { min: 2, max: 4, cpu: 70 } as const;

/** Old ReplicaSets kept per Deployment: enough to undo twice, and a tenth of Kubernetes' default in etcd. */
export const REVISION_HISTORY = 3;

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
} as const;

/** Ports that Istio keeps for itself in every meshed pod. */
export const MESH_PORT_RANGE = { first: 15_000, last: 15_099 } as const;
