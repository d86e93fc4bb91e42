/** An object that does not have the shape which the proof knows. Whoever reads it reports the object as unsupported. */
export class Unreadable extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
  ) {
    super(`${path}: expected ${expected}`);
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** The members of an object; none where it is left out. */
export function readFields(value: unknown, path: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new Unreadable(path, 'an object');
  return value as Fields;
}

/** The elements of a list; none where it is left out. */
export function readList(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Unreadable(path, 'a list');
  return value;
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new Unreadable(path, 'a text');
  return value;
}

export function readTexts(value: unknown, path: string): readonly string[] {
  return readList(value, path).map((element, index) => readText(element, `${path}[${index}]`));
}

export function readLabels(value: unknown, path: string): Readonly<Record<string, string>> {
  const fields = readFields(value, path);
  for (const [key, label] of Object.entries(fields)) readText(label, `${path}.${key}`);
  return fields as Readonly<Record<string, string>>;
}

/** @throws {Unreadable} when there is a member that the proof does not know, and so cannot judge */
export function refuseOthers(fields: Fields, known: readonly string[], path: string): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key) && fields[key] !== undefined);
  if (unknown !== undefined) throw new Unreadable(path ? `${path}.${unknown}` : unknown, 'nothing of this name');
}
