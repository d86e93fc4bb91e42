import type { Finding } from '../finding';
import { compartmentOf, nameObject } from '../rule';
import type { Difference, Direction, Other } from './compare';
import { nameEnd } from './declared';
import { describeOther, portsBetween } from './flow';
import { groupBy } from './group-by';
import type { Model } from './model';
import type { Pods } from './pods';
import { describePorts, differenceOf, intersectionOf } from './ports';
import type { Unsupported } from './unsupported';

/** Ids of what the proof finds. */
export const PROOF_RULES = {
  surplus: 'every-flow-is-declared',
  missing: 'every-declared-flow-gets-through',
  unsupported: 'every-flow-can-be-judged',
} as const;

/** One finding for each place in an object that opens or closes what it must not, however many flows that concerns. */
export function tell(model: Model, differences: readonly Difference[]): Finding[] {
  return [...groupBy(differences, placeOf).values()].map((alike) => tellOne(model, alike));
}

/** One finding for each object that cannot be judged. */
export function tellUnsupported({ manifest, path, problem }: Unsupported): Finding {
  return {
    ...{ rule: PROOF_RULES.unsupported, object: nameObject(manifest), path, problem },
    fix: 'Say it with a NetworkPolicy, AuthorizationPolicy, Sidecar or HTTPRoute, or leave it out.',
    compartment: compartmentOf(manifest),
  };
}

function placeOf({ kind, door, by, other }: Difference): string {
  const place = by
    ? `${nameObject(by.manifest)} ${kind === 'surplus' ? by.path : describeOther(other)}`
    : door.pods.namespace;
  return `${kind} ${door.gate} ${place}`;
}

function tellOne(model: Model, alike: readonly Difference[]): Finding {
  const [first] = alike;
  if (!first) throw new Error('Nothing to tell of.');
  const { kind, by, door } = first;
  const more = new Set(alike.map(describe)).size - 1;
  const flows = `${describe(first)}${more > 0 ? ` (and ${more} more)` : ''}`;
  return {
    rule: PROOF_RULES[kind],
    object: by ? nameObject(by.manifest) : door.pods.name,
    path: by?.path ?? '',
    compartment: by ? compartmentOf(by.manifest) : door.pods.namespace,
    ...(kind === 'surplus' ? surplus(model, first, alike, flows) : missing(first, flows)),
  };
}

function surplus(
  model: Model,
  first: Difference,
  alike: readonly Difference[],
  flows: string,
): Pick<Finding, 'problem' | 'fix'> {
  const opens = first.by ? 'Opens' : `Nothing in ${first.door.gate} closes`;
  const through = alike.filter((difference) => getsThrough(model, difference)).length;
  const others = through > 0 ? 'It gets through.' : 'Only the other gates still close it.';
  return { problem: `${opens} ${flows}, which no passage declares. ${others}`, fix: mendSurplus(first, alike) };
}

/** The smallest change: ports if the ends are declared with others, else the peer, else the whole. */
function mendSurplus({ by, door, ports, other }: Difference, alike: readonly Difference[]): string {
  if (!by) return door.whenOpen;
  if (by.mend !== undefined) return by.mend;
  const isPort = alike.every((difference) => difference.passages.length > 0);
  if (isPort && other !== 'everyone') return `Take ${describePorts(ports)} out of it.`;
  const judged = new Set(alike.map((difference) => difference.other));
  const keepsSome = [...door.others].some(
    (pods) =>
      !judged.has(pods) &&
      door.toward(pods).ways.some((way) => way.by?.path === by.path && way.by.manifest === by.manifest),
  );
  return keepsSome ? 'Narrow it to what is declared, or declare the passage.' : 'Remove it, or declare the passage.';
}

function missing(difference: Difference, flows: string): Pick<Finding, 'problem' | 'fix'> {
  const { door, passages, other, by } = difference;
  const [passage] = passages;
  const said = passage ? ` by ${nameEnd(passage.from)} → ${nameEnd(passage.to)}: ${passage.why}` : '';
  const pods = isPods(other) ? other : undefined;
  return {
    problem: `${by ? 'Closes' : `Nothing in ${door.gate} opens`} ${flows}, which is declared${said}.`,
    fix: door.mend(pods, difference.ports),
  };
}

function describe({ door, direction, other, ports }: Difference): string {
  const [from, to] = inOrder(direction, door.pods.name, describeOther(other));
  return `${from} → ${to} on ${describePorts(ports)}`;
}

/** Whether all other gates let it through as well. Addresses meet no other gate; strangers stand for everyone. */
function getsThrough(model: Model, { direction, door, other, ports }: Difference): boolean {
  const pods = other === 'everyone' ? model.cluster.strangers : other;
  if (!isPods(pods)) return true;
  const [from, to] = inOrder(direction, door.pods, pods);
  const open = intersectionOf(portsBetween(model, from, to), ports);
  return differenceOf(open, door.free).length > 0;
}

function isPods(other: Other | undefined): other is Pods {
  return typeof other === 'object' && 'labels' in other;
}

function inOrder<Side>(direction: Direction, own: Side, other: Side): [from: Side, to: Side] {
  return direction === 'leaving' ? [own, other] : [other, own];
}
