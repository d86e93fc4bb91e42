import { outside } from '../end';
import type { WayOut } from '../provisioners/provision';

/** One way for each host, with the addresses, ports and reasons of all that lead there: two of one name would contradict each other. */
export function oneWayEach(ways: readonly WayOut[]): WayOut[] {
  const merged = new Map<string, WayOut>();
  for (const way of ways) {
    const known = merged.get(way.to.name);
    merged.set(way.to.name, known ? both(known, way) : way);
  }
  return [...merged.values()];
}

function both(way: WayOut, other: WayOut): WayOut {
  const [cidr, ...cidrs] = way.to.cidrs;
  const [port, ...ports] = way.ports;
  return {
    to: outside(way.to.name, cidr, ...cidrs, ...other.to.cidrs.filter((range) => !way.to.cidrs.includes(range))),
    ports: [port, ...ports, ...other.ports.filter((more) => !way.ports.some((known) => known.port === more.port))],
    why: way.why === other.why ? way.why : `${way.why}, ${other.why}`,
  };
}
