import { placesWithout } from './addresses';
import { type DeclaredPassage, nameEnd } from './declared';
import { describeOther, portsBetween } from './flow';
import { groupBy } from './group-by';
import type { Pods } from './pods';
import { coversPorts, describePorts, differenceOf, intersectionOf, type Ports } from './ports';
import type { Proof } from './prove';

/** Who reaches whom, on what, why: one line of the flow matrix. */
export interface MatrixRow {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  readonly why: string;
}

/** The reason of a flow that nobody gave one for. */
const UNDECLARED = '**no passage declares it**';

/**
 * What gets through, as the rendered objects say. A passage that gets through as a whole is one row; of any other, each flow
 * that does is one, and so is each flow that no passage declares.
 */
export function matrixOf(proof: Proof): MatrixRow[] {
  const through = flowsThrough(proof);
  const rows = [...through.passages, ...through.undeclared, ...rowsFromClients(proof)];
  const unique = [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
  return unique.toSorted((a, b) => compareTexts(a.to, b.to) || compareTexts(a.from, b.from));
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Through {
  readonly passages: MatrixRow[];
  readonly undeclared: MatrixRow[];
}

function flowsThrough({ model, flows }: Proof): Through {
  const undeclared: MatrixRow[] = [];
  const whole = new Set<DeclaredPassage>();
  const partly = new Map<DeclaredPassage, MatrixRow[]>();
  const broken = new Set<DeclaredPassage>();
  for (const [from, to] of pairsOf({ model, flows })) {
    const open = portsBetween(model, from, to);
    const declared = flows.of(from, 'leaving').get(to);
    for (const passage of declared?.passages ?? []) {
      const ports = intersectionOf(open, declared?.ports ?? []);
      (coversPorts(open, declared?.ports ?? []) ? whole : broken).add(passage);
      if (ports.length > 0)
        partly.set(passage, [...(partly.get(passage) ?? []), row(from.name, to.name, ports, passage.why)]);
    }
    const rest = differenceOf(open, declared?.ports ?? []);
    if (rest.length > 0) undeclared.push(row(from.name, to.name, rest, UNDECLARED));
  }
  const addresses = addressRows({ model, flows });
  const passages = [...whole].flatMap((passage) =>
    broken.has(passage) ? (partly.get(passage) ?? []) : [passageRow(passage)],
  );
  const inPart = [...broken].flatMap((passage) => (whole.has(passage) ? [] : (partly.get(passage) ?? [])));
  return {
    passages: [...passages, ...inPart, ...addresses.passages],
    undeclared: [...undeclared, ...addresses.undeclared],
  };
}

/** Every pair that is declared, or that a gate names. Pairs that are neither are closed, or open to everyone. */
function pairsOf({ model, flows }: Pick<Proof, 'model' | 'flows'>): [Pods, Pods][] {
  const { strangers } = model.cluster;
  return model.cluster.pods.flatMap((pods): [Pods, Pods][] => {
    if (!pods.isOurs || !pods.isCertain) return [];
    const named = (doors: readonly { readonly others: Iterable<Pods>; readonly everyone: readonly unknown[] }[]) =>
      doors.flatMap(({ others, everyone }) => [...others, ...(everyone.length > 0 && strangers ? [strangers] : [])]);
    const leaving = new Set([...flows.of(pods, 'leaving').keys(), ...named(model.leaving(pods))]);
    const entering = new Set([...flows.of(pods, 'entering').keys(), ...named(model.entering(pods))]);
    const isShown = (other: Pods) => other.isCertain || other === strangers;
    return [
      ...[...leaving].filter(isShown).map((to): [Pods, Pods] => [pods, to]),
      ...[...entering].filter((from) => isShown(from) && !from.isOurs).map((from): [Pods, Pods] => [from, pods]),
    ];
  });
}

function addressRows({ model, flows }: Pick<Proof, 'model' | 'flows'>): Through {
  const passages: MatrixRow[] = [];
  const undeclared: MatrixRow[] = [];
  for (const pods of model.cluster.pods.filter(({ isOurs }) => isOurs)) {
    for (const direction of ['leaving', 'entering'] as const) {
      const places = model[direction](pods).flatMap((door) =>
        door.gate.startsWith('NetworkPolicies') ? door.places : [],
      );
      const declared = flows.placesOf(pods, direction);
      for (const place of declared)
        if (placesWithout([place], places).length === 0) passages.push(passageRow(place.passage));
      for (const { block, ports } of placesWithout(places, declared)) {
        const [from, to] =
          direction === 'leaving' ? [pods.name, describeOther(block)] : [describeOther(block), pods.name];
        undeclared.push(row(from, to, ports, UNDECLARED));
      }
    }
  }
  return { passages, undeclared };
}

/** What gateways hand on: who reaches the gateway reaches these pods, as requests. */
function rowsFromClients({ model, flows }: Proof): MatrixRow[] {
  return model.cluster.pods.flatMap((gateway) => {
    const clients = new Set(flows.placesOf(gateway, 'entering').map(({ passage }) => nameEnd(passage.from)));
    const routes = model.leaving(gateway).filter(({ gate }) => gate === 'the routes of the gateway');
    return routes.flatMap(({ others }) =>
      [...others].flatMap((target) => {
        const ports = intersectionOf(
          portsBetween(model, gateway, target),
          flows.of(gateway, 'leaving').get(target)?.ports ?? [],
        );
        if (ports.length === 0) return [];
        return [...clients].map((from) => row(from, target.name, ports, `by routes of ${gateway.name}`));
      }),
    );
  });
}

function passageRow({ from, to, ports, why }: DeclaredPassage): MatrixRow {
  const text = ports.map(({ protocol, port }) => `${port}/${protocol}`).join(', ');
  return { from: nameEnd(from), to: nameEnd(to), ports: text, why };
}

function row(from: string, to: string, ports: Ports, why: string): MatrixRow {
  return { from, to, ports: describePorts(ports), why };
}

/** Rows that differ in who sends become one: what many compartments need alike is told once. */
export function foldRows(rows: readonly MatrixRow[]): MatrixRow[] {
  return [...groupBy(rows, ({ to, ports, why }) => JSON.stringify([to, ports, why])).values()].flatMap((alike) => {
    const [first] = alike;
    return first ? [{ ...first, from: alike.map(({ from }) => from).join(', ') }] : [];
  });
}
