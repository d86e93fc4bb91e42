import { type Block, placesWithout } from './addresses';
import type { DeclaredPassage } from './declared';
import type { DeclaredFlow, DeclaredFlows, DeclaredPlace } from './declared-flows';
import type { Cause, Door, Verdict } from './gate';
import type { Model } from './model';
import type { Pods } from './pods';
import { differenceOf, intersectionOf, NO_PORTS, type Ports } from './ports';

export type Direction = 'leaving' | 'entering';

/** Pods, addresses, or everyone. */
export type Other = Pods | Block | 'everyone';

/** A flow on which a gate and the passages do not agree. */
export interface Difference {
  readonly kind: 'surplus' | 'missing';
  readonly door: Door;
  readonly direction: Direction;
  readonly other: Other;
  readonly ports: Ports;
  /** What opens or closes it. @default - nothing that is rendered */
  readonly by: Cause | undefined;
  /** What declares it. Of a surplus flow: what declares other ports between the same ends. */
  readonly passages: readonly DeclaredPassage[];
}

/**
 * Compares each gate by itself with the declared passages, at all pods whose namespaces are rendered. If every gate lets
 * through what is declared and nothing else, so do all together, and each alone keeps tenants apart.
 */
export function compare(model: Model, declared: DeclaredFlows): Difference[] {
  return model.cluster.pods
    .filter(({ isOurs }) => isOurs)
    .flatMap((pods) => [
      ...model.leaving(pods).flatMap((door) => compareDoor(model, door, 'leaving', declared)),
      ...model.entering(pods).flatMap((door) => compareDoor(model, door, 'entering', declared)),
    ]);
}

function compareDoor(model: Model, door: Door, direction: Direction, flows: DeclaredFlows): Difference[] {
  const declared = flows.of(door.pods, direction);
  const places = flows.placesOf(door.pods, direction);
  const isJudged = SURPLUS_AT.has(door.gate) && (door.gate !== 'the mesh at the destination' || model.hasMesh);
  const found: Difference[] = [];
  const verdicts = new Map<Pods, Verdict>();
  const verdictOn = (other: Pods): Verdict => {
    const verdict = verdicts.get(other) ?? door.toward(other);
    verdicts.set(other, verdict);
    return verdict;
  };
  if (isJudged) {
    for (const { ports, by } of door.everyone) {
      found.push({ kind: 'surplus', door, direction, other: 'everyone', ports, by, passages: [] });
    }
    for (const other of door.others) {
      const flow = declared.get(other);
      found.push(...surplusTowards(door, direction, other, verdictOn(other), flow));
    }
    found.push(...surplusPlaces(door, direction, places));
  }
  if (!door.pods.isCertain) return found;
  for (const [other, { ports, passages }] of declared) {
    if (!other.isCertain) continue;
    const verdict = verdictOn(other);
    const kept = differenceOf(differenceOf(ports, verdict.does), door.free);
    const [by] = verdict.closedBy;
    if (kept.length === 0 || leadsToOthersOf(door, other, kept, declared)) continue;
    found.push({ kind: 'missing', door, direction, other, ports: kept, by, passages });
  }
  return [...found, ...missingPlaces(door, direction, places)];
}

/** Gates that go by the names of Services. */
const GOES_BY_NAME: ReadonlySet<string> = new Set(['the Sidecar at the source', 'the routes of the gateway']);

/** Whether a name leads to other pods of the same app: to those that serve, and not to its workers and jobs. */
function leadsToOthersOf(door: Door, pods: Pods, ports: Ports, declared: ReadonlyMap<Pods, DeclaredFlow>): boolean {
  if (!GOES_BY_NAME.has(door.gate)) return false;
  const others = [...declared.keys()].filter((other) => other !== pods && other.name === pods.name && other.isCertain);
  return others.some((other) => differenceOf(ports, door.toward(other).does).length === 0);
}

/** A Sidecar keeps nothing from going out for sure, so nothing that it leaves open is too much. */
const SURPLUS_AT: ReadonlySet<string> = new Set([
  'NetworkPolicies at the source',
  'NetworkPolicies at the destination',
  'the mesh at the destination',
  'the routes of the gateway',
]);

function surplusTowards(
  door: Door,
  direction: Direction,
  other: Pods,
  { may, ways }: Verdict,
  flow: DeclaredFlow | undefined,
): Difference[] {
  const { ports: declared = NO_PORTS, passages = [] } = flow ?? {};
  const surplus = differenceOf(differenceOf(may, declared), door.free);
  if (surplus.length === 0) return [];
  const rest = ways.filter((way) => !door.everyone.includes(way));
  return rest.flatMap(({ ports, by }): Difference[] => {
    const own = intersectionOf(surplus, ports);
    return own.length === 0 ? [] : [{ kind: 'surplus', door, direction, other, ports: own, by, passages }];
  });
}

function surplusPlaces(door: Door, direction: Direction, declared: readonly DeclaredPlace[]): Difference[] {
  return door.places.flatMap((opened) =>
    placesWithout([opened], declared).map(
      ({ block, ports }): Difference => ({
        ...{ kind: 'surplus', door, direction, other: block, ports, by: opened.by },
        passages: declared.map(({ passage }) => passage),
      }),
    ),
  );
}

function missingPlaces(door: Door, direction: Direction, declared: readonly DeclaredPlace[]): Difference[] {
  if (!GUARDS_ADDRESSES.has(door.gate) || door.everyone.some(({ ports }) => ports.length > 0)) return [];
  return declared.flatMap((wanted) =>
    placesWithout([wanted], door.places).flatMap(({ block, ports }): Difference[] => {
      const kept = differenceOf(ports, door.free);
      if (kept.length === 0) return [];
      const [by] = door.closedBy;
      return [{ kind: 'missing', door, direction, other: block, ports: kept, by, passages: [wanted.passage] }];
    }),
  );
}

const GUARDS_ADDRESSES: ReadonlySet<string> = new Set([
  'NetworkPolicies at the source',
  'NetworkPolicies at the destination',
  'the Sidecar at the source',
]);
