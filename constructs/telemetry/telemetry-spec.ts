import * as z from 'zod';
import { backendShape, collectorShape, requireTls } from '../collector/collector-spec';
import { SCRAPE } from '../collector/defaults';
import { size } from '../size';

const backend = z.strictObject(backendShape);

const outside = z.strictObject({ kind: z.literal('outside'), ...backendShape });

/** The compartment `metrics`, which the section of that name describes. */
const kept = z.strictObject({ kind: z.literal('metrics') });

/** The environment's section `telemetry`. */
export const telemetrySchema = z
  .strictObject({
    ...collectorShape,
    gateway: size.default('S').describe("CPU and memory of each replica of a tenant's gateway."),
    scrapeSeconds: z
      .int()
      .min(10)
      .max(300)
      .default(SCRAPE.intervalSeconds)
      .describe('How often the metrics of an app are asked for.'),
    metrics: z
      .discriminatedUnion('kind', [outside, kept])
      .describe('What keeps the metrics. It is told the tenant in the header X-Scope-OrgID.'),
    traces: backend.describe('What keeps the traces. It is told the tenant in the header X-Scope-OrgID.'),
  })
  .superRefine(({ metrics, traces, allowPlaintext }, context) => {
    const endpoint = metrics?.kind === 'outside' ? metrics.endpoint : undefined;
    requireTls(endpoint, allowPlaintext, ['metrics', 'endpoint'], context);
    requireTls(traces?.endpoint, allowPlaintext, ['traces', 'endpoint'], context);
  });

/** The section as it is written. */
export type TelemetryInput = z.input<typeof telemetrySchema>;

/** The section as the platform reads it: complete. */
export type TelemetrySpec = z.output<typeof telemetrySchema>;
