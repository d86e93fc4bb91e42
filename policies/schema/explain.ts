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
import type { Fault, Schema, SchemaOf } from './validators';

/** The candidate that was most likely meant, or `undefined` if none is close. */
export type Suggest = (written: string, candidates: Iterable<string>) => string | undefined;

/** What faults are told of. */
export interface Subject {
  readonly object: unknown;
  /** The name of the object's definition. */
  readonly definition: string;
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly suggest: Suggest;
}

/** Says in plain words what is wrong and what to write instead. One mistake is told once. */
export function explain(faults: readonly Fault[], subject: Subject): Complaint[] {
  const places = faults.filter(isWhole).map((fault) => placeOf(fault, subject));
  const misspelt = new Set(places.flatMap((place) => misspeltKey(place, subject.suggest) ?? []));
  const complaints = places
    .filter(({ keyword, path }) => keyword !== 'required' || !misspelt.has(formatPath(path)))
    .map((place) => complaintOf(place, subject.suggest));
  return [...new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint])).values()];
}

/** Where alternatives are tried, the faults of each are of no use: that none fits is a fault of its own. */
function isWhole({ schemaPath }: Fault): boolean {
  return !/(?<!\/properties)\/(anyOf|oneOf|not)\//.test(schemaPath);
}

/** A value with what ought to stand there. */
interface Step {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly schema: SchemaOf;
  /** The keys that its map may have. */
  readonly siblings: readonly string[];
}

interface Place extends Step {
  readonly keyword: string;
  readonly params: Fault['params'];
}

function placeOf({ instancePath, keyword, params }: Fault, { object, definition, definitions }: Subject): Place {
  const start: Step = { path: [], value: object, schema: resolve(definition, definitions), siblings: [] };
  // An unknown or missing key is told of where it stands or ought to.
  const key = params.additionalProperty ?? params.missingProperty;
  const names = [...namesIn(instancePath), ...(typeof key === 'string' ? [key] : [])];
  return { ...names.reduce((at, name) => step(at, name, definitions), start), keyword, params };
}

function step({ path, value, schema }: Step, name: string, definitions: Subject['definitions']): Step {
  const { items, properties = {}, additionalProperties } = schema;
  const isList = Array.isArray(value);
  const inner = isList ? items : Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  return {
    path: [...path, isList ? Number(name) : name],
    value: typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined,
    schema: resolve(inner ?? {}, definitions),
    siblings: Object.keys(properties),
  };
}

function resolve(schema: Schema, definitions: Subject['definitions']): SchemaOf {
  return typeof schema === 'string' ? resolve(definitions[schema] ?? {}, definitions) : schema;
}

/** @see https://www.rfc-editor.org/rfc/rfc6901 */
function namesIn(pointer: string): string[] {
  const names = pointer.split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The path of a key that is there under another spelling. */
function misspeltKey({ keyword, path, siblings }: Place, suggest: Suggest): string | undefined {
  const meant = keyword === 'additionalProperties' ? suggest(String(path.at(-1)), siblings) : undefined;
  return meant && formatPath([...path.slice(0, -1), meant]);
}

function complaintOf(place: Place, suggest: Suggest): Complaint {
  const { path, value, schema, keyword, params } = place;
  const say = (problem: string, fix: string): Complaint => ({ path: formatPath(path), problem, fix });
  const unfit = value === '' ? 'Empty.' : `${show(value)} is not possible here.`;
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(path.at(-1));
      const meant = suggest(key, place.siblings);
      return say(`Unknown key ${quote(key)}.`, meant ? `Did you mean ${quote(meant)}?` : possible(place.siblings));
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
    case 'keys': {
      const keys = listed(Object.keys(schema.keys ?? {}), 'and');
      return say(`Two elements have the same ${keys}: ${sameValues(params.same)}.`, 'Keep one of them.');
    }
    case 'uniqueItems':
      return say(`${show(Reflect.get(Object(value), Number(params.i)))} stands there twice.`, 'Keep one of them.');
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

/** The values of the keys as the validator compares them: a JSON list. */
function sameValues(same: unknown): string {
  const values: readonly unknown[] = typeof same === 'string' ? JSON.parse(same) : [];
  return values.map(show).join(', ');
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
