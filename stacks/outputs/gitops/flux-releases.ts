import type { Manifest } from '../../../constructs/manifest';
import type { Chart, SourceFolder } from '../../../constructs/release';
import type { PlannedCompartment, PlannedRelease } from '../../planned';

/** How often Flux looks for drift of what a release runs, and whether its pinned source can still be had. */
const INTERVAL = '10m';
const SOURCE_INTERVAL = '1h';

/** How long an installation may take: control planes pull images and wait for their certificates. */
const TIMEOUT = '10m';

/**
 * Fields that a control plane writes into its own webhooks once it runs. Correcting them would take its admission down.
 * @see https://github.com/istio/istio/blob/master/pkg/webhooks/validation/controller/controller.go
 */
const WRITTEN_AT_RUN_TIME = [
  {
    target: { kind: '(Mutating|Validating)WebhookConfiguration' },
    paths: ['/webhooks'],
  },
];

/** A compartment's releases as HelmReleases and Kustomizations, with the sources that they are fetched from. */
export function fluxReleases({ namespace = '', releases }: PlannedCompartment): Manifest[] {
  const sources = new Map<string, Manifest>();
  const objects = releases.map((release) => {
    const [source, object] =
      'chart' in release.what
        ? [chartSource(release.what.chart, namespace), helmRelease(release, release.what, namespace)]
        : [
            gitSource(release.name, release.what.source, namespace),
            kustomization(release, release.what.source, namespace),
          ];
    sources.set(`${source.kind} ${source.metadata.name}`, source);
    return object;
  });
  return [...sources.values(), ...objects];
}

function helmRelease(
  { name, after }: PlannedRelease,
  { chart, values }: Extract<PlannedRelease['what'], { chart: Chart }>,
  namespace: string,
): Manifest {
  const crds = 'CreateReplace';
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name, namespace },
    spec: {
      releaseName: name,
      ...chartReference(chart),
      ...dependsOn(after),
      install: { crds, remediation: { retries: -1 } },
      upgrade: { crds, remediation: { retries: 3, remediateLastFailure: true } },
      driftDetection: { mode: 'enabled', ignore: WRITTEN_AT_RUN_TIME },
      interval: INTERVAL,
      timeout: TIMEOUT,
      values,
    },
  };
}

function chartReference(chart: Chart): object {
  const name = chartSourceName(chart);
  if (isOci(chart)) return { chartRef: { kind: 'OCIRepository', name } };
  const sourceRef = { kind: 'HelmRepository', name };
  return { chart: { spec: { chart: chart.name, version: chart.version, sourceRef, interval: SOURCE_INTERVAL } } };
}

function chartSource(chart: Chart, namespace: string): Manifest {
  const metadata = { name: chartSourceName(chart), namespace };
  const apiVersion = 'source.toolkit.fluxcd.io/v1';
  if (!isOci(chart)) {
    return { apiVersion, kind: 'HelmRepository', metadata, spec: { url: chart.repository, interval: SOURCE_INTERVAL } };
  }
  const { repository, name, version, digest } = chart;
  const ref = digest === undefined ? { tag: version } : { tag: version, digest };
  return {
    apiVersion,
    kind: 'OCIRepository',
    metadata,
    spec: { url: `${repository.replace(/\/$/, '')}/${name}`, ref, interval: SOURCE_INTERVAL },
  };
}

/** A repository serves many charts; an OCI path is one chart, at one version. */
function chartSourceName(chart: Chart): string {
  const { repository, name, version } = chart;
  return isOci(chart) ? slug(`${name}-${version}`) : slug(repository.replace(/^https:\/\//, ''));
}

function isOci({ repository }: Chart): boolean {
  return repository.startsWith('oci://');
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function gitSource(name: string, source: SourceFolder, namespace: string): Manifest {
  const { repository, tag } = source;
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: { name, namespace },
    spec: { url: repository, ref: { tag }, ignore: allBut(source), interval: SOURCE_INTERVAL },
  };
}

/** In the format of `.gitignore`, where what lies in an ignored folder cannot be wanted again: so folder by folder. */
function allBut({ path, file }: SourceFolder): string {
  const steps = [...path.split('/'), ...(file === undefined ? [] : [file])];
  const lines = steps.map((step, index) => {
    const folder = ['', ...steps.slice(0, index)].join('/');
    return `${folder}/*\n!${folder}/${step}\n`;
  });
  return lines.join('');
}

/** Never pruned: with a CRD every object of its kind would go. */
function kustomization({ name, after }: PlannedRelease, { path }: SourceFolder, namespace: string): Manifest {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace },
    spec: {
      path: `./${path}`,
      sourceRef: { kind: 'GitRepository', name },
      ...dependsOn(after),
      prune: false,
      wait: true,
      timeout: TIMEOUT,
      interval: INTERVAL,
    },
  };
}

function dependsOn(after: readonly string[]): object {
  return after.length > 0 ? { dependsOn: after.map((name) => ({ name })) } : {};
}
