import type { Invariant } from './invariant';
import { at } from './json';

/** What every container of an observer must say it needs, and at most gets. */
const AMOUNTS = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
] as const;

/** Every container that observes asks for CPU and memory, and cannot have more memory than it says. */
export const observersAreBounded: Invariant = {
  id: 'observers-are-bounded',
  why: "A flood of logs takes the node's memory, and the kernel kills apps beside the agent.",
  how: 'Every container on the planes logging and telemetry has requests of CPU and memory and a memory limit of its own.',
  *check({ observers }) {
    for (const { manifest, containers } of observers) {
      for (const { name, path, fields } of containers) {
        const missing = AMOUNTS.filter((keys) => at(fields, 'resources', ...keys) === undefined);
        if (missing.length === 0) continue;
        const problem = `Container "${name}" has no ${missing.map((keys) => keys.join('.')).join(', ')}.`;
        yield { manifest, path: `${path}.resources`, problem, fix: 'Write what it needs.' };
      }
    }
  },
};
