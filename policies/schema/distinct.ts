/** The place of the first element that says of itself what an earlier one says, or -1. */
export function firstRepetition(elements: readonly unknown[], identify: (element: unknown) => unknown): number {
  const seen = new Set<unknown>();
  return elements.findIndex((element) => {
    const before = seen.size;
    return seen.add(identify(element)).size === before;
  });
}

/** How the elements of a list are told apart by their keys; one that does not name a key has its default. */
export function identityBy(keys: Readonly<Record<string, unknown>>): (element: unknown) => unknown {
  const names = Object.keys(keys);
  const [only, ...others] = names;
  // Most lists have one key, and then no text has to be made of it.
  if (only !== undefined && others.length === 0) return (element) => comparable(keyOf(element, only, keys));
  return (element) => JSON.stringify(valuesOf(element, keys));
}

/** What an element says in its keys. */
export function valuesOf(element: unknown, keys: Readonly<Record<string, unknown>>): unknown[] {
  return Object.keys(keys).map((name) => keyOf(element, name, keys));
}

/** Equal for equal values, also for lists and maps. */
export function comparable(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function keyOf(element: unknown, name: string, keys: Readonly<Record<string, unknown>>): unknown {
  return (element as Readonly<Record<string, unknown>> | null | undefined)?.[name] ?? keys[name];
}
