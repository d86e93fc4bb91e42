import * as z from 'zod';
import { closest } from './did-you-mean';
import { type Problem, ProblemsError } from './problem';

type Issue = z.core.$ZodIssue;
type Path = Problem['path'];

/** What came of reading an input: its value, or everything that is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** Reads an input by its schema. All problems are told at once, in the order in which the input holds them. */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): Read<z.output<S>> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return { value: result.data };
  return { problems: result.error.issues.flatMap((issue) => problemsOf(issue, schema, [])) };
}

/** @throws {ProblemsError} when the input is not valid; its message lists every problem with its path */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const read = readInput(schema, input);
  if ('problems' in read) throw new ProblemsError(what, read.problems);
  return read.value;
}

function problemsOf(issue: Issue, schema: z.ZodType, parent: Path): Problem[] {
  const path = [...parent, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], key, knownKeys(schema, path)));
    case 'invalid_union':
      return unionProblems(issue, schema, path);
    case 'invalid_key':
      return issue.issues.map((inner) => ({
        path,
        problem: `${JSON.stringify(path.at(-1))} is no valid name.`,
        fix: fixOf(inner),
      }));
    case 'invalid_type':
      return [
        issue.input === undefined
          ? { path, problem: 'Missing.', fix: `Write ${article(issue.expected)}.` }
          : {
              path,
              problem: `Expected ${article(issue.expected)}, got ${show(issue.input)}.`,
              fix: typeFix(issue.expected, issue.input),
            },
      ];
    default:
      return [
        { path, problem: statedProblem(issue) ?? `${show(issue.input)} is not possible here.`, fix: fixOf(issue) },
      ];
  }
}

/** A refinement may say what is wrong in words of its own. */
function statedProblem(issue: Issue): string | undefined {
  const stated: unknown = issue.code === 'custom' ? issue.params?.problem : undefined;
  return typeof stated === 'string' ? stated : undefined;
}

/** What to write instead, for the issues whose schema says so itself and for those that follow from its bounds. */
function fixOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value': {
      const meant = typeof issue.input === 'string' ? closest(issue.input, issue.values.map(String)) : undefined;
      const list = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return meant ? `Did you mean "${meant}"? Possible: ${list}.` : `Write one of ${list}.`;
    }
    case 'too_small':
      if (isOwn(issue.message)) return issue.message;
      return isCounted(issue.origin)
        ? `Write at least ${count(issue.minimum, issue.origin)}.`
        : `Write ${issue.minimum} or more.`;
    case 'too_big':
      if (isOwn(issue.message)) return issue.message;
      return isCounted(issue.origin)
        ? `Write at most ${count(issue.maximum, issue.origin)}.`
        : `Write ${issue.maximum} or less.`;
    case 'invalid_format':
      return isOwn(issue.message) ? issue.message : `Write ${article(issue.format)}.`;
    default:
      return issue.message;
  }
}

/** Schemas speak in imperatives, the validator's own texts never do. */
function isOwn(message: string): boolean {
  return /^(Write|Add|Choose|Leave)\b/.test(message);
}

function isCounted(origin: string): boolean {
  return origin === 'string' || origin === 'array';
}

function count(amount: number | bigint, origin: string): string {
  const noun = origin === 'string' ? 'character' : 'element';
  return amount === 1 || amount === 1n ? `one ${noun}` : `${amount} ${noun}s`;
}

function unknownKey(path: Path, key: string, known: readonly string[]): Problem {
  const meant = closest(key, known);
  return {
    path,
    problem: `Unknown key "${key}".`,
    fix: meant ? `Did you mean "${meant}"?` : `Possible: ${known.join(', ')}.`,
  };
}

/** A union's problems are those of the branch that came nearest, or the choice itself where no branch was begun. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, schema: z.ZodType, path: Path): Problem[] {
  const union = schemaAt(schema, path);
  const options = union instanceof z.ZodUnion ? (union.options as z.ZodType[]) : [];
  if (issue.discriminator !== undefined) {
    const kinds = options.flatMap((option) => literals(option, issue.discriminator ?? ''));
    const written = (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator];
    const fix = `Write one of ${kinds.map((kind) => `"${kind}"`).join(', ')}.`;
    const at = path.at(-1) === issue.discriminator ? path : [...path, issue.discriminator];
    return [{ path: at, problem: written === undefined ? 'Missing.' : `${show(written)} is not possible here.`, fix }];
  }
  const branches = issue.errors
    .map((issues, index) => ({ issues, option: options[index] }))
    .sort((a, b) => depth(b.issues) - depth(a.issues) || a.issues.length - b.issues.length);
  const [nearest] = branches;
  if (!nearest) return [{ path, problem: `${show(issue.input)} is not possible here.`, fix: issue.message }];
  return nearest.issues.flatMap((inner) =>
    problemsOf(inner, nearest.option ?? schema, []).map((problem) => ({
      ...problem,
      path: [...path, ...problem.path],
    })),
  );
}

function depth(issues: readonly Issue[]): number {
  return Math.max(
    0,
    ...issues.map(({ path }) => path.length),
    ...issues.map(({ code }) => (code === 'invalid_type' ? 0 : 1)),
  );
}

function literals(option: z.ZodType, key: string): string[] {
  const literal = option instanceof z.ZodObject ? option.shape[key] : undefined;
  return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
}

function knownKeys(schema: z.ZodType, path: Path): string[] {
  const object = schemaAt(schema, path);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

/** The schema of the value at `path`, through optional and defaulted members. */
function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  let current: z.ZodType | undefined = unwrap(schema);
  for (const part of path) {
    if (current instanceof z.ZodObject) current = unwrap(current.shape[part] as z.ZodType | undefined);
    else if (current instanceof z.ZodRecord) current = unwrap(current.valueType as z.ZodType);
    else if (current instanceof z.ZodArray) current = unwrap(current.element as z.ZodType);
    else return undefined;
  }
  return current;
}

function unwrap(schema: z.ZodType | undefined): z.ZodType | undefined {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault || current instanceof z.ZodPrefault) {
    current = current.unwrap() as z.ZodType;
  }
  return current;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function article(type: string): string {
  return TYPE_NAMES[type] ?? `a value of type ${type}`;
}

function typeFix(expected: string, input: unknown): string {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean'))
    return `Write "${input}", in quotes.`;
  return `Write ${article(expected)}.`;
}

/** The value as the reader wrote it, shortened. */
function show(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'a map';
  if (input === undefined) return 'nothing';
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
