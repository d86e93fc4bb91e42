import { posix } from 'node:path';
import { CONTENT_KINDS } from '../../../constructs/contents';
import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { PlannedCompartment } from '../../planned';
import type { DeliveredHalf } from './delivered-half';

type Argo = Extract<Environment['delivery'], { kind: 'argocd' }>;

const THIS_CLUSTER = 'https://kubernetes.default.svc';

/** The project of everything that the platform itself applies. */
const PLATFORM_PROJECT = 'platform';

/**
 * One Application per half and one AppProject per tenant, which pins its namespace and allows only the kinds that belong in
 * contents. Argo CD knows no order between Applications: each retries until what it needs is there.
 *
 * Argo CD runs in the delivery compartment, with `application.sync.impersonation.enabled`.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/app-sync-using-impersonation/
 */
export function argoObjects(halves: readonly DeliveredHalf[], environmentName: string, argo: Argo): Manifest[] {
  return [
    platformProject(argo),
    ...halves.filter(hasDeliverer).map(({ compartment }) => tenantProject(compartment, argo)),
    ...halves.map((half) => application(half, environmentName, argo)),
  ];
}

/** Whether the half is applied by a deliverer of its own, and so has a project of its own. */
function hasDeliverer({ compartment, half }: DeliveredHalf): boolean {
  return compartment.deliverer !== undefined && half === 'contents';
}

function platformProject({ repository }: Argo): Manifest {
  return project(PLATFORM_PROJECT, {
    sourceRepos: [repository],
    destinations: [{ server: THIS_CLUSTER, namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  });
}

function tenantProject({ name, deliverer }: PlannedCompartment, { repository }: Argo): Manifest {
  return project(name, {
    sourceRepos: [repository],
    destinations: [{ server: THIS_CLUSTER, namespace: name }],
    clusterResourceWhitelist: [],
    namespaceResourceWhitelist: CONTENT_KINDS.map(({ group, kind }) => ({ group, kind })),
    destinationServiceAccounts: [
      { server: THIS_CLUSTER, namespace: name, defaultServiceAccount: `${deliverer?.namespace}:${deliverer?.name}` },
    ],
  });
}

function project(name: string, spec: object): Manifest {
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata: { name, namespace: DELIVERY }, spec };
}

function application(delivered: DeliveredHalf, environmentName: string, argo: Argo): Manifest {
  const { compartment, half, name } = delivered;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: DELIVERY, finalizers: ['resources-finalizer.argocd.argoproj.io'] },
    spec: {
      project: hasDeliverer(delivered) ? compartment.name : PLATFORM_PROJECT,
      source: {
        repoURL: argo.repository,
        targetRevision: argo.revision,
        path: posix.join(argo.path, environmentName, compartment.name, half),
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
