import * as z from 'zod';
import type { Problem } from './problem';

type Path = Problem['path'];

/** What stands at `path`, or `undefined`. */
export function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return Reflect.get(value, part);
  }, input);
}

/** The schema of what stands at `path`, as it is declared. Where a choice is open, what `input` says decides. */
export function schemaAt(schema: z.ZodType, input: unknown, path: Path): z.ZodType | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return schema;
  const member = memberOf(required(schema), input, part);
  return member && schemaAt(member, valueAt(input, [part]), rest);
}

function memberOf(schema: z.ZodType, input: unknown, part: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodTuple) return (schema.def.items[Number(part)] ?? schema.def.rest) as z.ZodType;
  if (schema instanceof z.ZodDiscriminatedUnion && part === schema.def.discriminator) return kindsOf(schema);
  return meantOptions(schema, input).flatMap((option) => memberOf(option, input, part) ?? [])[0];
}

/** What the member may say that decides between the options. */
function kindsOf(union: z.ZodDiscriminatedUnion): z.ZodType {
  const kinds = optionsOf(union).flatMap((option) => {
    const kind = memberOf(option, undefined, union.def.discriminator);
    if (kind instanceof z.ZodEnum) return kind.options;
    return kind instanceof z.ZodLiteral ? [...kind.values] : [];
  });
  return z.literal(kinds);
}

/** The schema without what says that it may be left out. */
export function required(schema: z.ZodType): z.ZodType {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodDefault || current instanceof z.ZodPrefault) {
    current = current.unwrap() as z.ZodType;
  }
  return current;
}

export function isOptional(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}

/** The options of a union. */
export function optionsOf(schema: z.ZodType): z.ZodType[] {
  return schema instanceof z.ZodUnion ? (schema.options as z.ZodType[]).map(required) : [];
}

/** The options that say of themselves, in their literals or in what decides between them, what `input` says. */
function meantOptions(union: z.ZodType, input: unknown): z.ZodType[] {
  const discriminator = union instanceof z.ZodDiscriminatedUnion ? union.def.discriminator : undefined;
  const says = (key: string, member: z.core.$ZodType) => key === discriminator || member instanceof z.ZodLiteral;
  return optionsOf(union).filter(
    (option) =>
      !(option instanceof z.ZodObject) ||
      Object.entries(option.shape).every(
        ([key, member]) => !says(key, member) || required(member).safeParse(valueAt(input, [key])).success,
      ),
  );
}

/** The keys that a map may hold. Those that no value satisfies are there only to say why not. */
export function keysOf(declared: z.ZodType, input: unknown): string[] {
  const schema = required(declared);
  return [schema, ...meantOptions(schema, input)].flatMap((map) =>
    map instanceof z.ZodObject ? Object.keys(map.shape).filter((key) => !isImpossible(map.shape[key])) : [],
  );
}

function isImpossible(schema: z.ZodType): boolean {
  return required(schema) instanceof z.ZodNever;
}

/** The member of a map that may hold `key`: the writer indented it too little. */
export function memberHolding(key: string, declared: z.ZodType): string | undefined {
  const map = required(declared);
  const members: [string, z.ZodType][] = Object.entries(map instanceof z.ZodObject ? map.shape : {});
  return members.find(([, member]) => keysOf(member, undefined).includes(key))?.[0];
}
