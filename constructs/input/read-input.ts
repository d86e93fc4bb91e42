import type * as z from 'zod';
import { adviceFor } from './advice';
import { closest } from './did-you-mean';
import { formatPath, type Problem, ProblemsError } from './problem';
import { keysOf, memberHolding, optionsOf, required, schemaAt, valueAt } from './schema';

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
  const subject = { schema, input };
  const misspelt = misspeltMembers(result.error.issues, subject);
  const problems = result.error.issues
    .flatMap((issue) => problemsOf(issue, subject))
    .filter(({ path, problem }) => problem !== MISSING || !misspelt.has(formatPath(path)));
  return { problems: inOrderOf(input, withoutRepetitions(problems)) };
}

/** @throws {ProblemsError} when the input is not valid; its message lists every problem with its path */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, what: string): z.output<S> {
  const read = readInput(schema, input);
  if ('problems' in read) throw new ProblemsError(what, read.problems);
  return read.value;
}

const MISSING = 'Missing.';

/** An input, and what it ought to be. */
interface Subject {
  readonly schema: z.ZodType;
  readonly input: unknown;
}

function problemsOf(issue: Issue, subject: Subject): Problem[] {
  const path = pathOf(issue);
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

function pathOf({ path }: Issue): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
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
  if (value === undefined) return MISSING;
  if (value === null || value === '') return 'Empty.';
  if (issue.code === 'invalid_type')
    return `Expected ${TYPES[issue.expected] ?? 'something else'}, got ${show(value)}.`;
  return isEmpty(value) ? 'Empty.' : `${show(value)} is not possible here.`;
}

function unknownKey(path: Path, key: string, subject: Subject): Problem {
  const problem = { path: [...path, key], problem: `Unknown key ${show(key)}.` };
  const meant = meantBy(path, key, subject);
  if (meant) {
    const sibling = meant.length === path.length + 1;
    return { ...problem, fix: `Did you mean "${sibling ? meant.at(-1) : formatPath(meant)}"?` };
  }
  const map = schemaAt(subject.schema, subject.input, path) ?? subject.schema;
  return { ...problem, fix: `Possible: ${keysOf(map, valueAt(subject.input, path)).join(', ')}.` };
}

/** A key is searched where it stands, and then one level further in: it may be indented too little. */
function meantBy(path: Path, key: string, { schema, input }: Subject): Path | undefined {
  const map = schemaAt(schema, input, path) ?? schema;
  const sibling = closest(key, keysOf(map, valueAt(input, path)));
  if (sibling) return [...path, sibling];
  const member = memberHolding(key, map);
  return member === undefined ? undefined : [...path, member, key];
}

/** Members that are there under another spelling: one mistake is told once. */
function misspeltMembers(issues: readonly Issue[], subject: Subject): Set<string> {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => meantBy(pathOf(issue), key, subject) ?? []) : [],
  );
  return new Set(unknown.map(formatPath));
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
  const orders: Orders = new Map();
  return problems
    .map((problem) => ({ problem, positions: positionsOf(input, problem.path, orders) }))
    .sort((a, b) => compare(a.positions, b.positions))
    .map(({ problem }) => problem);
}

/** The place of each member of a map or list, made once: thousands of problems may share a parent. */
type Orders = Map<object, ReadonlyMap<string, number>>;

/** The place of each part of a path among its siblings. */
function positionsOf(input: unknown, path: Path, orders: Orders): number[] {
  return path.map((part, index) => {
    const parent = valueAt(input, path.slice(0, index));
    if (typeof parent !== 'object' || parent === null) return -1;
    const order = orders.get(parent) ?? new Map(Object.keys(parent).map((key, place) => [key, place]));
    orders.set(parent, order);
    return order.get(String(part)) ?? -1;
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

/** A list or a map that holds nothing. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** The value as its writer would name it, shortened. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'function') return 'a function';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
