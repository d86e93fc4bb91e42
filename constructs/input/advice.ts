import * as z from 'zod';
import { closest } from './did-you-mean';
import { isOptional, keysOf, optionsOf, required } from './schema';

/** What to write where a schema wants something and `value` stands. */
export function adviceFor(declared: z.ZodType, value: unknown): string {
  const schema = required(declared);
  if (accepts(schema, otherwiseQuoted(value))) {
    return typeof value === 'string' ? 'Write it without quotes.' : 'Write it in quotes.';
  }
  const wanted = describeWanted(schema);
  const meant = isWord(value) ? closest(value, wordsOf(schema)) : undefined;
  if (meant && wanted !== quote(meant)) return `Did you mean "${meant}"? Write ${wanted}.`;
  if (value === null && accepts(schema, '')) return `Write ${wanted}, "" if it is meant to be empty.`;
  if (value === null && isOptional(declared)) return `Write ${wanted}, or leave it out.`;
  return statedAdvice(schema) ?? `Write ${wanted}${schema instanceof z.ZodString ? purposeOf(declared) : ''}.`;
}

/** Numbers that look alike have nothing else in common: "1.63" is not meant as "1.33". */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && /\p{L}/u.test(value);
}

function accepts(schema: z.ZodType, value: unknown): boolean {
  return value !== undefined && schema.safeParse(value).success;
}

/** The text of a number or truth value, and the other way round; `undefined` where quotes make no difference. */
function otherwiseQuoted(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : undefined;
}

/** What a schema of texts says of its form. */
function statedAdvice(schema: z.ZodType): string | undefined {
  if (!(schema instanceof z.ZodString)) return undefined;
  return schema.safeParse('', { error: () => '' }).error?.issues.find(({ message }) => message !== '')?.message;
}

/** What a text is for, as its description begins. */
function purposeOf({ description = '' }: z.ZodType): string {
  const [sentence = ''] = description.split(/\.(\s|$)/);
  return sentence && `: ${sentence.replace(/^[A-Z](?=[a-z\s])/, (letter) => letter.toLowerCase())}`;
}

/** What a schema wants, to stand within a sentence: `a whole number from 1 to 65535`. */
function describeWanted(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) return oneOf(wordsOf(schema));
  if (schema instanceof z.ZodDiscriminatedUnion) return `a map with "${schema.def.discriminator}"`;
  if (schema instanceof z.ZodUnion) return [...new Set(optionsOf(schema).map(describeWanted))].join(' or ');
  if (schema instanceof z.ZodNumber) return describeNumber(schema);
  if (schema instanceof z.ZodString) return 'a text';
  if (schema instanceof z.ZodStringFormat) return FORMATS[schema.def.format] ?? 'a text';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) {
    return accepts(schema, []) ? 'a list' : 'a list of at least one element';
  }
  return schema instanceof z.ZodObject ? describeMap(schema) : 'a map, one "name: value" a line';
}

const FORMATS: Readonly<Record<string, string>> = {
  cidrv4: 'a range such as "10.0.0.0/16"',
  cidrv6: '"fd00::/48"',
};

function describeNumber({ minValue, maxValue, isInt }: z.ZodNumber): string {
  const from = minValue === null || minValue <= Number.MIN_SAFE_INTEGER ? '' : ` from ${minValue}`;
  const to = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? '' : ` to ${maxValue}`;
  return `${isInt ? 'a whole number' : 'a number'}${from}${to}`;
}

function describeMap(map: z.ZodObject): string {
  const needed = Object.keys(map.shape).filter((key) => !isOptional(map.shape[key] as z.ZodType));
  if (needed.length > 0) return `a map with ${list(needed, 'and')}`;
  return `a map with ${list(keysOf(map, undefined), 'or')}`;
}

/** `"a", "b" and "c"`. */
function list(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.slice(-1).map(quote).join('');
  return words.length > 1 ? `${words.slice(0, -1).map(quote).join(', ')} ${conjunction} ${last}` : last;
}

/** The texts that a schema names one by one. */
function wordsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  return optionsOf(schema).flatMap(wordsOf);
}

function oneOf(words: readonly string[]): string {
  return `${words.length > 1 ? 'one of ' : ''}${words.map(quote).join(', ')}`;
}

function quote(word: string): string {
  return JSON.stringify(word);
}
