import { POD_SECURITY } from './boundary/pod-security-component';
import { CERT_MANAGER_COMPONENT } from './certificates/cert-manager-component';
import { collectorComponent } from './collector/collector-component';
import type { Component } from './component';
import { KUBERNETES } from './kubernetes-component';
import { LOKI_COMPONENT } from './logging/loki-component';
import { GATEWAY_API_COMPONENT } from './mesh/gateway-api-component';
import { ISTIO_COMPONENT } from './mesh/istio-component';
import { PROMETHEUS_COMPONENT } from './metrics/prometheus-component';
import { FLAGGER_COMPONENT } from './rollouts/flagger-component';

/** Everything whose version an environment pins, by the name by which people ask for it. */
export const COMPONENTS = {
  logging: collectorComponent('logging'),
  telemetry: collectorComponent('telemetry'),
  loki: LOKI_COMPONENT,
  prometheus: PROMETHEUS_COMPONENT,
  flagger: FLAGGER_COMPONENT,
  'cert-manager': CERT_MANAGER_COMPONENT,
  'gateway-api': GATEWAY_API_COMPONENT,
  istio: ISTIO_COMPONENT,
  kubernetes: KUBERNETES,
  'pod-security': POD_SECURITY,
} as const satisfies Readonly<Record<string, Component>>;

export type ComponentName = keyof typeof COMPONENTS;

/** In the order in which a plan moves what is independent of each other: whatever nobody waits for comes first. */
export const COMPONENT_NAMES = Object.keys(COMPONENTS) as ComponentName[];
