import { posix } from 'node:path';
import { PROBE } from '../../../constructs/admission-probe';
import { CONTENT_KINDS } from '../../../constructs/contents';
import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import { ANNOTATION } from '../../../constructs/labels';
import type { Manifest } from '../../../constructs/manifest';
import type { Plan, PlannedCompartment, PlannedManifest } from '../../planned';
import { stageOf } from '../../stage';
import type { DeliveredStage } from './delivered-stage';

type Argo = Extract<Environment['delivery'], { kind: 'argocd' }>;

const THIS_CLUSTER = 'https://kubernetes.default.svc';

/** The project of everything that the platform itself applies. */
const PLATFORM_PROJECT = 'platform';

/** Whom Argo CD applies as where no deliverer is meant: itself. With impersonation on it refuses to apply as nobody. */
export function argoItself(namespace: string): string {
  return `${namespace}:argocd-application-controller`;
}

/**
 * One Application per stage and one AppProject per tenant, which pins its namespace and allows only the kinds that belong in
 * contents. Argo CD knows no order between Applications: each retries until what it needs is there.
 *
 * Applications stand in the delivery compartment and their projects where Argo CD runs: a namespace that is no compartment of
 * ours, because what is closed by default would close it. It runs with `application.sync.impersonation.enabled`.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/app-sync-using-impersonation/
 */
export function argoObjects(stages: readonly DeliveredStage[], environmentName: string, argo: Argo): Manifest[] {
  return [
    platformProject(stages, argo),
    ...stages.filter(hasDeliverer).map(({ compartment }) => tenantProject(compartment, argo)),
    ...stages.map((stage) => application(stage, environmentName, argo)),
  ];
}

/** Whether the stage is applied by a deliverer of its own, and so has a project of its own. */
function hasDeliverer({ compartment, stage }: DeliveredStage): boolean {
  return compartment.deliverer !== undefined && stage === 'contents';
}

/** Into the namespaces of compartments, and that of Argo CD for its projects; into none of Kubernetes itself. */
function platformProject(stages: readonly DeliveredStage[], { repository, namespace: own }: Argo): Manifest {
  const namespaces = new Set([own, ...stages.map(({ compartment }) => compartment.namespace ?? DELIVERY)]);
  const destinations = [...namespaces].sort().map((namespace) => ({ server: THIS_CLUSTER, namespace }));
  return project(PLATFORM_PROJECT, own, {
    sourceRepos: [repository],
    destinations,
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    destinationServiceAccounts: destinations.map((destination) => ({
      ...destination,
      defaultServiceAccount: argoItself(own),
    })),
  });
}

function tenantProject({ name, deliverer }: PlannedCompartment, { repository, namespace }: Argo): Manifest {
  return project(name, namespace, {
    sourceRepos: [repository],
    destinations: [{ server: THIS_CLUSTER, namespace: name }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: CONTENT_KINDS.map(({ group, kind }) => ({ group, kind })),
    destinationServiceAccounts: [
      { server: THIS_CLUSTER, namespace: name, defaultServiceAccount: `${deliverer?.namespace}:${deliverer?.name}` },
    ],
  });
}

/**
 * The plan with what comes before a release in an earlier wave of its compartment's contents: within one Application, Argo CD
 * starts no wave before all of the one before is healthy, and a job is once it has ended well.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
 */
export function inWaves(plan: Plan): Plan {
  const compartments = plan.compartments.map((compartment) => ({
    ...compartment,
    manifests: compartment.manifests.map((planned) =>
      stageOf(planned) === 'before-release'
        ? { ...planned, manifest: inFirstWave(planned) }
        : compartment.name === PROBE
          ? { ...planned, manifest: withoutHealth(planned) }
          : planned,
    ),
  }));
  return { ...plan, compartments };
}

function inFirstWave({ manifest }: PlannedManifest): Manifest {
  const { [ANNOTATION.beforeRelease]: _, ...annotations } = manifest.metadata.annotations ?? {};
  const metadata = { ...manifest.metadata, annotations: { ...annotations, 'argocd.argoproj.io/sync-wave': '-1' } };
  return { ...manifest, metadata };
}

/** To Argo CD a ReplicaSet whose pod is refused is ill; the probe's is well then. */
function withoutHealth({ manifest }: PlannedManifest): Manifest {
  if (manifest.kind !== 'ReplicaSet') return manifest;
  const annotations = { ...manifest.metadata.annotations, 'argocd.argoproj.io/ignore-healthcheck': 'true' };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

function project(name: string, namespace: string, allowed: object): Manifest {
  const spec = { sourceNamespaces: [DELIVERY], ...allowed };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name, namespace }, spec };
}

function application(delivered: DeliveredStage, environmentName: string, argo: Argo): Manifest {
  const { compartment, stage, name } = delivered;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: DELIVERY, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: {
      project: hasDeliverer(delivered) ? compartment.name : PLATFORM_PROJECT,
      source: {
        repoURL: argo.repository,
        targetRevision: argo.revision,
        path: posix.join(argo.path, environmentName, compartment.name, stage),
      },
      destination: { server: THIS_CLUSTER, namespace: compartment.namespace ?? DELIVERY },
      syncPolicy: {
        automated: { prune: true, selfHeal: true },
        syncOptions: ['ServerSideApply=true'],
        retry: { limit: -1, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
      },
    },
  };
}
