import * as z from 'zod';
import { scale } from '../scale';
import { commandShape, partName } from './part-spec';

/** What a rollout calls whatever it makes beside an app. */
const TAKEN: readonly string[] = ['primary', 'canary'];

const worker = z.strictObject({
  ...commandShape,
  scale: scale.optional().describe("How many replicas. Left out: the environment's."),
});

/** What runs beside what serves. */
export const workersShape = {
  workers: z
    .record(
      partName.refine((name) => !TAKEN.includes(name), { error: 'Choose another name: a rollout needs this one.' }),
      worker,
    )
    .default({})
    .describe('What runs beside it, by name: of the same image, with the same variables and callees, without a port.'),
};

/** What one worker says of itself. */
export type Worker = z.output<typeof worker>;
