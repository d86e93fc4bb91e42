import * as z from 'zod';
import { name } from '../names';
import { quantity } from '../quantity';
import { size } from '../size';

/** The releases of the charts that are known here, each with what it brings; Prometheus itself is the long-term release. */
export const PROMETHEUS_CHARTS = {
  '88.5.3': { operator: 'v0.93.1', crds: '31.0.1', proxy: 'v0.13.0', prometheus: 'v3.5.0' },
} as const;

const versions = Object.keys(PROMETHEUS_CHARTS) as (keyof typeof PROMETHEUS_CHARTS)[];

/** The environment's section `metrics`. */
export const metricsSchema = z.strictObject({
  version: z.enum(versions).describe('Release of the chart of the Prometheus operator.'),
  size: size.default('L').describe('CPU and memory of each replica, as collectors have them.'),
  disk: quantity.default('20Gi').describe('Size of the volume of each replica, from the default storage class.'),
  retentionDays: z.int().min(1).max(365).default(14).describe('How long metrics are kept, if the disk lasts.'),
  readers: z
    .array(name)
    .refine((readers) => new Set(readers).size === readers.length, { error: 'Write each once.' })
    .default([])
    .describe(
      'Compartments, such as one of dashboards, whose apps may ask for the metrics of all tenants, each by its proxy.',
    ),
});

/** The section as it is written. */
export type MetricsInput = z.input<typeof metricsSchema>;

/** The section as the platform reads it: complete. */
export type MetricsSpec = z.output<typeof metricsSchema>;
