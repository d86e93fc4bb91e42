/** JSON whose shape nobody has promised. */
export type Fields = Readonly<Record<string, unknown>>;

const NONE: Fields = {};

/** The members of an object. Of anything else: none. That a shape is right is for the schemas to say. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NONE;
}

/** The value that lies below `keys`, or `undefined`. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => fieldsOf(inner)[key], value);
}

/** The elements of a list. Of anything else: none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or nothing where there is something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list. */
export function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((element) => typeof element === 'string');
}
