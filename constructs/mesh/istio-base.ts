import type { ChartReleaseProps } from '../release';
import { istioChart } from './istio-chart';
import type { IstioVersion } from './istio-versions';
import { MESH, revisionOf } from './revision';
import { validator } from './webhooks';

/** Every kind that the chart brings. @see https://github.com/istio/api/blob/master/kubernetes/customresourcedefinitions.gen.yaml */
const KINDS = {
  'extensions.istio.io': ['TrafficExtension', 'WasmPlugin'],
  'networking.istio.io': [
    'DestinationRule',
    'EnvoyFilter',
    'Gateway',
    'ProxyConfig',
    'ServiceEntry',
    'Sidecar',
    'VirtualService',
    'WorkloadEntry',
    'WorkloadGroup',
  ],
  'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication', 'RequestAuthentication'],
  'telemetry.istio.io': ['Telemetry'],
} as const;

/**
 * The mesh's kinds, and the webhook that has everything of these kinds checked by the control plane of `live`, which must be
 * one that runs: pointed at another it would refuse every change.
 *
 * @param newest the version whose kinds these are; older control planes read them too
 */
export function istioBase(newest: IstioVersion, live: IstioVersion): ChartReleaseProps {
  return {
    name: 'istio-base',
    chart: istioChart('base', newest),
    values: {
      defaultRevision: revisionOf(live),
      base: { validationFailurePolicy: 'Fail' },
      global: { istioNamespace: MESH },
    },
    kinds: Object.entries(KINDS).flatMap(([group, kinds]) => kinds.map((kind) => `${group}/${kind}`)),
    runs: [validator('istiod-default-validator', 'validation.istio.io', live, [])],
  };
}
