import { amountOf } from './amounts';
import { type Collector, named, type Part, typeOf } from './collector';
import type { Invariant } from './invariant';
import { at } from './json';

const MEBIBYTE = 2 ** 20;

/** The first processor of every pipeline refuses data before the collector runs out of memory. */
export const collectorsShedLoadFirst: Invariant = {
  id: 'collectors-shed-load-first',
  why: "One tenant's flood gets the collector killed for its memory, and with it the data of all others.",
  how: 'memory_limiter comes first in each pipeline, asks every so often, and its limit lies below that of the container that runs it.',
  *check({ collectors }) {
    for (const collector of collectors) {
      const { manifest, parts, pipelines } = collector;
      for (const { path, processors } of pipelines) {
        if (typeOf(processors[0] ?? '') === 'memorylimiter') continue;
        const fix = 'Put memory_limiter first.';
        yield { manifest, path: `${path}.processors`, problem: 'It takes data in before it asks for memory.', fix };
      }
      const used = named(
        parts.processors,
        pipelines.flatMap(({ processors }) => processors),
      );
      for (const limiter of used.filter(({ type }) => type === 'memorylimiter')) {
        const problem = limiterFault(limiter, collector);
        if (problem) yield { manifest, path: limiter.path, problem, fix: 'Set check_interval and limit_mib.' };
      }
    }
  },
};

function limiterFault({ fields }: Part, { runners }: Collector): string | undefined {
  if (fields.check_interval === undefined || fields.check_interval === '0s') return 'It never asks how much is in use.';
  const limits = runners.flatMap(({ containers }) =>
    containers.map((container) => amountOf(at(container.fields, 'resources', 'limits', 'memory'))),
  );
  const smallest = Math.min(...limits.map((limit) => limit ?? Number.POSITIVE_INFINITY));
  const { limit_mib, limit_percentage } = fields;
  if (typeof limit_mib === 'number' && limit_mib > 0) {
    return limit_mib * MEBIBYTE < smallest ? undefined : 'Its limit is not below the memory limit of the container.';
  }
  if (typeof limit_percentage !== 'number' || limit_percentage <= 0) return 'It has no limit.';
  return smallest < Number.POSITIVE_INFINITY ? undefined : 'A percentage of no memory limit is one of the whole node.';
}
