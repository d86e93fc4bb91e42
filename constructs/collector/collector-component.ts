import type { Component } from '../component';
import { COLLECTOR_VERSIONS } from './defaults';

const CHANGES = 'https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md';

/** The OpenTelemetry collector of one compartment that only observes. */
export function collectorComponent(compartment: 'logging' | 'telemetry'): Component {
  return {
    title: `OpenTelemetry collector of ${compartment}`,
    versions: COLLECTOR_VERSIONS,
    reach: { minors: 100, source: CHANGES },
    budget: { compartments: [compartment], rings: 0, why: 'whatever becomes of what observes, nobody else may notice' },
    behaviours: [
      {
        since: '0.149',
        what: 'Components are called file_log, otlp_http and otlp_grpc; their former names are deprecated.',
        source: CHANGES,
      },
    ],
    oneWays: [],
    waits: ['every collector is Ready, and its backend still receives'],
  };
}
