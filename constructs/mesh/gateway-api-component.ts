import type { Component } from '../component';
import { GATEWAY_API_VERSIONS } from './gateway-api-versions';

const GUIDE = 'https://gateway-api.sigs.k8s.io/guides/crd-management/';
const RELEASES = 'https://github.com/kubernetes-sigs/gateway-api/releases';

/** The CRDs of the Gateway API, standard channel. */
export const GATEWAY_API_COMPONENT: Component = {
  title: 'Gateway API',
  versions: GATEWAY_API_VERSIONS,
  reach: { minors: 1, source: GUIDE },
  budget: { compartments: ['gateway-api'], rings: 0, why: 'kinds may grow, and nobody who uses them may notice' },
  behaviours: [
    {
      since: '1.5',
      what: 'TLSRoute of v1alpha2 and XListenerSet are gone; ListenerSet, TLSRoute and ReferenceGrant are v1.',
      where: [
        { kind: 'TLSRoute.gateway.networking.k8s.io', path: 'spec' },
        { kind: 'XListenerSet.gateway.networking.x-k8s.io', path: 'spec' },
      ],
      source: RELEASES,
    },
    {
      since: '1.6',
      what: 'TCPRoute and UDPRoute are v1 in the standard channel, which no longer serves their alphas, nor BackendTLSPolicy of v1alpha3.',
      where: [
        { kind: 'TCPRoute.gateway.networking.k8s.io', path: 'spec' },
        { kind: 'UDPRoute.gateway.networking.k8s.io', path: 'spec' },
        { kind: 'BackendTLSPolicy.gateway.networking.k8s.io', path: 'spec' },
      ],
      source: RELEASES,
    },
  ],
  oneWays: [
    {
      since: '1.5',
      why: 'From 1.5 on the bundle brings the admission policy safe-upgrades, which refuses CRDs of bundles before 1.5.',
      save: "Save every object of gateway.networking.k8s.io with `kubectl get --output=yaml`, and each CRD's status.storedVersions.",
      source: 'https://github.com/kubernetes-sigs/gateway-api/tree/main/config/crd/standard',
    },
    {
      since: '1.6',
      why: 'Versions that were stored are no longer served in the standard channel, and older bundles know fewer fields.',
      save: "Save every object of gateway.networking.k8s.io with `kubectl get --output=yaml`, and each CRD's status.storedVersions.",
      source: GUIDE,
    },
  ],
  waits: [
    'every CRD of the bundle is Established',
    'every Gateway is Programmed and every HTTPRoute Accepted, as before',
  ],
};
