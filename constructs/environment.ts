import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { image } from './app/image-spec';
import { POD_SECURITY } from './boundary/pod-security-component';
import { certificatesSection } from './certificates/certificates-spec';
import { ROLLOUT, SCALE } from './defaults';
import { edgeProblem, edgeSection } from './edge/edge-spec';
import { exemptions } from './exemptions';
import { KUBERNETES_MINORS, type KubernetesMinor } from './kubernetes-minors';
import { refuseSteering } from './line';
import { loggingSchema } from './logging/logging-spec';
import { type MeshInput, meshSchema } from './mesh/mesh-spec';
import { untestedPairs } from './mesh/untested-pairs';
import { metricsSchema } from './metrics/metrics-spec';
import { cidr, domainName, name, wholeAppReference } from './names';
import { outsideSection } from './outside/outside-spec';
import { inClusterIn, provisionersSection } from './provisioners/provisioners-spec';
import { registries } from './registries';
import { ringProblems } from './rings';
import { rolloutsSection } from './rollouts/rollouts-spec';
import { scale } from './scale';
import { size } from './size';
import { telemetrySchema } from './telemetry/telemetry-spec';

const flux = z.strictObject({
  kind: z.literal('flux'),
  source: name.describe('The GitRepository, in the delivery compartment, that holds the rendered tree.'),
  path: z.string().default('.').describe('The folder of that repository which holds the environments.'),
});

const argocd = z.strictObject({
  kind: z.literal('argocd'),
  repository: z.string().min(1).describe('Address of the git repository that holds the rendered tree.'),
  revision: z.string().min(1).default('main').describe('Branch or tag of that repository.'),
  namespace: name
    .default('argocd')
    .describe('Where Argo CD runs, and so its projects: a namespace of its own, which is no compartment.'),
  path: z.string().default('.').describe('The folder of that repository which holds the environments.'),
});

const none = z.strictObject({ kind: z.literal('none') });

/** One value that says everything in which an environment differs from another. Its name is the name of its file. */
export const environmentSchema = z
  .strictObject({
    kubernetes: z.enum(KUBERNETES_MINORS).describe("The cluster's Kubernetes minor."),
    podSecurity: z
      .string()
      .refine((version) => POD_SECURITY.versions.includes(version), {
        error: `Write one of ${POD_SECURITY.versions.join(', ')}.`,
      })
      .default('v1.36')
      .describe('Version of the Pod Security Standards. A pin of its own, so that a cluster upgrade changes no rule.'),
    domain: domainName.describe('Every tenant has its hostnames in a subdomain of this.'),
    owner: z
      .string()
      .min(1)
      .superRefine(refuseSteering)
      .default('platform')
      .describe('The group that owns the platform compartments.'),
    apiServer: z
      .strictObject({
        cidrs: z
          .tuple([cidr], cidr)
          .describe("Addresses of the API server as pods' packets reach it, behind its Service."),
        port: z.int().min(1).max(65535).default(6443).describe('Port of the API server at these addresses.'),
      })
      .describe('Where the API server answers. NetworkPolicies know no names, so its addresses are said here.'),
    dns: z
      .strictObject({
        namespace: name.default('kube-system').describe('Namespace of the cluster DNS.'),
        labels: z
          .record(z.string().min(1), z.string().min(1))
          .refine((labels) => Object.keys(labels).length > 0, { error: 'Write at least one label.' })
          .default({ 'k8s-app': 'kube-dns' })
          .describe('Labels of the cluster DNS pods.'),
      })
      .prefault({})
      .describe('The one thing that every pod may reach.'),
    mesh: meshSchema
      .optional()
      .describe('Istio with sidecars. Left out: no compartment is meshed, and NetworkPolicies alone keep apps apart.'),
    certificates: certificatesSection
      .optional()
      .describe('cert-manager, and who signs. Left out: there are no certificates, and so no edge.'),
    edge: edgeSection
      .optional()
      .describe(
        'Where clients from outside come in. Left out: nobody does, and what is public can be called by nobody.',
      ),
    rollouts: rolloutsSection
      .optional()
      .describe('Flagger, which moves apps from version to version. Left out: Deployments do it alone.'),
    logging: loggingSchema
      .optional()
      .describe('Agents that carry what apps write to the backend. Left out: it stays on the nodes.'),
    telemetry: telemetrySchema.optional().describe('Collectors of metrics and traces. Left out: nobody collects them.'),
    metrics: metricsSchema
      .optional()
      .describe(
        'A Prometheus that keeps metrics within the cluster. Left out: a backend elsewhere keeps them, or nobody.',
      ),
    delivery: z
      .discriminatedUnion('kind', [flux, argocd, none])
      .default({ kind: 'none' })
      .describe('Which objects carry the rendered tree into the cluster.'),
    releases: z
      .enum(['installed', 'inflated'])
      .default('installed')
      .describe(
        'How upstream charts become objects: installed from their repositories by whoever delivers, or inflated into plain manifests by Helm when the environment is rendered, from the folder of vendored charts.',
      ),
    scale: scale.prefault({ min: SCALE.min, max: SCALE.max }).describe('Replicas of an app that says nothing itself.'),
    provisioners: provisionersSection
      .prefault({})
      .describe('Who provides the data stores that apps use. Left out: nobody, and no app can use any.'),
    allowInClusterStores: z
      .boolean()
      .default(false)
      .describe('Whether data stores of one pod and without backups may be provided: those of kind "in-cluster".'),
    outside: outsideSection,
    storageClass: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'Write the name of a StorageClass, for example "fast".')
      .optional()
      .describe(
        "StorageClass of apps' persistent disks. Left out: the cluster's own default. A disk that exists cannot move to another.",
      ),
    registries,
    exemptions,
    tenants: z
      .union([z.literal('all'), z.array(name)])
      .default('all')
      .describe('The tenants that live in this environment.'),
    rings: z
      .record(name, z.array(name))
      .default({})
      .describe(
        'Tenants by the revision tag that they are bound to, in the order in which upgrades of the mesh reach them. The others are bound to mesh.revisionTag, and come last.',
      ),
    images: z
      .record(wholeAppReference, image)
      .default({})
      .describe('Images by app, `shop/web`, of those that leave theirs open by writing `.`.'),
    follows: name.optional().describe('The environment in which every upgrade has to have been before it comes here.'),
    sizes: z
      .record(name, size)
      .default({})
      .describe("Compartment sizes by tenant, where they differ from the tenant's own."),
  })
  .superRefine((environment, context) => {
    const { kubernetes, mesh, certificates, edge, rollouts, telemetry, metrics, rings } = environment;
    const { provisioners, allowInClusterStores } = environment;
    const missing = edge && edgeProblem({ mesh, certificates });
    if (missing) {
      context.addIssue({ code: 'custom', path: ['edge'], params: { problem: missing.problem }, message: missing.fix });
    }
    for (const [section, asked] of Object.entries({ telemetry, rollouts })) {
      if (asked?.metrics?.kind !== 'metrics' || metrics) continue;
      context.addIssue({
        ...{ code: 'custom', path: [section, 'metrics'] },
        params: { problem: 'Metrics are those of the compartment "metrics", and this environment has none.' },
        message: 'Write the section "metrics", or a backend elsewhere.',
      });
    }
    if (rollouts?.metrics?.kind === 'outside' && telemetry?.metrics?.kind === 'metrics') {
      context.addIssue({
        ...{ code: 'custom', path: ['rollouts', 'metrics'] },
        params: { problem: 'Metrics are kept in the cluster, so elsewhere no version would be seen doing badly.' },
        message: "Write { kind: 'metrics' }.",
      });
    }
    if (rollouts && telemetry && telemetry.scrapeSeconds > ROLLOUT.slowestScrapeSeconds) {
      context.addIssue({
        ...{ code: 'custom', path: ['telemetry', 'scrapeSeconds'] },
        params: { problem: 'Rollouts look at two minutes of metrics, and would take so few for no traffic.' },
        message: `Write ${ROLLOUT.slowestScrapeSeconds} or less.`,
      });
    }
    for (const [type, of] of allowInClusterStores ? [] : inClusterIn(provisioners)) {
      context.addIssue({
        ...{ code: 'custom', path: ['provisioners', type, of, 'kind'] },
        params: { problem: 'This environment allows no data store that has one pod and no backup.' },
        message:
          'Provide it otherwise; or, where losing what it holds hurts nobody, write "allowInClusterStores: true".',
      });
    }
    const pairs = mesh ? untestedPairs(kubernetes, mesh) : [];
    for (const { path, problem, fix } of [...pairs, ...ringProblems({ rings, mesh, edge })]) {
      context.addIssue({ code: 'custom', path: [...path], params: { problem }, message: fix });
    }
  });

type Written = z.input<typeof environmentSchema>;

/**
 * An environment as it is written: what has a default may be left out. A version of Istio that was not tested with the
 * cluster's minor does not type-check.
 */
export type EnvironmentInput = {
  [Minor in KubernetesMinor]: Omit<Written, 'kubernetes' | 'mesh'> & { kubernetes: Minor; mesh?: MeshInput<Minor> };
}[KubernetesMinor];

/** An environment as the platform reads it: complete. */
export type Environment = z.output<typeof environmentSchema>;

const ENVIRONMENT = Symbol.for('bulkhead.Environment');

/** Makes `environment` known to everything below `root`. */
export function bindEnvironment(root: IConstruct, environment: Environment): void {
  Object.defineProperty(root, ENVIRONMENT, { value: environment });
}

/**
 * The environment that a construct is built for.
 * @throws when the construct does not stand below a Platform
 */
export function environmentOf(construct: IConstruct): Environment {
  const environment: unknown = Reflect.get(construct.node.root, ENVIRONMENT);
  if (!environment) throw new Error(`${construct.node.path}: stands below no Platform. Make a Platform its root.`);
  return environment as Environment;
}
