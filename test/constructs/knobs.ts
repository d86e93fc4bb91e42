import * as z from 'zod';

/** One knob of an input, and other values that it could have. */
export interface Knob {
  /** `apps[].scale.min`: the same for all elements of a list and all entries of a map. */
  readonly path: string;
  /** The whole input with this knob turned, in as many ways as are worth trying. Not all need be valid. */
  readonly turned: readonly unknown[];
}

/** Texts of every form that some knob asks for; a knob takes those that its schema accepts. */
const TEXTS = [
  'other',
  'web',
  'cart',
  '/other',
  'none',
  'other.example.net',
  '10.99.0.0/16',
  '10.99.0.53',
  'https://other.example.net/path',
  'other@example.net',
  'v1.33',
  '1.33',
  `images.example.com/other:1@sha256:${'0'.repeat(64)}`,
  'other.example.com/',
  'OTHER',
  '48Mi',
  'shop Deployment/web',
  '2027-01-31',
  '1Gi',
  `sha256:${'0'.repeat(64)}`,
  '30 4 * * *',
  'database/password',
  'b3RoZXI=',
  '0555',
  '250m',
];

/** Every knob that a schema has, found by walking it along a value: a new member is covered as soon as it is there. */
export function knobsOf(schema: z.ZodType, value: unknown): Knob[] {
  const turns = new Map<string, unknown[]>();
  walk(schema, value, '', (turned) => turned);
  return [...turns].map(([path, turned]) => ({ path, turned }));

  function walk(schema: z.ZodType, value: unknown, path: string, put: (value: unknown) => unknown): void {
    const turn = (...values: unknown[]) => turns.set(path, [...(turns.get(path) ?? []), ...values.map(put)]);
    if (schema instanceof z.ZodOptional) {
      if (value !== undefined) turn(undefined);
      walk(schema.unwrap() as z.ZodType, value, path, put);
    } else if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
      walk(schema.unwrap() as z.ZodType, value, path, put);
    } else if (schema instanceof z.ZodObject) {
      walkObject(schema, value, path, put);
    } else if (schema instanceof z.ZodRecord) {
      walkRecord(schema, (value ?? {}) as Record<string, unknown>, path, put, turn);
    } else if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) {
      walkList(schema, (value ?? []) as unknown[], path, put, turn);
    } else if (schema instanceof z.ZodUnion) {
      for (const option of schema.options as z.ZodType[]) {
        if (value === undefined || option.safeParse(value).success) walk(option, value, path, put);
        else turn(...samples(option));
      }
    } else if (!(schema instanceof z.ZodLiteral)) turn(...otherValues(schema, value));
  }

  function walkObject(schema: z.ZodObject, value: unknown, path: string, put: (value: unknown) => unknown): void {
    const own = (value ?? {}) as Record<string, unknown>;
    for (const [key, member] of Object.entries(schema.shape) as [string, z.ZodType][]) {
      // What is absent has no members that could be turned alone, so its required ones come along.
      const base = value === undefined ? minimal(schema) : own;
      walk(member, base[key], path ? `${path}.${key}` : key, (turned) => put(withMember(base, key, turned)));
    }
  }

  function walkRecord(
    schema: z.ZodRecord,
    value: Record<string, unknown>,
    path: string,
    put: (value: unknown) => unknown,
    turn: (...values: unknown[]) => void,
  ): void {
    for (const key of Object.keys(value)) {
      turn(withMember(value, key, undefined));
      walk(schema.valueType as z.ZodType, value[key], `${path}[]`, (turned) => put(withMember(value, key, turned)));
    }
    const [added] = samples(schema.valueType as z.ZodType);
    for (const key of samples(schema.keyType as z.ZodType))
      if (!(String(key) in value)) turn({ ...value, [String(key)]: added });
  }

  function walkList(
    schema: z.ZodArray | z.ZodTuple,
    value: unknown[],
    path: string,
    put: (value: unknown) => unknown,
    turn: (...values: unknown[]) => void,
  ): void {
    const element = (schema instanceof z.ZodArray ? schema.element : schema.def.items[0]) as z.ZodType;
    for (const [index, part] of value.entries()) {
      turn(value.toSpliced(index, 1));
      walk(element, part, `${path}[]`, (turned) => put(value.with(index, turned)));
    }
    for (const added of samples(element)) turn([...value, added]);
  }
}

function withMember(value: Record<string, unknown>, key: string, member: unknown): Record<string, unknown> {
  const { [key]: _, ...rest } = value;
  return member === undefined ? rest : { ...value, [key]: member };
}

/** Values other than this one that a leaf could have. */
function otherValues(schema: z.ZodType, value: unknown): unknown[] {
  return samples(schema).filter((other) => other !== value && schema.safeParse(other).success);
}

/** Values that a schema accepts. */
function samples(schema: z.ZodType): unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return samples(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodEnum) return [...schema.options];
  if (schema instanceof z.ZodLiteral) return [...schema.values];
  if (schema instanceof z.ZodBoolean) return [true, false];
  if (schema instanceof z.ZodNumber)
    return [3, 7, 42, 90, 1234, 2345].filter((number) => schema.safeParse(number).success);
  if (schema instanceof z.ZodObject) return [minimal(schema)];
  if (schema instanceof z.ZodRecord) return sampleRecords(schema);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(samples);
  if (schema instanceof z.ZodArray) return [samples(schema.element as z.ZodType).slice(0, 1)];
  return TEXTS.filter((text) => schema.safeParse(text).success);
}

function sampleRecords(schema: z.ZodRecord): unknown[] {
  const [value] = samples(schema.valueType as z.ZodType);
  return samples(schema.keyType as z.ZodType).map((key) => ({ [String(key)]: value }));
}

/** An object with no more than what it must have. */
function minimal(schema: z.ZodObject): Record<string, unknown> {
  const required = (Object.entries(schema.shape) as [string, z.ZodType][]).filter(
    ([, member]) => !member.safeParse(undefined).success,
  );
  return Object.fromEntries(required.map(([key, member]) => [key, samples(member)[0]]));
}
