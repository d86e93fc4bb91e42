import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { PROBE } from '../../constructs/admission-probe';
import type { Manifest } from '../../constructs/manifest';
import { isObserving } from '../../constructs/planes';
import { kindOf } from '../kind-order';
import type { Target } from '../kubectl';
import type { Plan, PlannedCompartment, PlannedRelease } from '../planned';
import { stageOf } from '../stage';

export interface DeployOptions {
  /** First part of every name, so of every URN. */
  readonly environment: string;
  /** The cluster to deploy to, if no provider is given. @default - the kubeconfig's current context */
  readonly target?: Target;
  /**
   * The Kubernetes provider to deploy with. It should let ConfigMaps and Secrets change in place, or a changed value replaces
   * the object. @default - one for `target`, with both set
   */
  readonly provider?: kubernetes.Provider;
  /**
   * Takes over objects that are in the cluster already, and their fields from whoever applied them, instead of refusing to.
   * @default false
   */
  readonly adopt?: boolean;
}

/** What a program that deploys a platform beside its own resources may need of it. */
export interface Deployment {
  /** One component per compartment, by name. Depend on one to come after it. */
  readonly compartments: ReadonlyMap<string, pulumi.ComponentResource>;
  /** Where clients reach the edge. Unknown until the cluster gives it an address; undefined without an edge. */
  readonly ingress: pulumi.Output<string | undefined>;
}

/**
 * Deploys a plan: one resource per manifest, below one component per compartment. An object waits for its own namespace,
 * what uses a kind waits for the release that brings it, contents for the jobs that come before their release, and a
 * compartment for those it comes after; nothing else waits, so
 * that with `--continue-on-error` one compartment's failure lets every independent one finish.
 *
 * Takes the plan as `plan` makes it: objects of a GitOps tool have no place here.
 */
export function deploy(plan: Plan, options: DeployOptions): Deployment {
  return withoutStackTraces(() => register(plan, options));
}

function register(plan: Plan, options: DeployOptions): Deployment {
  const { environment, target = {}, adopt = false } = options;
  const provider = options.provider ?? defaultProvider(environment, target, adopt);
  const compartments = new Map<string, DeployedCompartment>();
  for (const planned of plan.compartments) {
    const after = planned.after.flatMap((name) => compartments.get(name) ?? []);
    compartments.set(planned.name, new DeployedCompartment(environment, planned, after, provider));
  }
  const gateways = [...compartments.values()].flatMap(({ gateways }) => gateways);
  return { compartments, ingress: gateways[0]?.address ?? pulumi.output(undefined) };
}

/**
 * The SDK writes down some thirty stack traces for every resource, most of what registering one costs in time and memory. All
 * of ours would name the same few lines. An error that is thrown still names the line that threw it.
 */
function withoutStackTraces<Result>(work: () => Result): Result {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = () => '';
  Error.stackTraceLimit = 1;
  try {
    return work();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function defaultProvider(environment: string, target: Target, adopt: boolean): kubernetes.Provider {
  return new kubernetes.Provider(environment, {
    ...target,
    enableServerSideApply: true,
    // Without these a changed value would replace the object, and whatever mounts it would miss it in between.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
    upsertExistingObjects: adopt,
    // Whoever applied an object before still owns its fields, and would be asked for every change of one.
    enablePatchForce: adopt,
  });
}

class DeployedCompartment extends pulumi.ComponentResource {
  readonly gateways: readonly KubernetesObject[];

  constructor(
    environment: string,
    planned: PlannedCompartment,
    after: readonly DeployedCompartment[],
    private readonly provider: kubernetes.Provider,
  ) {
    super('bulkhead:index:Compartment', `${environment}/${planned.name}`, {}, { providers: [provider] });
    const { manifests, releases } = planned;
    const objects = manifests.map((object) => ({
      ...{ manifest: object.manifest, stage: stageOf(object) },
      name: nameOf(environment, planned.name, object.manifest),
    }));
    // Whatever has a namespace waits for the other compartments through it, which keeps the graph linear.
    const own = objects.find(({ manifest }) => manifest.kind === 'Namespace');
    const options = optionsOf(planned);
    const namespace = own && this.object(own.name, own.manifest, [...after], { ...options, ...protectionOf(planned) });
    const first: pulumi.Resource[] = namespace ? [namespace] : [...after];

    const installed = new Map<string, pulumi.Resource>();
    for (const release of releases) {
      const before = release.after.flatMap((name) => installed.get(name) ?? []);
      installed.set(release.name, this.install(environment, planned, release, [...first, ...before]));
    }
    const bringers = new Map(releases.flatMap(({ name, kinds }) => kinds.map((kind) => [kind, name] as const)));
    const waitedFor: pulumi.Resource[] = [];
    const rest = objects
      .filter((object) => object !== own)
      .map(({ name, manifest, stage }) => {
        const bringer = installed.get(bringers.get(kindOf(manifest)) ?? '');
        const before = stage === 'contents' ? waitedFor : [];
        const after = [...first, ...before, ...(bringer ? [bringer] : [])];
        const object = this.object(name, manifest, after, optionsAt(manifest, planned, options));
        if (stage === 'before-release' || planned.name === PROBE) waitedFor.push(object);
        return object;
      });
    this.gateways = rest.filter(({ isGateway }) => isGateway);
    this.registerOutputs();
  }

  private object(
    name: string,
    manifest: Manifest,
    dependsOn: pulumi.Resource[],
    options: ObjectOptions,
  ): KubernetesObject {
    const { awaited, ...rest } = options;
    // What lies on a disk has no copy: it outlives its app, until a person deletes it.
    const kept = manifest.kind === 'PersistentVolumeClaim' ? { retainOnDelete: true } : {};
    const awaitable = awaited ? untilRefused(manifest) : notAwaited(manifest);
    return new KubernetesObject(name, awaitable, { parent: this, dependsOn, ...rest, ...kept });
  }

  private install(
    environment: string,
    { name: compartment, namespace = 'default', ...planned }: PlannedCompartment,
    { name, what }: PlannedRelease,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource {
    const path = `${environment}/${compartment}/Release/${name}`;
    const options = { parent: this, provider: this.provider, dependsOn };
    if ('source' in what) {
      const { repository, tag, path: folder, file } = what.source;
      return file === undefined
        ? new kubernetes.kustomize.v2.Directory(path, { directory: `${repository}//${folder}?ref=${tag}` }, options)
        : new kubernetes.yaml.v2.ConfigFile(
            path,
            { file: `${rawAddress(repository)}/${tag}/${folder}/${file}` },
            options,
          );
    }
    const { repository, name: chart, version } = what.chart;
    const from = repository.startsWith('oci://')
      ? { chart: `${repository}/${chart}` }
      : { chart, repositoryOpts: { repo: repository } };
    const args = { ...from, version, name, namespace, values: what.values, skipAwait: isObserving(planned.plane) };
    return new kubernetes.helm.v3.Release(path, args, options);
  }
}

interface ObjectOptions {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  /** Whether the provider waits until the object is ready. */
  readonly awaited: boolean;
}

function optionsOf({ plane }: PlannedCompartment): ObjectOptions {
  return { awaited: !isObserving(plane) };
}

/**
 * What Flagger moves stands at zero until it says otherwise, so nobody waits for that; and its Canary stays in the cluster when
 * it goes from the tree, because all that serves would go with it.
 */
function optionsAt(manifest: Manifest, { manifests }: PlannedCompartment, options: ObjectOptions): ObjectOptions {
  const isCanary = (each: Manifest) => each.kind === 'Canary';
  if (isCanary(manifest)) return { ...options, retainOnDelete: true };
  const isMoved =
    manifest.kind === 'Deployment' &&
    manifests.some((each) => isCanary(each.manifest) && each.manifest.metadata.name === manifest.metadata.name);
  return isMoved ? { ...options, awaited: false } : options;
}

/** A namespace that goes takes its volumes with it. */
function protectionOf({ manifests }: PlannedCompartment): { readonly protect: boolean } {
  const holdsData = ({ kind, spec }: Manifest) =>
    kind === 'PersistentVolumeClaim' ||
    (kind === 'StatefulSet' && (spec as { volumeClaimTemplates?: unknown }).volumeClaimTemplates !== undefined);
  return { protect: manifests.some(({ manifest }) => holdsData(manifest)) };
}

/** An annotation that only the provider reads: nobody waits for what merely observes. */
function notAwaited(manifest: Manifest): Manifest {
  return annotated(manifest, 'pulumi.com/skipAwait', 'true');
}

/** What comes after the probe waits until the pod that it wants is refused. */
function untilRefused(manifest: Manifest): Manifest {
  return isProbe(manifest) ? annotated(manifest, 'pulumi.com/waitFor', 'condition=ReplicaFailure') : manifest;
}

function isProbe({ kind, metadata }: Manifest): boolean {
  return kind === 'ReplicaSet' && metadata.namespace === PROBE;
}

function annotated(manifest: Manifest, key: string, value: string): Manifest {
  const { metadata } = manifest;
  return { ...manifest, metadata: { ...metadata, annotations: { ...metadata.annotations, [key]: value } } };
}

/** `prod/shop/Deployment.apps/web`: the name within the URN, which stays as long as the object's identity does. */
function nameOf(environment: string, compartment: string, { apiVersion, kind, metadata }: Manifest): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return `${environment}/${compartment}/${kind}${group}/${metadata.name}`;
}

/** Kubernetes makes one in every namespace, mostly before us. It can only be patched: creating it would be refused. */
function isMadeByKubernetes({ kind, metadata }: Manifest): boolean {
  return kind === 'ServiceAccount' && metadata.name === 'default';
}

/** Raw files of a git repository; the form that GitHub and its like use. */
function rawAddress(repository: string): string {
  return `${repository.replace(/\.git$/, '')}/raw`;
}

/**
 * One manifest as a resource. Typed resource classes would add fields of their own, and the class for custom resources makes a
 * type without a group of core kinds; the type here is that of the typed class, so the provider's waiting applies.
 */
class KubernetesObject extends pulumi.CustomResource {
  readonly isGateway: boolean;
  declare readonly status: pulumi.Output<{ readonly addresses?: readonly { readonly value?: string }[] } | undefined>;

  constructor(name: string, manifest: Manifest, options: pulumi.CustomResourceOptions) {
    const { apiVersion, kind } = manifest;
    const version = apiVersion.includes('/') ? apiVersion : `core/${apiVersion}`;
    const isGateway = kind === 'Gateway' && version.startsWith('gateway.networking.k8s.io/');
    const secrets = kind === 'Secret' ? { additionalSecretOutputs: ['data', 'stringData'] } : {};
    // An output exists only if it is asked for by name, and each costs every object a dozen promises.
    const outputs = isGateway ? { status: undefined } : {};
    const type = `kubernetes:${version}:${kind}${isMadeByKubernetes(manifest) ? 'Patch' : ''}`;
    super(type, name, { ...manifest, ...outputs }, { ...options, ...secrets });
    this.isGateway = isGateway;
  }

  get address(): pulumi.Output<string | undefined> {
    return this.status.apply((status) => status?.addresses?.[0]?.value);
  }
}
