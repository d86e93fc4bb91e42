import { amountOf } from './amounts';
import { type Collector, named, type Part, sendingExporters, typeOf } from './collector';
import type { Invariant } from './invariant';
import { at, listOf, textOf } from './json';
import type { Workload } from './workload';

/** Every queue lies in a file storage that is started, on a volume with an end that no other workload writes to. */
export const queuesSurviveOnBoundedDisks: Invariant = {
  id: 'queues-survive-on-bounded-disks',
  why: 'A restart loses what was queued, or a queue without end fills the disk of every node.',
  how: 'sending_queue.storage names a file_storage that the service starts; its directory lies on a writable emptyDir with sizeLimit, or a claim, large enough for queues that are counted in bytes.',
  *check({ collectors }) {
    for (const collector of collectors) {
      const { manifest } = collector;
      for (const { path, fields } of sendingExporters(collector)) {
        const storage = textOf(at(fields, 'sending_queue', 'storage'));
        if (isStartedStorage(storage, collector)) continue;
        const problem = storage === '' ? 'The queue lies in memory.' : `No file storage "${storage}" is started.`;
        yield { manifest, path: `${path}.sending_queue.storage`, problem, fix: 'Name a file_storage, and start it.' };
      }
      for (const storage of usedStorages(collector)) {
        const path = `${storage.path}.directory`;
        const fix = 'Mount an emptyDir with a large enough sizeLimit, or a claim of its own.';
        for (const problem of volumeFaults(storage, collector)) yield { manifest, path, problem, fix };
      }
    }
  },
};

/** Whether `id` is a file storage that the collector describes and starts. */
export function isStartedStorage(id: string, { parts, started }: Collector): boolean {
  return typeOf(id) === 'filestorage' && started.includes(id) && named(parts.extensions, [id]).length > 0;
}

function usedStorages({ parts, started }: Collector): readonly Part[] {
  return named(parts.extensions, started).filter(({ type }) => type === 'filestorage');
}

function volumeFaults(storage: Part, collector: Collector): string[] {
  const directory = textOf(storage.fields.directory);
  const needed = bytesQueued(storage.id, collector);
  return collector.runners.flatMap((runner) => {
    const volume = volumeAt(directory, runner);
    const { name } = runner.manifest.metadata;
    if (volume === undefined) return `No writable volume of ${name} holds "${directory}".`;
    if (!isBounded(volume)) return `Volume "${textOf(at(volume, 'name'))}" of ${name} has no end, or others share it.`;
    const size = amountOf(at(volume, 'emptyDir', 'sizeLimit')) ?? Number.POSITIVE_INFINITY;
    return needed > size ? `The queues hold up to ${needed} bytes, and the volume of ${name} ${size}.` : [];
  });
}

/** The volume that a directory of the pod lies on, if it can be written to there. */
function volumeAt(directory: string, { pod, containers }: Workload): unknown {
  const mounts = containers.flatMap(({ fields }) => listOf(fields.volumeMounts));
  const mount = mounts.find((each) => {
    const path = textOf(at(each, 'mountPath'));
    return path !== '' && `${directory}/`.startsWith(`${path.replace(/\/$/, '')}/`) && at(each, 'readOnly') !== true;
  });
  return listOf(pod.volumes).find((volume) => mount !== undefined && at(volume, 'name') === at(mount, 'name'));
}

function isBounded(volume: unknown): boolean {
  return (
    at(volume, 'emptyDir', 'sizeLimit') !== undefined ||
    at(volume, 'ephemeral') !== undefined ||
    at(volume, 'persistentVolumeClaim') !== undefined
  );
}

/** Bytes that the queues of one storage hold at most, as far as they are counted in bytes. */
function bytesQueued(storage: string, collector: Collector): number {
  return sendingExporters(collector)
    .map(({ fields }) => fields.sending_queue)
    .filter((queue) => at(queue, 'storage') === storage && at(queue, 'sizer') === 'bytes')
    .reduce((sum: number, queue) => sum + (amountOf(at(queue, 'queue_size')) ?? 0), 0);
}
