import * as z from 'zod';

const FACTORS: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024 };

const QUANTITY = /^([1-9][0-9]*)(Mi|Gi)$/;

/** An amount of memory or disk, in the units that are used here. */
export const quantity = z.string().regex(QUANTITY, 'Write whole mebibytes or gibibytes, for example "64Mi" or "2Gi".');

/**
 * The amount in MiB.
 * @throws when it is none of whole MiB or GiB
 */
export function mebibytes(text: string): number {
  const [, digits, unit] = QUANTITY.exec(text) ?? [];
  const factor = FACTORS[unit ?? ''];
  if (factor === undefined) throw new Error(`"${text}" is no amount of whole Mi or Gi.`);
  return Number(digits) * factor;
}

/** An amount of CPU in cores: `100m` is a tenth. */
export function cores(cpu: string): number {
  return cpu.endsWith('m') ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu);
}
