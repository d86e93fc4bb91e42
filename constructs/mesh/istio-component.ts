import type { Component } from '../component';
import { ISTIO_VERSIONS } from './istio-versions';

const NOTES = 'https://istio.io/latest/news/releases/';
const PROFILES = 'https://github.com/istio/istio/tree/master/manifests/helm-profiles';

/**
 * Istio by revision. That a release may be skipped is what Istio's own tests of stable revision labels and canary upgrades
 * from two minors before cover.
 */
export const ISTIO_COMPONENT: Component = {
  title: 'Istio',
  versions: ISTIO_VERSIONS,
  reach: { minors: 2, source: 'https://github.com/istio/istio/tree/master/tests/integration/helm/upgrade' },
  budget: {
    compartments: ['mesh', 'mesh-cni'],
    rings: 1,
    why: 'a mistake must not reach more than one ring, and what tenants own is none of it',
  },
  behaviours: [
    {
      since: '1.28',
      what: 'Requests that a route mirrors carry another suffix in their host name.',
      where: [
        { kind: 'HTTPRoute.gateway.networking.k8s.io', path: 'spec.rules[].filters[].requestMirror' },
        { kind: 'VirtualService.networking.istio.io', path: 'spec.http[].mirrors' },
      ],
      source: PROFILES,
    },
    {
      since: '1.28',
      what: 'BackendTLSPolicy of v1alpha3 is no longer read; the CRD of Gateway API 1.4 is needed.',
      where: [{ kind: 'BackendTLSPolicy.gateway.networking.k8s.io', path: 'spec' }],
      source: NOTES,
    },
    {
      since: '1.29',
      what: 'The node agent corrects the iptables rules of running pods.',
      source: PROFILES,
    },
    {
      since: '1.29',
      what: 'Metrics of what circuit breakers have left are off. Alerts on them fall silent.',
      where: [{ kind: 'DestinationRule.networking.istio.io', path: 'spec.trafficPolicy.connectionPool' }],
      source: PROFILES,
    },
    {
      since: '1.30',
      what: 'TLSRoutes are read from Gateway API 1.5 on: with older CRDs TLS passthrough is dropped without a word.',
      where: [{ kind: 'TLSRoute.gateway.networking.k8s.io', path: 'spec' }],
      source: 'https://istio.io/latest/news/releases/1.30.x/announcing-1.30/upgrade-notes/',
    },
    {
      since: '1.30',
      what: 'Of one host in several namespaces sidecars choose the service of their own namespace otherwise.',
      source: PROFILES,
    },
    {
      since: '1.31',
      what: 'Gateways of one port and host in different namespaces are no longer merged.',
      where: [{ kind: 'Gateway.networking.istio.io', path: 'spec.servers' }],
      source: PROFILES,
    },
    {
      since: '1.31',
      what: 'Endpoints that are not healthy are sent to proxies.',
      where: [
        {
          kind: 'DestinationRule.networking.istio.io',
          path: 'spec.trafficPolicy.outlierDetection.minHealthPercent',
        },
      ],
      source: PROFILES,
    },
    {
      since: '1.32',
      what: 'TCPRoutes are read from Gateway API 1.6 on.',
      where: [{ kind: 'TCPRoute.gateway.networking.k8s.io', path: 'spec' }],
      source: NOTES,
    },
  ],
  oneWays: [],
  waits: [],
};
