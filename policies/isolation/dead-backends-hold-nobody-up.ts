import type { Manifest } from '../manifest';
import { secondsOf } from './amounts';
import { type Part, sendingExporters } from './collector';
import type { Invariant } from './invariant';
import { at } from './json';

/** Seconds that one attempt to send may take. */
const LONGEST_ATTEMPT = 10;

/** What each exporter of a collector must be: its faults, as sentences, with what to do. */
const DEMANDS: readonly {
  readonly path: string;
  readonly isMet: (exporter: unknown) => boolean;
  readonly problem: string;
  readonly fix: string;
}[] = [
  {
    path: 'sending_queue.enabled',
    isMet: (exporter) => at(exporter, 'sending_queue', 'enabled') !== false,
    problem: 'Without a queue each sender waits for the backend.',
    fix: 'Leave it on.',
  },
  {
    path: 'sending_queue.queue_size',
    isMet: (exporter) => isFinitePositive(at(exporter, 'sending_queue', 'queue_size')),
    problem: 'Nobody says how much it keeps while its backend is away.',
    fix: 'Give a number above 0.',
  },
  {
    path: 'sending_queue.block_on_overflow',
    isMet: (exporter) => (at(exporter, 'sending_queue', 'block_on_overflow') ?? false) === false,
    problem: 'Once the queue is full every sender waits.',
    fix: 'Set false: drop instead.',
  },
  {
    path: 'retry_on_failure.max_elapsed_time',
    isMet: (exporter) => secondsOf(at(exporter, 'retry_on_failure', 'max_elapsed_time') ?? '300s') !== 0,
    problem: '0 means to try for ever.',
    fix: 'Give a time after which data is dropped.',
  },
  {
    path: 'timeout',
    isMet: (exporter) => isWithin(secondsOf(at(exporter, 'timeout')), LONGEST_ATTEMPT),
    problem: 'One attempt may take longer than ten seconds.',
    fix: 'Give at most 10s.',
  },
];

function isFinitePositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isWithin(seconds: number | undefined, most: number): boolean {
  return seconds !== undefined && seconds > 0 && seconds <= most;
}

/** An exporter whose backend is dead keeps a bounded amount for a bounded time, and lets nobody wait. */
export const deadBackendsHoldNobodyUp: Invariant = {
  id: 'dead-backends-hold-nobody-up',
  why: 'The log backend hangs, collectors stop to take data in, and apps wait in their export calls.',
  how: 'Each exporter has a queue of finite size that does not block, a finite max_elapsed_time and a timeout of at most ten seconds.',
  *check({ collectors }) {
    for (const collector of collectors) {
      for (const exporter of sendingExporters(collector)) yield* unmet(exporter, collector.manifest);
    }
  },
};

function* unmet(exporter: Part, manifest: Manifest) {
  for (const { path, isMet, problem, fix } of DEMANDS) {
    if (!isMet(exporter.fields)) yield { manifest, path: `${exporter.path}.${path}`, problem, fix };
  }
}
