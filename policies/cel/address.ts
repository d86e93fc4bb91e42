/** An IP address: 4 bytes or 16. */
export class Address {
  constructor(
    readonly value: bigint,
    readonly bits: 32 | 128,
  ) {}

  /** The address that `text` says, as strict as Kubernetes: no leading zeros, no zone, no IPv4 inside IPv6. */
  static read(text: string): Address | undefined {
    return text.includes(':') ? readV6(text) : readV4(text);
  }

  get family(): bigint {
    return this.bits === 32 ? 4n : 6n;
  }
}

/** A block of addresses. */
export class Block {
  constructor(
    readonly address: Address,
    readonly length: number,
  ) {}

  static read(text: string): Block | undefined {
    const [, start = '', digits = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
    const address = Address.read(start);
    const length = Number(digits);
    return address && length <= address.bits ? new Block(address, length) : undefined;
  }

  contains(address: Address): boolean {
    if (address.bits !== this.address.bits) return false;
    const rest = BigInt(this.address.bits - this.length);
    return address.value >> rest === this.address.value >> rest;
  }

  containsBlock(other: Block): boolean {
    return other.length >= this.length && this.contains(other.address);
  }
}

function readV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return new Address(
    parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n),
    32,
  );
}

function readV6(text: string): Address | undefined {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return new Address(
    all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n),
    128,
  );
}
