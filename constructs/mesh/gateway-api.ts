import type { Construct } from 'constructs';
import { Compartment } from '../compartment';
import { environmentOf } from '../environment';
import { ManifestRelease } from '../release';
import { GATEWAY_API, type GatewayApiVersion } from './gateway-api-versions';

/**
 * The compartment of the Gateway API's CRDs, standard channel. Apart from the mesh, because routes outlive any one control
 * plane. It runs nothing.
 */
export class GatewayApi extends Compartment {
  constructor(scope: Construct, version: GatewayApiVersion) {
    super(scope, 'gateway-api', { plane: 'mesh', owner: environmentOf(scope).owner });
    new ManifestRelease(this, {
      name: 'gateway-api',
      // The folder's own list holds the standard channel alone.
      source: { repository: 'https://github.com/kubernetes-sigs/gateway-api', tag: `v${version}`, path: 'config/crd' },
      kinds: GATEWAY_API[version].map((kind) => `gateway.networking.k8s.io/${kind}`),
    });
  }
}
