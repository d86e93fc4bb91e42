import type { SchemaOf } from './schemas';

/** What a schema wants, to stand within a sentence: `a whole number from 1 to 65535`. */
export function describeWanted(schema: SchemaOf): string {
  const { enum: choices, properties, required = [], pattern } = schema;
  if (choices) return oneOf(choices.filter((choice) => typeof choice === 'string' && choice !== '').map(String));
  if (pattern !== undefined) return KNOWN_PATTERNS[pattern] ?? `a text that matches ${pattern}`;
  if (properties && required.length > 0) return `a map with ${listed(required, 'and')}`;
  if (properties)
    return Object.keys(properties).length > MANY ? 'a map' : `a map with ${listed(Object.keys(properties), 'or')}`;
  return describeRange(isInt32(schema) ? { type: schema.type ?? 'integer' } : schema);
}

/** Limits that nobody had in mind are told only to who exceeds them. */
function isInt32({ minimum, maximum }: SchemaOf): boolean {
  return minimum === -(2 ** 31) && maximum === 2 ** 31 - 1;
}

/** More words than that are not listed. */
const MANY = 12;

const NUMBER = '(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))';
const NAME = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DURATION = 'a duration such as "30s" or "5m"';

/** Patterns that people know by another name. */
const KNOWN_PATTERNS: Readonly<Record<string, string>> = {
  [`^(\\+|-)?${NUMBER}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${NUMBER}))?$`]: 'a quantity such as "500m" or "1Gi"',
  '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$':
    'a time such as "2026-01-31T12:00:00Z"',
  '^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$': 'a text in base64',
  '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$': DURATION,
  '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$': DURATION,
  '^([0-9]+(\\.[0-9]+)?(s|m|h))+$': DURATION,
  '^([0-9]{1,5}(h|m|s|ms)){1,4}$': DURATION,
  [`^${NAME}$`]: 'lower-case letters, digits and dashes',
  [`^${NAME}(\\.${NAME})*$`]: 'lower-case letters, digits, dashes and dots',
};

/** The type that a schema wants and how much of it: `a list of at least 1 element`. */
export function describeRange(schema: SchemaOf): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, minProperties, maxProperties } = schema;
  const limits = [
    bounds(minimum, maximum, ''),
    bounds(minLength, maxLength, 'character'),
    bounds(minItems, maxItems, 'element'),
    bounds(minProperties, maxProperties, 'key'),
  ];
  return [describeTypes(schema), ...limits].filter(Boolean).join(' ');
}

/** `from 1 to 5`, `of at most 3 elements`. */
function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  const units = unit && ` ${unit}${(most ?? least) === 1 ? '' : 's'}`;
  const of = unit && 'of ';
  if (least !== undefined && most !== undefined) return `${unit ? 'of' : 'from'} ${least} to ${most}${units}`;
  if (least !== undefined) return `${of}at least ${least}${units}`;
  return most === undefined ? '' : `${of}at most ${most}${units}`;
}

/** `a text or a whole number`. */
export function describeTypes({ type = [], properties }: SchemaOf): string {
  const types = typeof type === 'string' ? [type] : type;
  if (types.length === 0) return properties ? 'a map' : 'a value';
  return types.map((name) => TYPES[name] ?? name).join(' or ');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
};

/** `one of "a", "b"`. */
export function oneOf(words: readonly string[]): string {
  return `${words.length > 1 ? 'one of ' : ''}${words.map(quote).join(', ')}`;
}

/** `"a", "b" and "c"`. */
export function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  const last = words.slice(-1).map(quote).join('');
  return words.length > 1 ? `${words.slice(0, -1).map(quote).join(', ')} ${conjunction} ${last}` : last;
}

/** What may stand here, unless that is too much to read. */
export function possible(words: readonly string[]): string {
  return words.length === 0 || words.length > MANY ? 'Leave it out.' : `Possible: ${words.join(', ')}.`;
}

/** A value as its writer would name it, shortened. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'string' ? quote(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}

export function quote(word: string): string {
  return JSON.stringify(word);
}

/** `spec.ports[0].metadata["my.key"]`: as a reader would look for it. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `[${quote(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
