import * as z from 'zod';

/** How an app is asked whether it is ready. */
export const healthShape = {
  health: z
    .string()
    .regex(/^(\/\S*|tcp|none)$/, 'Write a path such as "/healthz", or "tcp", or "none".')
    .default('tcp')
    .describe('How to ask whether it is ready: a path, or a connection, or not at all. A worker is not asked.'),
};
