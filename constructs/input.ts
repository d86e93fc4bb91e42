import type * as z from 'zod';
import { closest } from './did-you-mean';
import { adviceFor } from './input-advice';
import { keysOf, optionsOf, placeOf, required, schemaAt, valueAt } from './input-schema';
import { type Problem, ProblemsError } from './problem';

type Issue = z.core.$ZodIssue;
type Path = Problem['path'];

/** What came of reading an input: its value, or everything that is wrong with it. */
export type Read<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/**
 * Reads an input by its schema. All problems are told at once, in the order in which the input holds them.
 *
 * What to write instead is what a check of the schema states as its error, or else follows from the schema. The validator's
 * own texts are never shown: they speak of its types, not of the reader's file.
 */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): Read<z.output<S>> {
  const result = schema.safeParse(input, { error: () => '' });
  if (result.success) return { value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, { schema, input }));
  return { problems: inOrderOf(input, withoutRepetitions(problems)) };
}

/** @throws {ProblemsError} when the input is not valid; its message lists every problem with its path */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const read = readInput(schema, input);
  if ('problems' in read) throw new ProblemsError(what, read.problems);
  return read.value;
}

/** An input, and what it ought to be. */
interface Subject {
  readonly schema: z.ZodType;
  readonly input: unknown;
}

function problemsOf(issue: Issue, subject: Subject): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, subject));
    case 'invalid_key': {
      const problem = `${show(path.at(-1))} is not possible as a name here.`;
      return issue.issues.map(({ message }) => ({ path, problem, fix: message || 'Write another name.' }));
    }
    case 'invalid_union':
      return problemsWithin(issue, path, subject) ?? [problemAt(issue, path, subject)];
    default:
      return [problemAt(issue, path, subject)];
  }
}

function problemAt(issue: Issue, path: Path, { schema, input }: Subject): Problem {
  const value = valueAt(input, path);
  const declared = schemaAt(schema, input, path);
  const advice = declared ? adviceFor(declared, value) : 'Write another value.';
  return { path, problem: problemOf(issue, value), fix: issue.message || advice };
}

function problemOf(issue: Issue, value: unknown): string {
  const stated: unknown = issue.code === 'custom' ? issue.params?.problem : undefined;
  if (typeof stated === 'string') return stated;
  if (issue.code === 'invalid_type' && issue.expected === 'never') return 'Not supported by this version.';
  if (value === undefined) return 'Missing.';
  if (isEmpty(value)) return 'Empty.';
  if (issue.code !== 'invalid_type') return `${show(value)} is not possible here.`;
  return `Expected ${TYPES[issue.expected] ?? 'something else'}, got ${show(value)}.`;
}

/** A key is searched first where it stands, then in the whole input: it may be indented too little or too much. */
function unknownKey(path: Path, key: string, { schema, input }: Subject): Problem {
  const map = schemaAt(schema, input, path);
  const known = map ? keysOf(map, valueAt(input, path)) : [];
  const meant = closest(key, known) ?? placeOf(key, schema)?.join('.');
  return {
    path: [...path, key],
    problem: `Unknown key ${show(key)}.`,
    fix: meant ? `Did you mean "${meant}"?` : `Possible: ${known.join(', ')}.`,
  };
}

/** The problems of the option of a union that came nearest, unless all of them refuse the value as a whole. */
function problemsWithin(issue: z.core.$ZodIssueInvalidUnion, path: Path, subject: Subject): Problem[] | undefined {
  const union = schemaAt(subject.schema, subject.input, path);
  const options = union ? optionsOf(required(union)) : [];
  const input = valueAt(subject.input, path);
  const entered = issue.errors
    .map((issues, index) => ({ issues, schema: options[index] }))
    .filter(({ issues }) => issues.every((within) => within.path.length > 0 || within.code === 'unrecognized_keys'))
    .sort((a, b) => a.issues.length - b.issues.length);
  const [nearest] = entered;
  if (!nearest?.schema) return undefined;
  const within = { schema: nearest.schema, input };
  return nearest.issues
    .flatMap((inner) => problemsOf(inner, within))
    .map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

function withoutRepetitions(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** What is missing is told where its parent stands, so before whatever the parent holds. */
function inOrderOf(input: unknown, problems: readonly Problem[]): Problem[] {
  return problems
    .map((problem) => ({ problem, positions: positionsOf(input, problem.path) }))
    .sort((a, b) => compare(a.positions, b.positions))
    .map(({ problem }) => problem);
}

/** The place of each part of a path among its siblings. */
function positionsOf(input: unknown, path: Path): number[] {
  return path.map((part, index) => {
    const parent = valueAt(input, path.slice(0, index));
    return typeof parent === 'object' && parent !== null ? Object.keys(parent).indexOf(String(part)) : -1;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((position, index) => position !== b[index]);
  return differing < 0 ? a.length - b.length : (a[differing] ?? 0) - (b[differing] ?? -1);
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
};

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === '';
}

/** The value as its writer would name it, shortened. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
