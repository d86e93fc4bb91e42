import { differenceOf, NO_PORTS, type Ports, unionOf } from './ports';

/** Addresses from `first` to `last`, both included. */
export interface Block {
  readonly bits: 32 | 128;
  readonly first: bigint;
  readonly last: bigint;
}

/** Ports at addresses. */
export interface Place {
  readonly block: Block;
  readonly ports: Ports;
}

const ALL_OF = (bits: 32 | 128): Block => ({ bits, first: 0n, last: (1n << BigInt(bits)) - 1n });

/** Every address that there is. */
export const ALL_ADDRESSES: readonly Block[] = [ALL_OF(32), ALL_OF(128)];

/** The addresses of a range in CIDR notation, or of one address; `undefined`: it is neither. */
export function parseBlock(text: string): Block | undefined {
  const [, address = '', prefix] = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bits = address.includes(':') ? 128 : 32;
  const value = bits === 128 ? parseLong(address) : parseShort(address);
  const length = prefix === undefined ? bits : Number(prefix);
  if (value === undefined || length > bits) return undefined;
  const rest = BigInt(bits - length);
  const first = (value >> rest) << rest;
  return { bits, first, last: first + (1n << rest) - 1n };
}

function parseShort(address: string): bigint | undefined {
  const parts = address.split('.').map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  if (parts.length !== 4 || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((value, part) => (value << 8n) + BigInt(part), 0n);
}

function parseLong(address: string): bigint | undefined {
  const short = /^(.*:)(\d+(?:\.\d+){3})$/.exec(address);
  if (short) {
    const value = parseShort(short[2] ?? '');
    return value === undefined
      ? undefined
      : parseLong(`${short[1]}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`);
  }
  const [left = '', right, ...more] = address.split('::');
  const groupsOf = (text: string | undefined) => (text ? text.split(':') : []);
  const [head, tail] = [groupsOf(left), groupsOf(right)];
  const gap = 8 - head.length - tail.length;
  if (more.length > 0 || (right === undefined ? gap !== 0 : gap < 1)) return undefined;
  const groups = [...head, ...Array<string>(gap).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((value, group) => (value << 16n) + BigInt(`0x${group}`), 0n);
}

/** The addresses of `block` that lie in none of `holes`. */
export function withoutBlocks(block: Block, holes: readonly Block[]): Block[] {
  let rest = [block];
  for (const hole of holes) rest = rest.flatMap((part) => cut(part, hole));
  return rest;
}

function cut(block: Block, hole: Block): Block[] {
  if (hole.bits !== block.bits || hole.last < block.first || hole.first > block.last) return [block];
  const { bits, first, last } = block;
  const parts = [
    { bits, first, last: hole.first - 1n },
    { bits, first: hole.last + 1n, last },
  ];
  return parts.filter((part) => part.first <= part.last);
}

/** What `left` holds and `right` does not: neighbours of the same ports are one place. */
export function placesWithout(left: readonly Place[], right: readonly Place[]): Place[] {
  return [32, 128].flatMap((bits) => {
    const ofFamily = ({ block }: Place) => block.bits === bits;
    return differenceIn(left.filter(ofFamily), right.filter(ofFamily));
  });
}

/** Between two neighbouring bounds no set of ports changes, so each stretch between them is compared once. */
function differenceIn(left: readonly Place[], right: readonly Place[]): Place[] {
  const bounds = [...new Set([...left, ...right].flatMap(({ block }) => [block.first, block.last + 1n]))].sort(
    ascending,
  );
  const rest: Place[] = [];
  for (const [index, first] of bounds.entries()) {
    const end = bounds[index + 1];
    if (end === undefined) break;
    const ports = differenceOf(portsAt(left, first), portsAt(right, first));
    const bits = left[0]?.block.bits;
    if (ports.length === 0 || bits === undefined) continue;
    const previous = rest.at(-1);
    if (previous?.block.last === first - 1n && isSame(previous.ports, ports)) {
      rest[rest.length - 1] = { ports, block: { ...previous.block, last: end - 1n } };
    } else rest.push({ ports, block: { bits, first, last: end - 1n } });
  }
  return rest;
}

/** The ports that places hold at one address. */
function portsAt(places: readonly Place[], address: bigint): Ports {
  const here = places.filter(({ block }) => block.first <= address && address <= block.last);
  return here.length === 0 ? NO_PORTS : unionOf(here.map(({ ports }) => ports));
}

function isSame(left: Ports, right: Ports): boolean {
  return differenceOf(left, right).length + differenceOf(right, left).length === 0;
}

function ascending(left: bigint, right: bigint): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `10.0.0.0/8`, or `10.0.0.1 to 10.0.0.9` where one range does not say it. */
export function describeBlock({ bits, first, last }: Block): string {
  const size = last - first + 1n;
  const isRange = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isRange) return `${describeAddress(first, bits)} to ${describeAddress(last, bits)}`;
  return `${describeAddress(first, bits)}/${bits - (size.toString(2).length - 1)}`;
}

function describeAddress(value: bigint, bits: 32 | 128): string {
  const [parts, size] = bits === 32 ? ([4, 8n] as const) : ([8, 16n] as const);
  const numbers = Array.from({ length: parts }, (_, index) => {
    const shift = size * BigInt(parts - 1 - index);
    return (value >> shift) & ((1n << size) - 1n);
  });
  if (bits === 32) return numbers.join('.');
  const text = numbers.map((number) => number.toString(16)).join(':');
  return text.replace(/(^|:)0(:0)+(:|$)/, '::');
}
