/** The kinds that the standard channel has had since version 1.1. */
const SINCE_1_1 = ['GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'ReferenceGrant'] as const;
const SINCE_1_4 = [...SINCE_1_1, 'BackendTLSPolicy'] as const;
const SINCE_1_5 = [...SINCE_1_4, 'ListenerSet', 'TLSRoute'] as const;
const SINCE_1_6 = [...SINCE_1_5, 'TCPRoute', 'UDPRoute'] as const;

/**
 * The versions of Gateway API that the platform knows, each with the kinds of its standard channel. What any of them asks of
 * Kubernetes (1.31 at most) lies below the oldest minor that the platform knows, so no such pair needs a check.
 * @see https://gateway-api.sigs.k8s.io/guides/crd-management/
 */
export const GATEWAY_API = {
  '1.3.0': SINCE_1_1,
  '1.4.0': SINCE_1_4,
  '1.5.1': SINCE_1_5,
  '1.6.1': SINCE_1_6,
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type GatewayApiVersion = keyof typeof GATEWAY_API;

/** The known versions, oldest first. */
export const GATEWAY_API_VERSIONS = Object.keys(GATEWAY_API) as GatewayApiVersion[];
