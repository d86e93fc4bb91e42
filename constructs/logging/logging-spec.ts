import * as z from 'zod';
import { backendShape, collectorShape, requireTls } from '../collector/collector-spec';
import { lokiSchema } from './loki-spec';

const outside = z.strictObject({ kind: z.literal('outside'), ...backendShape });

/** The environment's section `logging`. */
export const loggingSchema = z
  .strictObject({
    ...collectorShape,
    backend: z
      .discriminatedUnion('kind', [outside, lokiSchema])
      .describe('What keeps the logs. It is told the tenant in the header X-Scope-OrgID.'),
  })
  .superRefine(({ backend, allowPlaintext }, context) => {
    if (backend?.kind !== 'outside') return;
    requireTls(backend.endpoint, allowPlaintext, ['backend', 'endpoint'], context);
  });

/** The section as it is written. */
export type LoggingInput = z.input<typeof loggingSchema>;

/** The section as the platform reads it: complete. */
export type LoggingSpec = z.output<typeof loggingSchema>;
