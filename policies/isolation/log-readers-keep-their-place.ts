import { secondsOf } from './amounts';
import type { Part } from './collector';
import type { Invariant } from './invariant';
import { at, textOf } from './json';
import { isStartedStorage } from './queues-survive-on-bounded-disks';

/** Every reader of log files remembers where it was, and waits at its place, for a time, when it is refused. */
export const logReadersKeepTheirPlace: Invariant = {
  id: 'log-readers-keep-their-place',
  why: 'After a restart every agent reads all files again, or a full queue loses lines that are still on disk.',
  how: 'Each filelog receiver names a file_storage that is started, and has retry_on_failure enabled with a finite max_elapsed_time.',
  *check({ collectors }) {
    for (const collector of collectors) {
      const { manifest, parts } = collector;
      for (const reader of parts.receivers.filter(({ type }) => type === 'filelog')) {
        if (!isStartedStorage(textOf(reader.fields.storage), collector)) {
          const fix = 'Name a file_storage, and start it.';
          yield { manifest, path: `${reader.path}.storage`, problem: 'It forgets where it was.', fix };
        }
        const problem = retryFault(reader);
        const fix = 'Enable it, with a max_elapsed_time above 0.';
        if (problem) yield { manifest, path: `${reader.path}.retry_on_failure`, problem, fix };
      }
    }
  },
};

function retryFault({ fields }: Part): string | undefined {
  if (at(fields, 'retry_on_failure', 'enabled') !== true) return 'A line that is refused is lost.';
  const seconds = secondsOf(at(fields, 'retry_on_failure', 'max_elapsed_time'));
  return seconds === undefined || seconds > 0 ? undefined : 'It waits for ever at a line that is refused.';
}
