/**
 * What rules may call, by the Kubernetes minor that first offers it. What Kubernetes offers beyond this list is refused too, as
 * long as nobody has shown that both engines read it alike.
 * @see https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries
 */
export const FUNCTIONS: Readonly<Record<string, number>> = {
  ...{ has: 0, size: 0, dyn: 0, type: 0, string: 0, int: 0, double: 0, bool: 0, duration: 0 },
  ...{ quantity: 28, isQuantity: 28, ip: 30, isIP: 30, cidr: 30, isCIDR: 30 },
};

export const METHODS: Readonly<Record<string, number>> = {
  ...{ all: 0, exists: 0, exists_one: 0, map: 0, filter: 0, size: 0 },
  ...{ startsWith: 0, endsWith: 0, contains: 0, matches: 0, split: 0, join: 0, trim: 0, substring: 0, replace: 0 },
  ...{ lowerAscii: 0, upperAscii: 0, indexOf: 0, lastIndexOf: 0, charAt: 0 },
  ...{ find: 0, findAll: 0, isSorted: 0, sum: 0, min: 0, max: 0 },
  ...{ of: 28, none: 28, hasValue: 28, value: 28, or: 28, orValue: 28, optMap: 28 },
  ...{ compareTo: 28, isGreaterThan: 28, isLessThan: 28 },
  ...{ family: 30, containsIP: 30, containsCIDR: 30, prefixLength: 30 },
};

/** Methods whose argument is a regular expression. */
export const PATTERNS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);
