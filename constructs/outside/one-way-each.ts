import { describeEnd, outside } from '../end';
import type { WayOut } from '../provisioners/provision';

/** One way for each end, with the addresses, ports and reasons of all that lead there: two of one name would contradict each other. */
export function oneWayEach(ways: readonly WayOut[]): WayOut[] {
  const merged = new Map<string, WayOut>();
  for (const way of ways) {
    const name = describeEnd(way.to);
    const known = merged.get(name);
    merged.set(name, known ? both(known, way) : way);
  }
  return [...merged.values()];
}

function both(way: WayOut, other: WayOut): WayOut {
  const [port, ...ports] = way.ports;
  return {
    to: addressesOfBoth(way.to, other.to),
    ports: [port, ...ports, ...other.ports.filter((more) => !way.ports.some((known) => known.port === more.port))],
    why: way.why === other.why ? way.why : `${way.why}, ${other.why}`,
  };
}

function addressesOfBoth(end: WayOut['to'], other: WayOut['to']): WayOut['to'] {
  if (end.kind === 'app' || other.kind === 'app') return end;
  const [cidr, ...cidrs] = end.cidrs;
  return outside(end.name, cidr, ...cidrs, ...other.cidrs.filter((range) => !end.cidrs.includes(range)));
}
