import type { IConstruct } from 'constructs';
import { CompartmentRoot } from '../constructs/compartment-root';
import type { AnyRelease } from '../constructs/release';
import type { PlannedManifest, PlannedObject } from './planned';

/** Constructs that wait for others, with what they wait for. */
export type Dependencies = ReadonlyMap<IConstruct, readonly IConstruct[]>;

export interface OrderedCompartment {
  readonly compartment: CompartmentRoot;
  /** Names of the compartments that it waits for, sorted. */
  readonly after: readonly string[];
  /** The dependencies between its own constructs. */
  readonly within: Dependencies;
}

/** Puts compartments after those they depend on, and otherwise leaves them in the order in which they were declared. */
export function orderCompartments(
  compartments: readonly CompartmentRoot[],
  dependencies: Dependencies,
  problems: string[],
): OrderedCompartment[] {
  const edges = new Map(compartments.map((compartment) => [compartment, new Edges()]));
  for (const [source, targets] of dependencies) {
    for (const from of compartmentsOf(source)) for (const target of targets) edges.get(from)?.add(from, source, target);
  }
  const { sorted, cycle } = sortDependenciesFirst(compartments, (compartment) => edges.get(compartment)?.after ?? []);
  if (cycle) problems.push(cycleProblem(cycle.map(({ name }) => `compartment ${name}`)));
  return sorted.map((compartment) => {
    const { after, within } = edges.get(compartment) ?? new Edges();
    return { compartment, after: [...after].map(({ name }) => name).sort(), within };
  });
}

/** What one compartment's constructs wait for: other compartments, or constructs of its own. */
class Edges {
  readonly after = new Set<CompartmentRoot>();
  readonly within = new Map<IConstruct, IConstruct[]>();

  add(own: CompartmentRoot, source: IConstruct, target: IConstruct): void {
    for (const to of compartmentsOf(target)) {
      if (to !== own) this.after.add(to);
      else if (target !== own && source !== own) this.within.set(source, [...(this.within.get(source) ?? []), target]);
    }
  }
}

export interface OrderedRelease {
  readonly release: AnyRelease;
  /** Names of the releases that it waits for, sorted. */
  readonly after: readonly string[];
}

/** Puts a compartment's releases after those they wait for, and otherwise leaves them in the order of declaration. */
export function orderReleases(
  releases: readonly AnyRelease[],
  within: Dependencies,
  problems: string[],
): OrderedRelease[] {
  const before = (release: AnyRelease) => releases.filter((other) => within.get(release)?.includes(other));
  const { sorted, cycle } = sortDependenciesFirst(releases, before);
  if (cycle) problems.push(cycleProblem(cycle.map(({ node }) => node.path)));
  for (const release of releases) {
    const other = before(release).find((other) => 'chart' in other !== 'chart' in release);
    if (!other) continue;
    const problem = `a chart and a folder of manifests cannot wait for each other, and it waits for ${other.name}.`;
    problems.push(`${release.node.path}: ${problem} Put ${other.name} into a compartment of its own.`);
  }
  return sorted.map((release) => ({
    release,
    after: before(release)
      .map(({ name }) => name)
      .sort(),
  }));
}

/** Boundary before contents, each by kind and name; but whatever depends on another object comes after it. */
export function orderObjects(
  objects: readonly PlannedObject[],
  within: Dependencies,
  problems: string[],
): PlannedManifest[] {
  const ranked = objects.toSorted(byRank);
  const ordered = within.size === 0 ? ranked : orderDependents(ranked, within, problems);
  return ordered.map(({ planned }) => planned);
}

function orderDependents(ranked: readonly PlannedObject[], within: Dependencies, problems: string[]): PlannedObject[] {
  const byConstruct = new Map<IConstruct, PlannedObject>(ranked.map((object) => [object.construct, object]));
  const { sorted, cycle } = sortDependenciesFirst<IConstruct>(
    ranked.map(({ construct }) => construct),
    (construct) => [...waitsFor(construct, within), ...(byConstruct.has(construct) ? [] : construct.node.children)],
  );
  if (cycle) problems.push(cycleProblem(cycle.map(({ node }) => node.path)));
  const ordered = sorted.flatMap((construct) => byConstruct.get(construct) ?? []);
  for (const [index, { planned }] of ordered.entries()) {
    const next = ordered[index + 1]?.planned;
    if (planned.half === 'boundary' || next?.half !== 'boundary') continue;
    const problem = `the boundary comes first, so it cannot wait for ${planned.source}. Remove the dependency.`;
    problems.push(`${next.source}: ${problem}`);
  }
  return ordered;
}

/**
 * What a construct waits for, also because one around it does. A dependency between two constructs means all objects below
 * them; going up to ancestors here and down to children when sorting says so without writing out every pair.
 */
function waitsFor(construct: IConstruct, within: Dependencies): IConstruct[] {
  const targets: IConstruct[] = [];
  for (let at: IConstruct | undefined = construct; at; at = at.node.scope) targets.push(...(within.get(at) ?? []));
  return targets;
}

function byRank(a: PlannedObject, b: PlannedObject): number {
  const [{ manifest: left }, { manifest: right }] = [a.planned, b.planned];
  return (
    a.rank - b.rank ||
    compare(left.kind, right.kind) ||
    compare(left.metadata.name, right.metadata.name) ||
    compare(a.planned.source, b.planned.source)
  );
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The compartment around a construct, or all those below it. */
function compartmentsOf(construct: IConstruct): CompartmentRoot[] {
  for (let at: IConstruct | undefined = construct; at; at = at.node.scope) {
    if (CompartmentRoot.isCompartmentRoot(at)) return [at];
  }
  return construct.node.findAll().filter((below) => CompartmentRoot.isCompartmentRoot(below));
}

/**
 * Sorts nodes after all they depend on, otherwise as given. Linear in nodes and edges; the stack is our own, so that a long
 * chain does not overflow the engine's.
 */
function sortDependenciesFirst<T>(
  nodes: readonly T[],
  dependenciesOf: (node: T) => Iterable<T>,
): { sorted: T[]; cycle: T[] | undefined } {
  const sorted: T[] = [];
  const state = new Map<T, 'open' | 'done'>();
  let cycle: T[] | undefined;
  for (const start of nodes) {
    const stack = state.has(start) ? [] : [open(start)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { value: next, done } = top.dependencies.next();
      if (done) {
        stack.pop();
        state.set(top.node, 'done');
        sorted.push(top.node);
      } else if (!state.has(next)) {
        stack.push(open(next));
      } else if (state.get(next) === 'open') {
        cycle ??= stack.map(({ node }) => node).slice(stack.findIndex(({ node }) => node === next));
      }
    }
  }
  return { sorted, cycle };

  function open(node: T): { node: T; dependencies: Iterator<T> } {
    state.set(node, 'open');
    return { node, dependencies: dependenciesOf(node)[Symbol.iterator]() };
  }
}

function cycleProblem(names: readonly string[]): string {
  return `${[...names, names[0]].join(' → ')}: depend on each other in a circle. Remove one of these dependencies.`;
}
