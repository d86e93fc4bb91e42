import { UnknownValue } from '../cel/unknown';
import { toCel } from '../cel/value';

/**
 * What Pulumi hands over, as CEL sees it. During a preview, reading what is not known yet throws; here it throws only when a
 * rule asks for it, so that every other rule still judges.
 */
export function knownParts(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return toCel(value);
  const copy: object = Array.isArray(value) ? [] : {};
  const members = Object.keys(value).map((key) => [key, read(value, key)] as const);
  for (const [key, member] of members) {
    const isThere = member !== null && member !== undefined && !(member instanceof UnknownValue);
    if (isThere) Reflect.set(copy, key, knownParts(member));
  }
  // After the others: to tell a map's type, the engine looks at its first member.
  for (const [key, member] of members) {
    if (member instanceof UnknownValue)
      Object.defineProperty(copy, key, { enumerable: true, get: () => raise(member) });
  }
  return copy;
}

function read(holder: object, key: string): unknown {
  try {
    return Reflect.get(holder, key);
  } catch (error) {
    return new UnknownValue(error instanceof Error ? error.message : String(error));
  }
}

function raise(error: Error): never {
  throw error;
}
