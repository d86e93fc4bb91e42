import type { IConstruct } from 'constructs';
import * as z from 'zod';
import { SCALE } from './defaults';
import { cidr, domainName, name } from './names';

/** The minors that this version is tested against, oldest first. @see https://kubernetes.io/releases/ */
export const KUBERNETES_MINORS = ['1.32', '1.33', '1.34', '1.35', '1.36'] as const;

export const size = z.enum(['S', 'M', 'L', 'XL']);

/** Bounds of an app's replicas. */
export const scale = z
  .strictObject({
    min: z.int().min(1).max(1000).describe('Replicas that always run.'),
    max: z.int().min(1).max(1000).describe('Replicas at the most.'),
    cpu: z
      .int()
      .min(10)
      .max(95)
      .default(SCALE.cpu)
      .describe('CPU in percent of the request at which replicas are added.'),
  })
  .refine(({ min, max }) => min <= max, { path: ['max'], error: 'Write a maximum that is not below the minimum.' });

const flux = z.strictObject({
  kind: z.literal('flux'),
  source: name.describe('The GitRepository, in the delivery compartment, that holds the rendered tree.'),
  path: z.string().default('.').describe('The folder of that repository which holds the environments.'),
});

const argocd = z.strictObject({
  kind: z.literal('argocd'),
  repository: z.string().min(1).describe('Address of the git repository that holds the rendered tree.'),
  revision: z.string().min(1).default('main').describe('Branch or tag of that repository.'),
  path: z.string().default('.').describe('The folder of that repository which holds the environments.'),
});

const none = z.strictObject({ kind: z.literal('none') });

/** One value that says everything in which an environment differs from another. Its name is the name of its file. */
export const environmentSchema = z.strictObject({
  kubernetes: z.enum(KUBERNETES_MINORS).describe("The cluster's Kubernetes minor."),
  podSecurity: z
    .string()
    .regex(/^v1\.\d+$/, 'Write a version of the Pod Security Standards, for example "v1.36".')
    .default('v1.36')
    .describe('Version of the Pod Security Standards. A pin of its own, so that a cluster upgrade changes no rule.'),
  domain: domainName.describe('Every tenant has its hostnames in a subdomain of this.'),
  owner: z.string().min(1).default('platform').describe('The group that owns the platform compartments.'),
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
  mesh: z
    .strictObject({
      revisionTag: name.default('stable').describe('The revision tag that meshed compartments are bound to.'),
      trustDomain: z.string().min(1).default('cluster.local').describe('Trust domain of workload identities.'),
    })
    .optional()
    .describe('Istio with sidecars. Left out: no compartment is meshed, and NetworkPolicies alone keep apps apart.'),
  delivery: z
    .discriminatedUnion('kind', [flux, argocd, none])
    .default({ kind: 'none' })
    .describe('Which objects carry the rendered tree into the cluster.'),
  scale: scale.prefault({ min: SCALE.min, max: SCALE.max }).describe('Replicas of an app that says nothing itself.'),
  tenants: z
    .union([z.literal('all'), z.array(name)])
    .default('all')
    .describe('The tenants that live in this environment.'),
  sizes: z
    .record(name, size)
    .default({})
    .describe("Compartment sizes by tenant, where they differ from the tenant's own."),
});

/** An environment as it is written: what has a default may be left out. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

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
