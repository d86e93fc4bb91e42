import * as z from 'zod';
import { scale } from '../scale';

/** How many replicas an app has, and how one of them ends. */
export const lifecycleShape = {
  scale: scale.optional().describe("How many replicas. Left out: the environment's."),
  timeout: z
    .int()
    .min(1)
    .max(300)
    .default(30)
    .describe('Seconds that a stop waits for what the app still has to finish.'),
};
