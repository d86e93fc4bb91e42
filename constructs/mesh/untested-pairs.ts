import type { Problem } from '../input/problem';
import type { KubernetesMinor } from '../kubernetes-minors';
import { isNewer, minorsBetween } from '../version';
import { GATEWAY_API_VERSIONS } from './gateway-api-versions';
import { ISTIO_COMPONENT } from './istio-component';
import { ISTIO, ISTIO_VERSIONS, type IstioVersion } from './istio-versions';
import type { MeshSpec } from './mesh-spec';

/** What of an environment's mesh nobody has tested together: Istio with Kubernetes, and Istio with Gateway API. */
export function untestedPairs(
  kubernetes: KubernetesMinor,
  { versions, gatewayApi }: Pick<MeshSpec, 'versions' | 'gatewayApi'>,
): Problem[] {
  const [first, ...others] = versions;
  const newest = others.at(-1) ?? first;
  return [
    ...versions.flatMap((version, index) => untestedWithKubernetes(version, index, kubernetes)),
    ...untestedWithGatewayApi(newest, gatewayApi),
  ];
}

function untestedWithKubernetes(version: IstioVersion, index: number, kubernetes: KubernetesMinor): Problem[] {
  const tested: readonly string[] = ISTIO[version].kubernetes;
  if (tested.includes(kubernetes)) return [];
  const others = ISTIO_VERSIONS.filter((other) => ISTIO[other].kubernetes.some((minor) => minor === kubernetes));
  const problem = `Istio ${version} was tested with Kubernetes ${tested.join(', ')}, not with ${kubernetes}.`;
  return [{ path: ['mesh', 'versions', index], problem, fix: `Write one that was: ${others.join(', ')}.` }];
}

/**
 * The newest control plane decides: it ignores CRDs that are older than it knows, and says so nowhere. Older control planes
 * read newer CRDs, whose stable kinds stay as they were; so the CRDs may already be those of a version that can come next.
 */
function untestedWithGatewayApi(newest: IstioVersion, gatewayApi: string): Problem[] {
  const tested: readonly string[] = ISTIO[newest].gatewayApi;
  if (tested.includes(gatewayApi) || isForTheNext(newest, gatewayApi)) return [];
  const problem = `Istio ${newest} was tested with Gateway API ${tested.join(', ')}, not with ${gatewayApi}.`;
  return [{ path: ['mesh', 'gatewayApi'], problem, fix: `Write ${tested.join(' or ')}.` }];
}

const KNOWN_BUNDLES: readonly string[] = GATEWAY_API_VERSIONS;

/** Whether a bundle of CRDs is newer than those a version was tested with, and one that a version in its reach needs. */
function isForTheNext(version: IstioVersion, gatewayApi: string): boolean {
  const { minors } = ISTIO_COMPONENT.reach;
  const age = (bundle: string) => KNOWN_BUNDLES.indexOf(bundle);
  if (ISTIO[version].gatewayApi.some((tested) => age(tested) > age(gatewayApi))) return false;
  return ISTIO_VERSIONS.some(
    (next) =>
      isNewer(next, version) &&
      minorsBetween(version, next) <= minors &&
      ISTIO[next].gatewayApi.some((tested) => tested === gatewayApi),
  );
}
