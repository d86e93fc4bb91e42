/**
 * A JSON value as CEL sees it: whole numbers are integers, and a member that is null is not there, which is how the API server
 * reads the manifest of a built-in kind.
 */
export function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = Reflect.get(value, key);
    if (member !== null && member !== undefined) copy[key] = toCel(member);
  }
  return copy;
}
