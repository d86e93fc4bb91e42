import * as z from 'zod';
import { APP_AMOUNTS, APP_SIZES, type AppResources } from '../defaults';
import { cpuBetween, memoryBetween } from '../quantity';
import { size } from '../size';

/** The amounts of a size; what is left out is that of S. */
export const amountsShape = {
  cpu: cpuBetween(APP_AMOUNTS.cpu.least, APP_AMOUNTS.cpu.most)
    .default(APP_SIZES.S.cpu)
    .describe('CPU that is kept free for it. There is no limit: what its node has left it may use.'),
  memory: memoryBetween(APP_AMOUNTS.memory.least, APP_AMOUNTS.memory.most)
    .default(APP_SIZES.S.memory)
    .describe('Memory that is kept free for it, and beyond which it is ended.'),
};

/** A size by name, or its amounts. */
export const appSize = z.union([size, z.strictObject(amountsShape)]);

/** How much one replica may use. */
export const sizeShape = {
  size: appSize.default('S').describe('CPU and memory of one replica: by name, or in amounts.'),
};

/** What a size means. */
export function amountsOf(written: z.output<typeof appSize>): AppResources {
  return typeof written === 'string' ? APP_SIZES[written] : written;
}
