import * as z from 'zod';
import { quantity } from '../quantity';
import { size } from '../size';

/** The releases of the chart that are known here, each with the Loki that it runs. */
export const LOKI_CHARTS = { '18.11.0': { loki: '3.7.6' } } as const;

const versions = Object.keys(LOKI_CHARTS) as (keyof typeof LOKI_CHARTS)[];

/** Loki as a backend within the cluster. */
export const lokiSchema = z.strictObject({
  kind: z.literal('loki'),
  version: z.enum(versions).describe("Release of Loki's chart."),
  size: size.default('L').describe('CPU and memory, as collectors have them.'),
  disk: quantity.default('20Gi').describe('Size of its volume, from the default storage class.'),
  retentionDays: z.int().min(1).max(365).default(14).describe('How long it keeps logs.'),
});

export type LokiSpec = z.output<typeof lokiSchema>;
