const PRIME = 0x01000193;

/**
 * Sixteen hexadecimal digits that change when the text does. Two FNV-1a hashes of 32 bits, from different beginnings: enough
 * to see a change, no protection against one who wants two texts to look alike.
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fingerprint(text: string): string {
  return [0x811c9dc5, 0x9e3779b9].map((start) => hash(text, start).toString(16).padStart(8, '0')).join('');
}

function hash(text: string, start: number): number {
  let value = start;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), PRIME);
  return value >>> 0;
}
