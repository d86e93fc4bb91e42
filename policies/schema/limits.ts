import { comparable, firstRepetition, identityBy } from './distinct';
import type { SchemaOf } from './schemas';

/** What a keyword of a schema says of a value. Of a value that it does not concern it says yes. */
export interface Limit {
  readonly keyword: string;
  readonly holds: (value: unknown) => boolean;
}

/** The limits of a schema on a value by itself, whatever its parts are. */
export function limitsOf(schema: SchemaOf): Limit[] {
  return Object.entries(schema).flatMap(([keyword, limit]) => {
    // Each takes what SchemaOf says of its keyword.
    const holds = LIMITS[keyword]?.(limit as never);
    return holds ? [{ keyword, holds }] : [];
  });
}

/** By keyword, from what the schema says there. What is not here has to do with types or with parts, and is checked by `Shape`. */
const LIMITS: Readonly<Record<string, (limit: never) => Limit['holds']>> = {
  enum: (choices: readonly unknown[]) => (value) => choices.includes(value),
  pattern: (pattern: string) => {
    const expression = expressionOf(pattern);
    return ofTexts((text) => expression?.test(text) ?? true);
  },
  minLength: (least: number) => ofTexts(({ length }) => length >= least),
  maxLength: (most: number) => ofTexts(({ length }) => length <= most),
  minimum: (least: number) => ofNumbers((number) => number >= least),
  maximum: (most: number) => ofNumbers((number) => number <= most),
  minItems: (least: number) => ofLists(({ length }) => length >= least),
  maxItems: (most: number) => ofLists(({ length }) => length <= most),
  uniqueItems: () => ofLists((list) => firstRepetition(list, comparable) < 0),
  keys: (keys: Readonly<Record<string, unknown>>) => {
    const identify = identityBy(keys);
    return ofLists((list) => list.length < 2 || firstRepetition(list, identify) < 0);
  },
  minProperties: (least: number) => ofMaps((map) => Object.keys(map).length >= least),
  maxProperties: (most: number) => ofMaps((map) => Object.keys(map).length <= most),
};

/** Every keyword that limits a value by itself. */
export const LIMITING = Object.keys(LIMITS);

/** `undefined` for what Go reads and JavaScript does not: the server alone judges it. */
function expressionOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function ofTexts(holds: (text: string) => boolean): Limit['holds'] {
  return (value) => typeof value !== 'string' || holds(value);
}

function ofNumbers(holds: (number: number) => boolean): Limit['holds'] {
  return (value) => typeof value !== 'number' || holds(value);
}

function ofLists(holds: (list: readonly unknown[]) => boolean): Limit['holds'] {
  return (value) => !Array.isArray(value) || holds(value);
}

function ofMaps(holds: (map: object) => boolean): Limit['holds'] {
  return (value) => typeof value !== 'object' || value === null || Array.isArray(value) || holds(value);
}
