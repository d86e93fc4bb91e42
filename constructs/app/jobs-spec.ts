import * as z from 'zod';
import { JOBS } from '../defaults';
import { commandShape, partName } from './part-spec';
import { schedule } from './schedule';

const job = z
  .strictObject({
    ...commandShape,
    schedule: schedule
      .optional()
      .describe(
        'When it runs, in five fields of cron by the clock of UTC. Left out: once for every version of the app.',
      ),
    beforeRelease: z
      .literal(true, { error: 'Write true, or leave it out.' })
      .optional()
      .describe('A version of the app is rolled out only once this has succeeded for it.'),
    timeoutSeconds: z
      .int()
      .min(10)
      .max(JOBS.longest)
      .default(JOBS.timeout)
      .describe('Seconds after which it is stopped and counts as failed, all its attempts together.'),
  })
  .refine(({ schedule, beforeRelease }) => schedule === undefined || !beforeRelease, {
    path: ['beforeRelease'],
    error: 'Leave one of the two out: what a release waits for runs then, and not by the clock.',
  });

/** What runs and ends. */
export const jobsShape = {
  jobs: z
    .record(partName, job)
    .default({})
    .describe('What runs and ends, by name: of the same image, with the same variables and callees. May run twice.'),
};

/** What one job says of itself. */
export type Job = z.output<typeof job>;
