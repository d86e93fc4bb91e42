import type { Invariant } from './invariant';

/** The configuration of every collector is JSON text with pipelines. */
export const collectorConfigurationsCanBeRead: Invariant = {
  id: 'collector-configurations-can-be-read',
  why: 'What no check can read, none has checked: a collector without limits passes for one that has them.',
  how: 'The key config.yaml of every ConfigMap on the planes logging and telemetry is parsed as JSON, which is YAML too.',
  *check({ collectors }) {
    for (const { manifest, fault } of collectors) {
      if (fault === '') continue;
      const fix = 'Write it as JSON, with service.pipelines.';
      yield { manifest, path: 'data[config.yaml]', problem: `It cannot be read: ${fault}`, fix };
    }
  },
};
