/** A change of one field, by its path; `undefined` stands for a field that is not there. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * What differs between two values, field by field, in the order in which the later one names them. Lists whose elements all have
 * a distinct `name` are compared by it, so that an element put in front does not change all others.
 */
export function changedFields(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return changedElements(before, after, path);
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return keys.flatMap((key) => changedFields(before[key], after[key], path ? `${path}.${key}` : key));
  }
  return [{ path, before, after }];
}

/** Every field of a value that holds no others, by the path that `changedFields` gives it. */
export function fieldsOf(value: unknown, path = ''): { readonly path: string; readonly value: unknown }[] {
  if (Array.isArray(value)) {
    const named = byName(value);
    return value.flatMap((element, index) => {
      const key = named && isObject(element) ? `${element.name}` : index;
      return fieldsOf(element, `${path}[${key}]`);
    });
  }
  if (isObject(value))
    return Object.entries(value).flatMap(([key, member]) => fieldsOf(member, path ? `${path}.${key}` : key));
  return [{ path, value }];
}

function changedElements(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const [named, renamed] = [byName(before), byName(after)];
  const keys =
    named && renamed
      ? [...new Set([...renamed.keys(), ...named.keys()])]
      : Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
  return keys.flatMap((key) => {
    const at = (list: readonly unknown[], names: typeof named) =>
      typeof key === 'number' ? list[key] : names?.get(key);
    return changedFields(at(before, named), at(after, renamed), `${path}[${key}]`);
  });
}

function byName(list: readonly unknown[]): Map<string, unknown> | undefined {
  const names = new Map(list.map((element) => [isObject(element) ? element.name : undefined, element]));
  if (names.size !== list.length || ![...names.keys()].every((name) => typeof name === 'string')) return undefined;
  return names as Map<string, unknown>;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
