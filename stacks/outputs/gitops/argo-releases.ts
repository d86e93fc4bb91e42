import type { Manifest } from '../../../constructs/manifest';
import type { Plan, PlannedCompartment, PlannedRelease } from '../../planned';
import { argoItself } from './argo';

const THIS_CLUSTER = 'https://kubernetes.default.svc';

/**
 * A compartment's releases as Applications in its own namespace, so that a version that moves changes no other compartment.
 * Order among them is by sync wave; Argo CD must allow Applications in any namespace.
 * @see https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/
 */
export function argoReleases({ name, namespace = '', releases }: PlannedCompartment): Manifest[] {
  const waves = new Map<string, number>();
  return releases.map((release) => {
    const wave = Math.max(0, ...release.after.map((other) => (waves.get(other) ?? 0) + 1));
    waves.set(release.name, wave);
    return application(release, name, namespace, wave);
  });
}

function application(release: PlannedRelease, compartment: string, namespace: string, wave: number): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: release.name,
      namespace,
      annotations: { 'argocd.argoproj.io/sync-wave': `${wave}` },
    },
    spec: {
      project: projectOf(compartment),
      source: sourceOf(release),
      destination: { server: THIS_CLUSTER, namespace },
      // A control plane writes its certificate and its failure policy into its own webhooks.
      ignoreDifferences: ['Mutating', 'Validating'].map((verb) => ({
        group: 'admissionregistration.k8s.io',
        kind: `${verb}WebhookConfiguration`,
        jqPathExpressions: ['.webhooks[].clientConfig.caBundle', '.webhooks[].failurePolicy'],
      })),
      syncPolicy: {
        automated: { prune: 'chart' in release.what, selfHeal: true },
        syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
        retry: { limit: -1, backoff: { duration: '10s', factor: 2, maxDuration: '5m' } },
      },
    },
  };
}

function sourceOf(release: PlannedRelease): object {
  const repoURL = repositoryOf(release);
  const { name, what } = release;
  if ('source' in what) {
    const { tag, path, file } = what.source;
    return { repoURL, targetRevision: tag, path, ...(file === undefined ? {} : { directory: { include: file } }) };
  }
  const { chart, values } = what;
  const targetRevision = chart.digest ?? chart.version;
  return { repoURL, chart: chart.name, targetRevision, helm: { releaseName: name, valuesObject: values } };
}

/** One AppProject per compartment with releases: confines them to its namespace and to the repositories they come from. */
export function argoReleaseProjects({ compartments }: Plan, argoNamespace: string): Manifest[] {
  const releasing = compartments.filter(({ releases }) => releases.length > 0);
  return releasing.map((compartment) => releaseProject(compartment, argoNamespace));
}

function releaseProject({ name, namespace, releases }: PlannedCompartment, argoNamespace: string): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AppProject',
    metadata: { name: projectOf(name), namespace: argoNamespace },
    spec: {
      sourceRepos: [...new Set(releases.map(repositoryOf))].sort(),
      sourceNamespaces: [namespace],
      destinations: [{ server: THIS_CLUSTER, namespace }],
      clusterResourceWhitelist: [{ group: '*', kind: '*' }],
      destinationServiceAccounts: [
        { server: THIS_CLUSTER, namespace, defaultServiceAccount: argoItself(argoNamespace) },
      ],
    },
  };
}

function projectOf(compartment: string): string {
  return `${compartment}-releases`;
}

/** Argo CD writes OCI repositories without their scheme. */
function repositoryOf({ what }: PlannedRelease): string {
  return ('chart' in what ? what.chart : what.source).repository.replace(/^oci:\/\//, '');
}
