import * as z from 'zod';
import type { Problem } from '../input/problem';
import { mebibytes, quantity } from '../quantity';
import { BUFFER } from './defaults';

/** How much of a node's disk may hold what a backend does not take. */
export const bufferSchema = z
  .strictObject({
    queue: quantity
      .default(BUFFER.queue)
      .describe('What one queue holds while its backend does not answer. Full, it refuses what comes.'),
    volume: quantity
      .optional()
      .describe("The most disk that one collector's queues may take together. Left out: what they need."),
  })
  .superRefine(({ queue, volume }, context) => {
    if (!QUANTITIES.safeParse([queue, volume ?? queue]).success) return;
    const needed = neededVolume(1, mebibytes(queue));
    if (volume === undefined || mebibytes(volume) >= needed) return;
    context.addIssue({
      code: 'custom',
      path: ['volume'],
      params: { problem: `A queue of ${queue} and its file need ${needed}Mi.` },
      message: `Write at least "${needed}Mi", or a smaller queue.`,
    });
  });

const QUANTITIES = z.array(quantity);

export type BufferSpec = z.output<typeof bufferSchema>;

/** MiB of disk for `queues` files whose queues hold `queue` MiB each, and for the copy that shrinks one of them. */
export function neededVolume(queues: number, queue: number): number {
  return BUFFER.positions + (queues + 1) * queue * BUFFER.fileGrowth;
}

/** MiB of the volume of a collector with that many queues. */
export function volumeOf(queues: number, { queue, volume }: BufferSpec): number {
  return volume === undefined ? neededVolume(queues, mebibytes(queue)) : mebibytes(volume);
}

/** What is wrong with a buffer once it is known how many queues share it. */
export function bufferProblems(queues: number, buffer: BufferSpec): Problem[] {
  const needed = neededVolume(queues, mebibytes(buffer.queue));
  const volume = volumeOf(queues, buffer);
  const most = BUFFER.max - BUFFER.scratch;
  if (volume > most) {
    const path = ['buffer', buffer.volume === undefined ? 'queue' : 'volume'];
    const problem = `${queues} queues of ${buffer.queue} take ${volume}Mi of disk, more than the ${most}Mi that one container may.`;
    return [{ path, problem, fix: `Write a ${path.at(-1)} that is smaller.` }];
  }
  if (volume >= needed) return [];
  const problem = `${queues} queues of ${buffer.queue} need ${needed}Mi, and the volume holds ${volume}Mi.`;
  return [{ path: ['buffer', 'volume'], problem, fix: `Write at least "${needed}Mi", or a smaller queue.` }];
}
