import type { Complaint } from '../rule';
import {
  describeRange,
  describeTypes,
  describeWanted,
  formatPath,
  listed,
  oneOf,
  possible,
  quote,
  show,
} from './describe';
import { comparable, firstRepetition, identityBy, valuesOf } from './distinct';
import type { SchemaOf } from './schemas';
import type { Fault } from './shape';

/** The candidate that was most likely meant, or `undefined` if none is close. */
export type Suggest = (written: string, candidates: Iterable<string>) => string | undefined;

/** Says in plain words what is wrong and what to write instead. One mistake is told once. */
export function explain(faults: readonly Fault[], suggest: Suggest): Complaint[] {
  const misspelt = new Set(faults.flatMap((fault) => misspeltKey(fault, suggest) ?? []));
  const complaints = faults
    .filter(({ keyword, path }) => keyword !== 'required' || !misspelt.has(formatPath(path)))
    .map((fault) => complaintOf(fault, suggest));
  return [...new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint])).values()];
}

/** The path of a key that is there under another spelling. */
function misspeltKey({ keyword, path, siblings }: Fault, suggest: Suggest): string | undefined {
  const meant = keyword === 'additionalProperties' ? suggest(String(path.at(-1)), siblings) : undefined;
  return meant && formatPath([...path.slice(0, -1), meant]);
}

function complaintOf({ path, value, schema, keyword, siblings }: Fault, suggest: Suggest): Complaint {
  const say = (problem: string, fix: string): Complaint => ({ path: formatPath(path), problem, fix });
  const unfit = value === '' ? 'Empty.' : `${show(value)} is not possible here.`;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(path.at(-1));
      const meant = suggest(key, siblings);
      return say(`Unknown key ${quote(key)}.`, meant ? `Did you mean ${quote(meant)}?` : possible(siblings));
    }
    case 'required':
      return say('Missing.', `Write ${describeWanted(schema)}.`);
    case 'type':
      return value === null
        ? say('Empty.', `Write ${describeWanted(schema)}, or leave it out.`)
        : say(`Expected ${describeTypes(schema)}, got ${show(value)}.`, otherwiseQuoted(value, schema));
    case 'enum':
      return say(unfit, `${meantBy(value, schema, suggest)}Write ${describeWanted(schema)}.`);
    case 'pattern':
      return say(unfit, `Write ${describeWanted(schema)}.`);
    case 'keys':
      return say(sameKeys(asList(value), schema), 'Keep one of them.');
    case 'uniqueItems': {
      const elements = asList(value);
      return say(`${show(elements[firstRepetition(elements, comparable)])} stands there twice.`, 'Keep one of them.');
    }
    case 'oneOf':
    case 'anyOf':
    case 'not':
      return say(...alternatives(value, schema));
    default:
      return say(unfit, `Write ${describeRange(schema)}.`);
  }
}

function otherwiseQuoted(value: unknown, schema: SchemaOf): string {
  const types = [schema.type ?? []].flat();
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  if (isScalar && types.join() === 'string') return 'Write it in quotes.';
  const isNumeric = typeof value === 'string' && value.trim() !== '' && Number.isInteger(Number(value));
  if (isNumeric && (types.includes('integer') || types.includes('number'))) return 'Write it without quotes.';
  if ((value === 'true' || value === 'false') && types.includes('boolean')) return 'Write it without quotes.';
  return `Write ${describeWanted(schema)}.`;
}

function meantBy(value: unknown, { enum: choices = [] }: SchemaOf, suggest: Suggest): string {
  const meant =
    typeof value === 'string'
      ? suggest(
          value,
          choices.filter((choice) => typeof choice === 'string'),
        )
      : undefined;
  return meant ? `Did you mean ${quote(meant)}? ` : '';
}

function sameKeys(elements: readonly unknown[], { keys = {} }: SchemaOf): string {
  const values = valuesOf(elements[firstRepetition(elements, identityBy(keys))], keys);
  return `Two elements have the same ${listed(Object.keys(keys), 'and')}: ${values.map(show).join(', ')}.`;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Alternatives are mostly about which keys may stand side by side. */
function alternatives(value: unknown, schema: SchemaOf): [problem: string, fix: string] {
  const keys = [
    ...new Set(keysIn([...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.not ? [schema.not] : [])])),
  ];
  const present = keys.filter((key) => Object.hasOwn(Object(value), key));
  if (present.length > 1) return [`${listed(present, 'and')} exclude each other.`, 'Keep one of them.'];
  if (keys.length > 0 && present.length === 0) return ['Something is missing.', `Write ${oneOf(keys)}.`];
  return [`${show(value)} does not fit here in this form.`, 'Look up its forms in the reference of its kind.'];
}

function keysIn(schemas: readonly SchemaOf[]): string[] {
  return schemas.flatMap(({ required = [], anyOf = [], oneOf: either = [], allOf = [] }) => [
    ...required,
    ...keysIn([...anyOf, ...either, ...allOf]),
  ]);
}
