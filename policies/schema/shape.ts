import { type Limit, limitsOf } from './limits';
import { loadDefinition, type Schema, type SchemaOf } from './schemas';

/** One thing that is wrong. */
export interface Fault {
  readonly path: Path;
  /** What stands at the path. */
  readonly value: unknown;
  /** What ought to stand there. */
  readonly schema: SchemaOf;
  /** The part of the schema that is not held. */
  readonly keyword: string;
  /** The keys that its map may have, if it is a key that is unknown. */
  readonly siblings: readonly string[];
}

export type Path = readonly (string | number)[];

/**
 * A schema that values are held against. It is walked as data and made ready part by part, when a value first gets there: that
 * starts several times as fast as code that is generated from schemas, which has to be compiled on every start.
 */
export class Shape {
  private static readonly known = new Map<Schema, Shape>();

  private readonly types: number;
  private readonly limits: readonly Limit[];
  private readonly hasAlternatives: boolean;
  private readonly required: readonly string[];
  private readonly members = new Map<string, Shape>();
  /** What every member ought to be, where they are not told apart by name. */
  private others: Shape | undefined;
  private elements: Shape | undefined;

  private constructor(readonly schema: SchemaOf) {
    this.types = typesOf(schema);
    this.limits = limitsOf(schema);
    this.required = schema.required ?? [];
    this.hasAlternatives = ALTERNATIVES.some((keyword) => keyword in schema);
  }

  /** The shape that a schema says, always the same one. */
  static of(schema: Schema): Shape {
    const known = Shape.known.get(schema);
    if (known) return known;
    const shape = typeof schema === 'string' ? Shape.of(loadDefinition(schema)) : new Shape(schema);
    Shape.known.set(schema, shape);
    return shape;
  }

  /** Whether a value is as the schema wants it. */
  fits(value: unknown): boolean {
    return this.check(value);
  }

  /** Everything that is wrong with a value. */
  faultsOf(value: unknown): Fault[] {
    const faults: Fault[] = [];
    this.check(value, { path: [], faults });
    return faults;
  }

  /** Without a trace it stops at the first fault. */
  private check(value: unknown, trace?: Trace): boolean {
    if ((typeOf(value) & this.types) === 0) return refuse(trace, this.schema, 'type', value);
    if (value === null) return true;
    let fits = true;
    for (const { keyword, holds } of this.limits) {
      if (holds(value)) continue;
      fits = refuse(trace, this.schema, keyword, value);
      if (!trace) return false;
    }
    if (typeof value === 'object' && !this.checkParts(value, trace)) fits = false;
    if (this.hasAlternatives && !this.checkAlternatives(value, trace)) fits = false;
    return fits;
  }

  private checkParts(value: object, trace?: Trace): boolean {
    if (Array.isArray(value)) return this.checkElements(value, trace);
    const map = value as Readonly<Record<string, unknown>>;
    const isComplete = this.checkRequired(map, trace);
    return (isComplete || trace !== undefined) && this.checkMembers(map, trace) && isComplete;
  }

  private checkElements(list: readonly unknown[], trace?: Trace): boolean {
    const { items } = this.schema;
    if (items === undefined) return true;
    this.elements ??= Shape.of(items);
    let fits = true;
    for (let index = 0; index < list.length; index++) {
      if (this.elements.check(list[index], trace && into(trace, index))) continue;
      fits = false;
      if (!trace) return false;
    }
    return fits;
  }

  private checkRequired(map: Readonly<Record<string, unknown>>, trace?: Trace): boolean {
    let fits = true;
    for (const name of this.required) {
      if (map[name] !== undefined) continue;
      fits = false;
      if (!trace) return false;
      refuse(into(trace, name), Shape.of(this.schema.properties?.[name] ?? ANYTHING).schema, 'required', undefined);
    }
    return fits;
  }

  private checkMembers(map: Readonly<Record<string, unknown>>, trace?: Trace): boolean {
    let fits = true;
    for (const name in map) {
      const value = map[name];
      // As in JSON, where such a member would not be written.
      if (value === undefined) continue;
      const shape = this.member(name);
      if (shape?.check(value, trace && into(trace, name))) continue;
      fits = false;
      if (!trace) return false;
      if (!shape)
        refuse(into(trace, name), ANYTHING, 'additionalProperties', value, Object.keys(this.schema.properties ?? {}));
    }
    return fits;
  }

  /** What a member ought to be; `undefined` if there must be none of that name. */
  private member(name: string): Shape | undefined {
    const known = this.others ?? this.members.get(name);
    if (known) return known;
    const { properties, open, additionalProperties = ANYTHING } = this.schema;
    if (!properties) {
      this.others = Shape.of(additionalProperties);
      return this.others;
    }
    const schema = Object.hasOwn(properties, name) ? properties[name] : open && ANYTHING;
    if (schema === undefined) return undefined;
    const shape = Shape.of(schema);
    this.members.set(name, shape);
    return shape;
  }

  /** Where alternatives are tried, the faults of each are of no use: that none fits is a fault of its own. */
  private checkAlternatives(value: unknown, trace?: Trace): boolean {
    const { anyOf, oneOf, allOf = [], not } = this.schema;
    const fits = (schema: SchemaOf) => Shape.of(schema).fits(value);
    if (anyOf && !anyOf.some(fits)) return refuse(trace, this.schema, 'anyOf', value);
    if (oneOf && oneOf.filter(fits).length !== 1) return refuse(trace, this.schema, 'oneOf', value);
    if (not && fits(not)) return refuse(trace, this.schema, 'not', value);
    return allOf.map((schema) => Shape.of(schema).check(value, trace)).every(Boolean);
  }
}

const ANYTHING: SchemaOf = {};

/** Where a check is, and what it has found so far. */
interface Trace {
  readonly path: Path;
  readonly faults: Fault[];
}

function into({ path, faults }: Trace, part: string | number): Trace {
  return { path: [...path, part], faults };
}

function refuse(
  trace: Trace | undefined,
  schema: SchemaOf,
  keyword: string,
  value: unknown,
  siblings: readonly string[] = [],
): false {
  trace?.faults.push({ path: trace.path, value, schema, keyword, siblings });
  return false;
}

const ALTERNATIVES = ['anyOf', 'oneOf', 'allOf', 'not'];

/** Types as bits: a whole number is both an integer and a number. */
const TYPES: Readonly<Record<string, number>> = {
  string: 1,
  boolean: 2,
  integer: 4,
  number: 4 | 8,
  array: 16,
  object: 32,
  null: 64,
};
const ANY = 127;

function typesOf({ type, nullable }: SchemaOf): number {
  if (type === undefined) return ANY;
  const types = [type].flat().reduce((bits, name) => bits | (TYPES[name] ?? 0), 0);
  return nullable ? types | 64 : types;
}

function typeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return 1;
    case 'boolean':
      return 2;
    case 'number':
      return Number.isInteger(value) ? 4 : Number.isFinite(value) ? 8 : 0;
    case 'object':
      return value === null ? 64 : Array.isArray(value) ? 16 : 32;
    default:
      return 0;
  }
}
