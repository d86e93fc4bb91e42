import { nameObject } from '../rule';
import { ALL_ADDRESSES, type Block, type Place, parseBlock, placesWithout, withoutBlocks } from './addresses';
import { type DeclaredAddresses, type DeclaredPassage, nameEnd } from './declared';
import { gatesBetween, portsBetween } from './flow';
import type { Door, Way } from './gate';
import type { Pods } from './pods';
import { ALL_PORTS, coversPorts, differenceOf, intersectionOf, NO_PORTS, type Ports, unionOf } from './ports';
import type { Proof } from './prove';

/** What a gate has to say of a question. */
export interface Step {
  readonly gate: string;
  /** What it lets through, */
  readonly ports: Ports;
  /** and what of that it has decided. */
  readonly opened: Ports;
  /** The objects that open it or, if it is closed, close it. */
  readonly by: readonly string[];
}

/** Whether something gets through, and why. */
export interface Answer {
  readonly from: string;
  readonly to: string;
  /** What gets through. */
  readonly ports: Ports;
  readonly steps: readonly Step[];
  readonly passages: readonly DeclaredPassage[];
}

/** One side of a question: pods, or addresses. */
export type Side =
  | { readonly kind: 'pods'; readonly name: string; readonly pods: readonly Pods[] }
  | { readonly kind: 'addresses'; readonly name: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'node'; readonly name: string };

/** Any address that is none of the cluster's own. */
const OUTSIDE = 'outside';

/** Whatever runs on a node and is no pod: it reaches the pods of its own node, whatever is said. */
const NODE = 'node';

/** Every name that a question can use for one of its sides. */
export function namesOf({ model, declared }: Proof): string[] {
  const ends = declared.passages.flatMap(({ from, to }) => [from, to]);
  const names = [
    ...model.cluster.pods.filter(({ isCertain }) => isCertain).map(({ name }) => name),
    ...ends.map(nameEnd),
    OUTSIDE,
    NODE,
  ];
  return [...new Set(names)].filter((name) => !name.endsWith('/*')).sort();
}

/** What a name means; `undefined`: nothing. Any address means itself. */
export function sideOf(name: string, { model, declared }: Proof): Side | undefined {
  if (name === NODE) return { kind: 'node', name };
  const pods = model.cluster.pods.filter((each) => each.name === name || isAmong(each, name));
  if (pods.length > 0) return { kind: 'pods', name, pods };
  const ends = declared.passages.flatMap(({ from, to }) => [from, to]);
  const blocksOf = (wanted: (end: DeclaredAddresses) => boolean) =>
    ends.flatMap((end) =>
      end.kind === 'addresses' && wanted(end) ? end.cidrs.flatMap((cidr) => parseBlock(cidr) ?? []) : [],
    );
  if (name === OUTSIDE) {
    const own = blocksOf(({ isCluster }) => isCluster);
    return { kind: 'addresses', name, blocks: ALL_ADDRESSES.flatMap((block) => withoutBlocks(block, own)) };
  }
  const named = blocksOf((end) => end.name === name);
  const blocks = named.length > 0 ? named : [parseBlock(name) ?? []].flat();
  return blocks.length > 0 ? { kind: 'addresses', name, blocks } : undefined;
}

/** `shop/*` means every app of a namespace. */
function isAmong({ namespace, app, makers }: Pods, name: string): boolean {
  return name === `${namespace}/*` && app !== undefined && makers.length > 0;
}

/** What gets through from one side to the other, for each pair of pods. Of what lies beyond both sides nothing is known. */
export function ask(proof: Proof, from: Side, to: Side): Answer[] {
  if (to.kind === 'pods') {
    return to.pods.flatMap((target) => {
      if (from.kind === 'pods') return from.pods.map((source) => betweenPods(proof, source, target));
      return from.kind === 'node' ? [fromNode(proof, target)] : fromAddresses(proof, from, target);
    });
  }
  if (from.kind !== 'pods' || to.kind === 'node') return [];
  return from.pods.map((source) => betweenAddresses(proof, source, to, 'leaving'));
}

/** No NetworkPolicy keeps a node from its own pods; a sidecar refuses it like anybody who proves nothing. */
function fromNode({ model }: Proof, to: Pods): Answer {
  const mesh = model.entering(to).filter(({ gate }) => gate === 'the mesh at the destination');
  const steps = mesh.map((door) => addressStep(door, []));
  const ports = steps.reduce<Ports>((open, step) => intersectionOf(open, step.ports), ALL_PORTS);
  return { from: NODE, to: to.name, ports, steps, passages: [] };
}

function betweenPods({ model, flows }: Proof, from: Pods, to: Pods): Answer {
  const steps = gatesBetween(model, from, to).map(({ door, other }) => {
    const { may, ways, closedBy } = door.toward(other);
    const opened = ways.flatMap(({ by }) => (by ? [nameObject(by.manifest)] : []));
    const closed = closedBy.slice(0, 1).map(({ manifest }) => nameObject(manifest));
    const guarded = differenceOf(may, door.free);
    const ports = unionOf([may, door.free]);
    return { gate: door.gate, ports, opened: guarded, by: guarded.length > 0 ? opened : closed };
  });
  const ports = portsBetween(model, from, to);
  const declared = flows.of(from, 'leaving').get(to);
  return { from: from.name, to: to.name, ports, steps, passages: declared?.passages ?? [] };
}

/** Directly, and through every gateway that addresses reach. */
function fromAddresses(proof: Proof, from: Side & { readonly kind: 'addresses' }, to: Pods): Answer[] {
  const direct = betweenAddresses(proof, to, from, 'entering');
  const through = proof.model.cluster.pods.flatMap((gateway) => {
    const routes = proof.model.leaving(gateway).find(({ gate }) => gate === 'the routes of the gateway');
    if (![...(routes?.others ?? [])].includes(to)) return [];
    const first = betweenAddresses(proof, gateway, from, 'entering');
    const second = betweenPods(proof, gateway, to);
    const ports = first.ports.length > 0 ? second.ports : NO_PORTS;
    const passages = [...first.passages, ...second.passages];
    return [{ ...second, from: from.name, ports, passages, steps: [...first.steps, ...second.steps] }];
  });
  return direct.ports.length > 0 || through.length === 0 ? [direct, ...through] : through;
}

function betweenAddresses(
  { model, flows }: Proof,
  pods: Pods,
  { name, blocks }: Side & { readonly kind: 'addresses' },
  direction: 'leaving' | 'entering',
): Answer {
  // Routes lead to pods, and a Sidecar can be gone around.
  const doors = model[direction](pods).filter(({ gate }) => !/routes|Sidecar/.test(gate));
  const steps = pods.isOurs ? doors.map((door) => addressStep(door, blocks)) : [];
  const ports = steps.reduce<Ports>((open, step) => intersectionOf(open, step.ports), steps[0]?.ports ?? NO_PORTS);
  const passages = flows
    .placesOf(pods, direction)
    .filter((place) => blocks.some((block) => placesWithout([{ block, ports: place.ports }], [place]).length === 0))
    .map(({ passage }) => passage);
  const [from, to] = direction === 'leaving' ? [pods.name, name] : [name, pods.name];
  return { from, to, ports, steps, passages: [...new Set(passages)] };
}

function addressStep(door: Door, blocks: readonly Block[]): Step {
  const places = door.places.filter((place) => blocks.some((block) => meet(block, place)));
  const open: readonly Way[] = [...door.everyone, ...places];
  const opened = new Set(open.flatMap(({ by }) => (by ? [nameObject(by.manifest)] : [])));
  const closed = door.closedBy.slice(0, 1).map(({ manifest }) => nameObject(manifest));
  const guarded = unionOf(open.map((way) => way.ports));
  return {
    gate: door.gate,
    opened: guarded,
    ports: unionOf([guarded, door.free]),
    by: open.length > 0 ? [...opened] : closed,
  };
}

function meet(block: Block, { block: own }: Place): boolean {
  return block.bits === own.bits && block.first <= own.last && own.first <= block.last;
}

/** Whether an answer is yes: on all of the ports that are asked for or, if none are, on any. */
export function isYes({ ports }: Answer, asked: Ports): boolean {
  return asked.length === 0 ? ports.length > 0 : coversPorts(ports, asked);
}
