import * as z from 'zod';
import type { Problem } from '../../constructs/input/problem';
import { optionsOf, required, schemaAt } from '../../constructs/input/schema';

type Path = Problem['path'];

/** One member of an input, and the whole input with that member said otherwise, in the ways that are worth trying. */
export interface Turn {
  readonly path: Path;
  readonly value: unknown;
  /** Not all need be valid. */
  readonly turned: readonly unknown[];
}

/** Every member that says something by itself: texts, numbers, choices, and the entries of maps and lists as a whole. */
export function turnsOf(schema: z.ZodType, input: unknown): Turn[] {
  return visit(input, []);

  function visit(value: unknown, path: Path): Turn[] {
    const turn = (...others: unknown[]): Turn => ({
      ...{ path, value },
      turned: others.map((other) => withMember(input, path, other)),
    });
    if (Array.isArray(value)) {
      return value.flatMap((element, index) => visit(element, [...path, index]));
    }
    if (typeof value === 'object' && value !== null) {
      const members = Object.entries(value).flatMap(([key, member]) => visit(member, [...path, key]));
      return isEntry(path) ? [...members, turn(undefined)] : members;
    }
    if (value === undefined) return [];
    return [turn(...otherValues(value, schemaAt(schema, input, path)), undefined)];
  }

  /** Whether what stands there has a name that its writer chose. */
  function isEntry(path: Path): boolean {
    const parent = path.length > 0 ? schemaAt(schema, input, path.slice(0, -1)) : undefined;
    return parent !== undefined && required(parent) instanceof z.ZodRecord;
  }
}

function otherValues(value: unknown, declared: z.ZodType | undefined): unknown[] {
  const schema = declared && required(declared);
  const words = schema ? [schema, ...optionsOf(schema)].flatMap(wordsOf).filter((word) => word !== value) : [];
  if (words.length > 0) return words;
  if (typeof value === 'number') return [value + 1, value - 1, value * 2];
  if (typeof value === 'boolean') return [!value];
  return typeof value === 'string' ? otherTexts(value) : [];
}

function wordsOf(schema: z.ZodType): unknown[] {
  return schema instanceof z.ZodEnum ? [...schema.options] : [];
}

/** Texts of the same form, as far as that can be guessed: another number, another ending, another digit, another letter. */
function otherTexts(text: string): string[] {
  const grown = text.replace(/\d{1,4}(?!.*\d)/, (number) => `${Number(number) + 1}`);
  const digit = text.replace(/\d(?!.*\d)/, (last) => (last === '0' ? '1' : '0'));
  const letter = text.replace(/[a-z0-9](?!.*[a-z0-9])/i, (last) => (last === 'a' ? 'b' : 'a'));
  return [...new Set([`${text}x`, grown, digit, letter])].filter((other) => other !== text);
}

/** The input with one member said otherwise; `undefined`: left out. */
function withMember(input: unknown, path: Path, member: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return member;
  if (Array.isArray(input)) {
    const changed = input.map((element, index) => (index === first ? withMember(element, rest, member) : element));
    return changed.filter((element) => element !== undefined);
  }
  const map = { ...(input as Readonly<Record<string, unknown>>) };
  const changed = withMember(map[first], rest, member);
  if (changed === undefined) {
    const { [first]: _, ...others } = map;
    return others;
  }
  return { ...map, [first]: changed };
}
