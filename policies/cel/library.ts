import type { Environment } from '@marcbachmann/cel-js';
import { Address, Block } from './address';
import { Quantity } from './quantity';

/**
 * Adds to `environment` what Kubernetes offers beyond CEL itself, as far as rules use it.
 * @see https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-list-library and the libraries after it
 */
export function addKubernetesLibrary(environment: Environment): Environment {
  addTexts(environment);
  addLists(environment);
  addQuantities(environment);
  addAddresses(environment);
  return environment;
}

function addTexts(environment: Environment): void {
  environment
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction('string.charAt(int): string', (text: string, index: bigint) => {
      const letters = [...text];
      if (index < 0n || index > letters.length) throw new Error(`index out of range: ${index}`);
      return letters[Number(index)] ?? '';
    })
    .registerFunction('string.find(string): string', (text: string, pattern: string) => {
      return new RegExp(pattern).exec(text)?.[0] ?? '';
    })
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) =>
      [...text.matchAll(new RegExp(pattern, 'g'))].map(([found]) => found),
    );
}

function addLists(environment: Environment): void {
  const extreme = (
    list: readonly (bigint | string)[],
    isBetter: (a: bigint | string, b: bigint | string) => boolean,
  ) => {
    if (list.length === 0) throw new Error('min or max of an empty list');
    return list.reduce((best, each) => (isBetter(each, best) ? each : best));
  };
  environment
    .registerFunction('list.sum(): int', (list: readonly bigint[]) => list.reduce((sum, each) => sum + each, 0n))
    .registerFunction('list.min(): dyn', (list: readonly (bigint | string)[]) => extreme(list, (a, b) => a < b))
    .registerFunction('list.max(): dyn', (list: readonly (bigint | string)[]) => extreme(list, (a, b) => a > b))
    .registerFunction('list.isSorted(): bool', (list: readonly (bigint | string)[]) =>
      list.every((each, index) => index === 0 || (list[index - 1] ?? each) <= each),
    );
}

function addQuantities(environment: Environment): void {
  const type = 'kubernetes.Quantity';
  environment
    .registerType(type, { ctor: Quantity, fields: {} })
    .registerFunction(`quantity(string): ${type}`, (text: string) => need(Quantity.read(text), text, 'quantity'))
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.read(text) !== undefined)
    .registerFunction(`${type}.compareTo(${type}): int`, (a: Quantity, b: Quantity) => a.compareTo(b))
    .registerFunction(`${type}.isGreaterThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compareTo(b) > 0n)
    .registerFunction(`${type}.isLessThan(${type}): bool`, (a: Quantity, b: Quantity) => a.compareTo(b) < 0n);
}

function addAddresses(environment: Environment): void {
  const [ip, cidr] = ['net.IP', 'net.CIDR'] as const;
  const readIp = (text: string) => need(Address.read(text), text, 'IP address');
  const readCidr = (text: string) => need(Block.read(text), text, 'CIDR block');
  environment
    .registerType(ip, { ctor: Address, fields: {} })
    .registerType(cidr, { ctor: Block, fields: {} })
    .registerFunction(`ip(string): ${ip}`, readIp)
    .registerFunction('isIP(string): bool', (text: string) => Address.read(text) !== undefined)
    .registerFunction(`${ip}.family(): int`, (address: Address) => address.family)
    .registerFunction(`cidr(string): ${cidr}`, readCidr)
    .registerFunction('isCIDR(string): bool', (text: string) => Block.read(text) !== undefined)
    .registerFunction(`${cidr}.prefixLength(): int`, (block: Block) => BigInt(block.length))
    .registerFunction(`${cidr}.containsIP(${ip}): bool`, (block: Block, address: Address) => block.contains(address))
    .registerFunction(`${cidr}.containsIP(string): bool`, (block: Block, text: string) => block.contains(readIp(text)))
    .registerFunction(`${cidr}.containsCIDR(${cidr}): bool`, (block: Block, other: Block) => block.containsBlock(other))
    .registerFunction(`${cidr}.containsCIDR(string): bool`, (block: Block, text: string) =>
      block.containsBlock(readCidr(text)),
    );
}

function need<Value>(value: Value | undefined, text: string, what: string): Value {
  if (value === undefined) throw new Error(`"${text}" is no ${what}`);
  return value;
}
