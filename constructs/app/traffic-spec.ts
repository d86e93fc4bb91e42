import * as z from 'zod';
import { appReference } from '../names';

/** Who may talk to an app, and to whom it talks. */
export const trafficShape = {
  expose: z.enum(['internal', 'public']).default('internal').describe('Whether the edge may reach it.'),
  calls: z
    .record(appReference, z.string().min(1, 'Write why it calls.'))
    .default({})
    .describe('Apps that it calls, each with the reason. An app of another tenant must accept it.'),
};
