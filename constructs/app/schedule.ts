import * as z from 'zod';

/** One field of a cron expression: its bounds, and the names that its numbers may have. */
interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MINUTE: Field = { min: 0, max: 59, names: [] };
const HOUR: Field = { min: 0, max: 23, names: [] };
const DAY: Field = { min: 1, max: 31, names: [] };
const MONTH: Field = { min: 1, max: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') };
const WEEKDAY: Field = { min: 0, max: 6, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') };

const FIELDS = [MINUTE, HOUR, DAY, MONTH, WEEKDAY];

/** The longest that each month can be. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of the month and days of the week count together: with both given, either is enough. */
const EVERY_DAY = /^\*(\/1)?$/;

/**
 * When something runs, in the five fields of cron, by the clock of UTC. Only what Kubernetes' own parser reads, and only what
 * can come: the 30th of February is refused.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export const schedule = z
  .string()
  .refine(isReadable, {
    error:
      'Write minute, hour, day, month and weekday (0 to 6, from Sunday), as in "30 3 * * MON-FRI": half past three on workdays.',
  })
  .refine((text) => !isReadable(text) || comes(text), { error: 'Write a day that some month has.' });

function isReadable(text: string): boolean {
  const fields = text.split(' ');
  return fields.length === FIELDS.length && FIELDS.every((field, index) => numbersOf(fields[index] ?? '', field));
}

function comes(text: string): boolean {
  const [, , day = '', month = '', weekday = ''] = text.split(' ');
  if (!EVERY_DAY.test(weekday)) return true;
  const [first = 1] = [...(numbersOf(day, DAY) ?? [])].sort((a, b) => a - b);
  return [...(numbersOf(month, MONTH) ?? [])].some((number) => first <= (DAYS[number - 1] ?? 0));
}

/** The numbers that a field means; `undefined` if it cannot be read. */
function numbersOf(text: string, field: Field): ReadonlySet<number> | undefined {
  const ranges = text.split(',').map((range) => rangeOf(range, field));
  return ranges.includes(undefined) ? undefined : new Set(ranges.flatMap((range) => range ?? []));
}

/** `*`, `5`, `1-5`, each with `/2` for every other. A single number with a step goes to the field's end. */
function rangeOf(text: string, field: Field): readonly number[] | undefined {
  const [, all, from = '', to, step] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(text) ?? [];
  const first = all ? field.min : numberOf(from, field);
  const last = all || (to === undefined && step !== undefined) ? field.max : numberOf(to ?? from, field);
  const every = Number(step ?? 1);
  if (first === undefined || last === undefined || first > last || every < 1) return undefined;
  return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, index) => first + index * every);
}

function numberOf(text: string, { min, max, names }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return min + named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= min && number <= max ? number : undefined;
}
