import * as z from 'zod';
import { SCALE } from './defaults';

/** Bounds of an app's replicas. */
export const scale = z
  .strictObject({
    min: z.int().min(1).max(1000).describe('Replicas that always run.'),
    max: z.int().min(1).max(1000).describe('Replicas at the most.'),
    cpu: z
      .int()
      .min(10)
      .max(95)
      .default(SCALE.cpu)
      .describe('CPU in percent of the request at which replicas are added.'),
  })
  .refine(({ min, max }) => min <= max, { path: ['max'], error: 'Write a maximum that is not below the minimum.' });
