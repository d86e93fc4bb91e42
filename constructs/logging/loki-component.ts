import type { Component } from '../component';
import { LOKI_CHARTS } from './loki-spec';

/** Loki by its chart. */
export const LOKI_COMPONENT: Component = {
  title: 'Loki',
  versions: Object.keys(LOKI_CHARTS),
  reach: { minors: 100, source: 'https://grafana.com/docs/loki/latest/setup/upgrade/' },
  budget: { compartments: ['logging'], rings: 0, why: 'agents keep what it does not take' },
  behaviours: [],
  oneWays: [],
  waits: ['Loki is Ready, and agents have sent what they kept'],
};
