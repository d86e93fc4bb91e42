import type { Manifest } from '../../../policies/manifest';

/** What a pod of the corpus has beyond, or instead of, what a good one has. */
export interface PodCase {
  /** Members of its container. */
  readonly container?: object;
  /** Further init containers, each over the good one. */
  readonly init?: readonly object[];
  readonly spec?: object;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Objects that keep a rule, and objects that break it, whatever else they do. */
export interface Cases<Case> {
  readonly good: readonly Case[];
  readonly bad: readonly Case[];
}

export const IMAGE = `images.example.com/shop/web:1@sha256:${'0'.repeat(64)}`;

const CONTAINER = {
  name: 'main',
  image: IMAGE,
  resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '64Mi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
};

const SPEC = {
  serviceAccountName: 'web',
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};

/** The pod's template: metadata and spec. */
export function podTemplate({ container, init, spec, labels, annotations }: PodCase) {
  return {
    metadata: {
      labels: { test: 'case', 'app.kubernetes.io/name': 'web', 'bulkhead.dev/app': 'web', ...labels },
      ...(annotations && { annotations }),
    },
    spec: {
      ...SPEC,
      containers: [{ ...CONTAINER, ...container }],
      ...(init && { initContainers: init.map((each, index) => ({ ...CONTAINER, name: `init-${index}`, ...each })) }),
      ...spec,
    },
  };
}

type Template = ReturnType<typeof podTemplate>;

const metadata = { name: 'case', namespace: 'shop' };
const selector = { matchLabels: { test: 'case' } };

/** How each workload kind holds a pod's template. */
export const WORKLOAD_KINDS: Readonly<Record<string, (template: Template) => Manifest>> = {
  Pod: ({ metadata: { labels, annotations }, spec }) => ({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels, ...(annotations && { annotations }) }, spec },
  }),
  Deployment: (template) => controller('apps/v1', 'Deployment', { selector, template }),
  StatefulSet: (template) => controller('apps/v1', 'StatefulSet', { selector, serviceName: 'web', template }),
  DaemonSet: (template) => controller('apps/v1', 'DaemonSet', { selector, template }),
  ReplicaSet: (template) => controller('apps/v1', 'ReplicaSet', { selector, template }),
  ReplicationController: (template) =>
    controller('v1', 'ReplicationController', { selector: selector.matchLabels, template }),
  Job: (template) => controller('batch/v1', 'Job', { template: ending(template) }),
  CronJob: (template) =>
    controller('batch/v1', 'CronJob', { schedule: '0 0 * * *', jobTemplate: { spec: { template: ending(template) } } }),
};

function controller(apiVersion: string, kind: string, spec: object): Manifest {
  return { apiVersion, kind, metadata, spec };
}

/** Pods of a Job must be allowed to end. */
function ending({ metadata, spec }: Template): object {
  return { metadata, spec: { ...spec, restartPolicy: 'Never' } };
}
