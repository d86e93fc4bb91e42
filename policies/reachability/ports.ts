export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

export type Protocol = (typeof PROTOCOLS)[number];

interface Range {
  readonly protocol: Protocol;
  readonly first: number;
  readonly last: number;
}

/** A set of ports: ranges by protocol, in order, apart from each other. */
export type Ports = readonly Range[];

const LAST_PORT = 65_535;

export const NO_PORTS: Ports = [];

export const ALL_PORTS: Ports = PROTOCOLS.map((protocol) => ({ protocol, first: 1, last: LAST_PORT }));

export function portRange(protocol: Protocol, first: number, last = first): Ports {
  return first > last ? NO_PORTS : [{ protocol, first, last }];
}

/** The ports that are in any of the sets. */
export function unionOf(sets: readonly Ports[]): Ports {
  if (sets.length <= 1) return sets[0] ?? NO_PORTS;
  const [first = NO_PORTS, ...rest] = sets.filter((set) => set.length > 0);
  if (rest.every((set) => set === first || isSame(set, first))) return first;
  const merged: Range[] = [];
  for (const range of [first, ...rest].flat().sort(byPlace)) {
    const previous = merged.at(-1);
    if (previous && previous.protocol === range.protocol && range.first <= previous.last + 1) {
      merged[merged.length - 1] = { ...previous, last: Math.max(previous.last, range.last) };
    } else merged.push(range);
  }
  return merged;
}

/** The ports that are in both sets. */
export function intersectionOf(left: Ports, right: Ports): Ports {
  if (left === ALL_PORTS || left === right) return right;
  if (right === ALL_PORTS) return left;
  return left.flatMap(({ protocol, first, last }) =>
    right.flatMap((other) =>
      other.protocol === protocol ? portRange(protocol, Math.max(first, other.first), Math.min(last, other.last)) : [],
    ),
  );
}

/** The ports of `left` that are not in `right`. */
export function differenceOf(left: Ports, right: Ports): Ports {
  if (left.length === 0 || right.length === 0) return left;
  if (left === right || isSame(left, right)) return NO_PORTS;
  return left.flatMap((range) => {
    let rest: Ports = [range];
    for (const cut of right) if (cut.protocol === range.protocol) rest = rest.flatMap((part) => without(part, cut));
    return rest;
  });
}

/** Whether two sets hold the same ports: of that there is one way to write it. */
function isSame(left: Ports, right: Ports): boolean {
  return (
    left.length === right.length &&
    left.every(({ protocol, first, last }, index) => {
      const other = right[index];
      return other?.first === first && other.last === last && other.protocol === protocol;
    })
  );
}

/** Whether `ports` are all in `all`. */
export function coversPorts(all: Ports, ports: Ports): boolean {
  return all === ALL_PORTS || differenceOf(ports, all).length === 0;
}

/** `8080/TCP, 53/UDP`, `all ports`. */
export function describePorts(ports: Ports): string {
  if (coversPorts(ports, ALL_PORTS)) return 'all ports';
  return ports.map(describeRange).join(', ');
}

function describeRange({ protocol, first, last }: Range): string {
  if (first === 1 && last === LAST_PORT) return `all of ${protocol}`;
  return first === last ? `${first}/${protocol}` : `${first}-${last}/${protocol}`;
}

function without({ protocol, first, last }: Range, cut: Range): Ports {
  if (cut.last < first || cut.first > last) return [{ protocol, first, last }];
  return [...portRange(protocol, first, cut.first - 1), ...portRange(protocol, cut.last + 1, last)];
}

function byPlace(left: Range, right: Range): number {
  return PROTOCOLS.indexOf(left.protocol) - PROTOCOLS.indexOf(right.protocol) || left.first - right.first;
}
