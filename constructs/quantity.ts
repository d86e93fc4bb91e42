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

/** Bytes of a unit, by family; the largest last. */
const UNITS = {
  decimal: { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  binary: { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
} as const;

const CORES = /^(\d+)(?:(m)|\.(\d{1,3}))?$/;
const BYTES = /^(\d+(?:\.\d+)?)(k|[KMGTPE]i?)$/;

/** An amount of CPU between two others, in the API server's own spelling: `1000m` reads as `1`. */
export function cpuBetween(least: string, most: string): z.ZodString {
  const range = `Write cores from "${least}" to "${most}", such as "250m" or "1.5".`;
  return z
    .string()
    .regex(CORES, range)
    .refine((text) => isBetween(thousandths, text, least, most), { error: range })
    .overwrite(canonicalCpu);
}

/** An amount of memory between two others, in the API server's own spelling: `1024Mi` reads as `1Gi`. */
export function memoryBetween(least: string, most: string): z.ZodString {
  const range = `Write memory from "${least}" to "${most}", such as "512Mi" or "2Gi".`;
  return z
    .string()
    .regex(BYTES, range)
    .refine((text) => isBetween(bytes, text, least, most), { error: range })
    .overwrite(canonicalMemory);
}

function isBetween(read: (text: string) => number, text: string, least: string, most: string): boolean {
  const amount = read(text);
  return Number.isNaN(amount) || (amount >= read(least) && amount <= read(most));
}

/** Thousandths of a core; not a number if the text is none. */
export function thousandths(text: string): number {
  const [, whole, milli, fraction = ''] = CORES.exec(text) ?? [];
  if (whole === undefined) return Number.NaN;
  return milli ? Number(whole) : Number(whole) * 1000 + Number(fraction.padEnd(3, '0'));
}

/** Whole bytes, rounded up as Kubernetes does; not a number if the text is none. Score's `K` is Kubernetes' `k`. */
export function bytes(text: string): number {
  const [, amount, unit = ''] = BYTES.exec(text) ?? [];
  const units: Readonly<Record<string, number>> = { ...UNITS.decimal, ...UNITS.binary, K: UNITS.decimal.k };
  return Math.ceil(Number(amount) * (units[unit] ?? Number.NaN));
}

function canonicalCpu(text: string): string {
  const amount = thousandths(text);
  if (Number.isNaN(amount)) return text;
  return amount % 1000 === 0 ? `${amount / 1000}` : `${amount}m`;
}

/** The largest unit of the same family that leaves a whole number. */
function canonicalMemory(text: string): string {
  const amount = bytes(text);
  if (Number.isNaN(amount)) return text;
  const family = text.endsWith('i') ? UNITS.binary : UNITS.decimal;
  const unit = Object.entries(family).findLast(([, size]) => amount % size === 0);
  return unit ? `${amount / unit[1]}${unit[0]}` : `${amount}`;
}
