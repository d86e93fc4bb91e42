import type { Manifest } from '../../constructs/manifest';
import { GATEWAY_API_VERSIONS } from '../../constructs/mesh/gateway-api-versions';
import { at, textOf } from '../../policies/isolation/json';
import type { Discovery, PreflightCheck } from './situation';

const GROUP = 'gateway.networking.k8s.io';

/** By plural: the oldest bundle whose objects Istio reads. Of older ones it ignores them, and says so nowhere. */
const OLDEST_READ: Readonly<Record<string, string>> = {
  grpcroutes: '1.1.0',
  backendtlspolicies: '1.4.0',
  tlsroutes: '1.5.0',
  tcproutes: '1.6.0',
};

/**
 * The CRDs of Gateway API that the cluster has are of the pinned bundle and of the standard channel, and none is so old that the
 * mesh ignores what is written with it.
 * @see https://gateway-api.sigs.k8s.io/guides/crd-management/
 */
export const gatewayApiIsThePinnedBundle: PreflightCheck = {
  id: 'gateway-api-is-the-pinned-bundle',
  *check({ environment: { mesh }, cluster }) {
    if (!mesh) return;
    const crds = cluster
      .of('apiextensions.k8s.io', 'CustomResourceDefinition')
      .filter(({ spec }) => at(spec, 'group') === GROUP);
    for (const [version, found] of byBundle(crds)) {
      if (version !== mesh.gatewayApi) yield otherBundle(version, mesh.gatewayApi, found);
    }
    const experimental = crds.filter((crd) => annotationOf(crd, 'channel') === 'experimental');
    if (experimental.length > 0) yield otherChannel(experimental);
    for (const crd of crds) yield* ignored(crd);
  },
};

function annotationOf({ metadata }: Manifest, name: 'bundle-version' | 'channel'): string {
  return textOf(metadata.annotations?.[`${GROUP}/${name}`]);
}

function bundleOf(crd: Manifest): string {
  return annotationOf(crd, 'bundle-version').replace(/^v/, '') || 'unknown';
}

function byBundle(crds: readonly Manifest[]): Map<string, Manifest[]> {
  const bundles = new Map<string, Manifest[]>();
  for (const crd of crds) bundles.set(bundleOf(crd), [...(bundles.get(bundleOf(crd)) ?? []), crd]);
  return bundles;
}

function otherBundle(version: string, pinned: string, crds: readonly Manifest[]): Discovery {
  const isNewer = compareVersions(version, pinned) > 0;
  const known = GATEWAY_API_VERSIONS.find((known) => known === version);
  const raise = known ? `Pin mesh.gatewayApi: '${version}'` : 'Ask whoever installed it to leave it to this platform';
  return {
    ...{ object: namesOf(crds), path: '', compartment: 'gateway-api', stops: isNewer },
    problem: isNewer
      ? `The cluster has Gateway API ${version}, and the environment pins ${pinned}: applying would take the kinds back for everybody in the cluster, and is refused where objects are stored in a version that only the newer one has.`
      : `The cluster has Gateway API ${version}, and the environment pins ${pinned}: applying changes the kinds for everybody in the cluster.`,
    fix: isNewer
      ? `${raise}, once the mesh was tested with it.`
      : 'Look whether others in the cluster use these kinds.',
  };
}

function otherChannel(crds: readonly Manifest[]): Discovery {
  return {
    ...{ object: namesOf(crds), path: '', compartment: 'gateway-api', stops: false },
    problem:
      'These are of the experimental channel, and the platform installs the standard one: fields that only the experimental channel has vanish from every object that is written afterwards.',
    fix: 'Find who uses experimental fields in this cluster and move them off first.',
  };
}

function* ignored(crd: Manifest): Iterable<Discovery> {
  const plural = textOf(at(crd.spec, 'names', 'plural'));
  const oldest = OLDEST_READ[plural];
  if (oldest === undefined || compareVersions(bundleOf(crd), oldest) >= 0) return;
  yield {
    ...{ object: `CustomResourceDefinition/${crd.metadata.name}`, path: '', compartment: 'gateway-api', stops: false },
    problem: `It is of Gateway API ${bundleOf(crd)}, and Istio ignores ${plural} of a bundle before ${oldest} without a word: their traffic goes where it went without them.`,
    fix: `Bring the CRD to ${oldest} or newer before anybody relies on ${plural}.`,
  };
}

function namesOf(crds: readonly Manifest[]): string {
  const names = crds.map(({ metadata }) => metadata.name).sort();
  const rest = names.length - 1;
  return `CustomResourceDefinition/${names[0]}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Below zero if `a` is older. A version that says no numbers is older than any. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const [index, part] of (right ?? []).entries()) {
    const difference = (left?.[index] ?? Number.NaN) - part;
    if (difference !== 0) return Number.isNaN(difference) ? -1 : difference;
  }
  return 0;
}
