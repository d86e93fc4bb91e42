import type { KubernetesMinor } from '../kubernetes-minors';
import type { GatewayApiVersion } from './gateway-api-versions';

/** What a minor of Istio was tested with. */
interface Tested {
  /** Oldest first. Older ones than the platform knows are left out. */
  readonly kubernetes: readonly KubernetesMinor[];
  readonly gatewayApi: readonly GatewayApiVersion[];
}

/**
 * By minor: patches of one minor share what they were tested with. 1.29 is missing because nobody published a conformance
 * report for it; a move by revision from 1.28 to 1.30 is one that Istio tests.
 * @see https://github.com/istio/istio.io/blob/master/data/compatibility/supportStatus.yml for Kubernetes
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/main/conformance/reports for Gateway API 1.3.0, 1.4.0 and 1.5.1
 * @see https://endoflife.date/istio for Kubernetes under 1.27
 * @see https://github.com/defenseunicorns/uds-core which tests Gateway API 1.6.1 with Istio 1.30.3
 */
const V1_27 = { kubernetes: ['1.32', '1.33'], gatewayApi: ['1.3.0'] } as const satisfies Tested;
const V1_28 = { kubernetes: ['1.32', '1.33', '1.34'], gatewayApi: ['1.4.0'] } as const satisfies Tested;
const V1_30 = {
  kubernetes: ['1.32', '1.33', '1.34', '1.35', '1.36'],
  gatewayApi: ['1.5.1', '1.6.1'],
} as const satisfies Tested;

/**
 * The versions of Istio that the platform knows how to run, oldest first. To add one, add its line and what it was tested with.
 * @see https://istio.io/latest/news/releases/
 */
export const ISTIO = {
  '1.27.0': V1_27,
  '1.28.0': V1_28,
  '1.30.1': V1_30,
  '1.30.2': V1_30,
  '1.30.3': V1_30,
  '1.30.4': V1_30,
} as const satisfies Readonly<Record<string, Tested>>;

export type IstioVersion = keyof typeof ISTIO;

/** The known versions, oldest first. */
export const ISTIO_VERSIONS = Object.keys(ISTIO) as IstioVersion[];

/** The versions that were tested with a minor of Kubernetes. */
export type IstioVersionFor<Minor extends KubernetesMinor> = {
  [Version in IstioVersion]: Minor extends (typeof ISTIO)[Version]['kubernetes'][number] ? Version : never;
}[IstioVersion];
