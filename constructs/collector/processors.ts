import { MEMORY } from './defaults';

/** Refuses work before memory runs out: whoever sent it tries again, and what is in the queues still leaves. */
export interface MemoryLimiter {
  readonly check_interval: `${number}s`;
  /** In MiB and not in percent: where a container has no limit, percent means the node's memory. */
  readonly limit_mib: number;
  readonly spike_limit_mib: number;
}

/**
 * Statements of one context, run for each of its elements.
 *
 * The context is always said. Left to be inferred, all statements run in the innermost one: a span without events would keep
 * what is deleted from its resource.
 */
export interface Statements<Context extends string> {
  readonly context: Context;
  readonly statements: readonly string[];
}

/** Rewrites what passes through. What fails stops the batch: better no span than one with a forged tenant. */
export interface Transform {
  readonly error_mode: 'propagate';
  readonly metric_statements: readonly Statements<'resource' | 'scope' | 'datapoint'>[];
  readonly trace_statements: readonly Statements<'resource' | 'scope' | 'span' | 'spanevent'>[];
}

/** A processor and its name. The memory limiter is none of them: every pipeline begins with it. */
export interface Processor {
  readonly id: `transform/${string}`;
  readonly config: Transform;
}

/** The limiter of a container with `memory` MiB. */
export function memoryLimiter(memory: number): MemoryLimiter {
  return {
    check_interval: MEMORY.checkInterval,
    limit_mib: Math.floor((memory * MEMORY.limiterPercent) / 100),
    spike_limit_mib: Math.floor((memory * MEMORY.spikePercent) / 100),
  };
}
