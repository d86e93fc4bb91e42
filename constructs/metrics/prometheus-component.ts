import type { Component } from '../component';
import { PROMETHEUS_CHARTS } from './metrics-spec';

/** Prometheus and its operator by the operator's chart, whose CRDs come before it. */
export const PROMETHEUS_COMPONENT: Component = {
  title: 'Prometheus',
  versions: Object.keys(PROMETHEUS_CHARTS),
  reach: {
    minors: 1,
    source: 'https://github.com/prometheus-community/helm-charts/blob/main/charts/kube-prometheus-stack/UPGRADE.md',
  },
  budget: { compartments: ['metrics'], rings: 0, why: 'gateways keep what it does not take' },
  behaviours: [],
  oneWays: [],
  waits: ['Prometheus is Ready, and gateways have sent what they kept'],
};
