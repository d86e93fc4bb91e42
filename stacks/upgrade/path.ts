import type { Component } from '../../constructs/component';
import { COMPONENT_NAMES, COMPONENTS, type ComponentName } from '../../constructs/components';
import type { KubernetesMinor } from '../../constructs/kubernetes-minors';
import type { GatewayApiVersion } from '../../constructs/mesh/gateway-api-versions';
import type { IstioVersion } from '../../constructs/mesh/istio-versions';
import { untestedPairs } from '../../constructs/mesh/untested-pairs';
import { isNewer, minorsBetween } from '../../constructs/version';

/** One version per component, in an order that means nothing. */
export type Versions = Readonly<Partial<Record<ComponentName, string>>>;

/** One component goes from one version to another. */
export interface Move {
  readonly component: ComponentName;
  readonly from: string;
  readonly to: string;
}

/** The way to the versions that were asked for, or why there is none and how far one can go. */
export type Path =
  | { readonly moves: readonly Move[] }
  | {
      readonly why: readonly string[];
      /** As far towards it as tested steps lead. */
      readonly nearest: readonly Move[];
      /** What to ask for instead: the same, and whatever else has to move for it. @default - nothing helps */
      readonly instead: Versions | undefined;
    };

/** Those whose versions depend on each other. All others can move at any time. */
const TIED = ['gateway-api', 'istio', 'kubernetes'] as const satisfies readonly ComponentName[];

/**
 * The shortest way from some versions to others by steps that were tested: every component within its reach, every pair on the
 * way one that was tested, CRDs before who reads them. What nobody waits for goes first.
 */
export function findPath(from: Versions, to: Versions): Path {
  const moved = COMPONENT_NAMES.filter((name) => from[name] !== to[name]);
  const why = moved.flatMap((name) => refusal(name, from[name] ?? '', to[name] ?? ''));
  if (why.length > 0) return { why, nearest: [], instead: undefined };
  const free = moved.filter((name) => !isTied(name));
  const before = free.filter((name) => name !== 'pod-security').flatMap((name) => hops(name, from, to));
  const after = free.filter((name) => name === 'pod-security').flatMap((name) => hops(name, from, to));
  const wanted = TIED.filter((name) => moved.includes(name));
  const reached = search(from, (name) => (wanted.some((each) => each === name) ? to[name] : from[name]));
  const whole = reached.find(({ versions }) => wanted.every((name) => versions[name] === to[name]));
  if (whole) return { moves: [...before, ...whole.moves, ...after] };
  const nearest = reached.toSorted((a, b) => left(a.versions, to) - left(b.versions, to))[0];
  return {
    why: reasons(from, to, wanted),
    nearest: [...before, ...(nearest?.moves ?? [])],
    instead: insteadOf(from, to, wanted),
  };
}

/** What speaks against a move whatever else moves. */
function refusal(name: ComponentName, from: string, to: string): string[] {
  const { title, versions }: Component = COMPONENTS[name];
  for (const version of [from, to]) {
    if (!versions.includes(version)) return [`Nothing is known of ${title} ${version}. Known: ${versions.join(', ')}.`];
  }
  if (!isNewer(from, to)) return [];
  return [
    `${title} ${from} → ${to} leads back. A plan leads forward; its own steps tell the way back, as far as none of them is one way.`,
  ];
}

/** The fewest moves of one component by itself, as far each time as one step may go. */
function hops(name: ComponentName, from: Versions, to: Versions): Move[] {
  const { versions, reach }: Component = COMPONENTS[name];
  const target = to[name] ?? '';
  const moves: Move[] = [];
  for (let at = from[name] ?? ''; at !== target; ) {
    const here = at;
    const ahead = versions.slice(versions.indexOf(here) + 1, versions.indexOf(target) + 1);
    const next = ahead.findLast((version) => minorsBetween(here, version) <= reach.minors) ?? ahead[0] ?? target;
    moves.push({ component: name, from: here, to: next });
    at = next;
  }
  return moves;
}

interface Reached {
  readonly versions: Versions;
  readonly moves: readonly Move[];
}

/** Everything that tested steps lead to, nearest first. Nothing goes beyond its limit; `undefined` is none. */
function search(start: Versions, limit: (name: ComponentName) => string | undefined): Reached[] {
  const reached: Reached[] = [{ versions: start, moves: [] }];
  const seen = new Set([keyOf(start)]);
  for (const { versions, moves } of reached) {
    for (const move of movesFrom(versions, limit)) {
      const next = { ...versions, [move.component]: move.to };
      if (seen.has(keyOf(next))) continue;
      seen.add(keyOf(next));
      reached.push({ versions: next, moves: [...moves, move] });
    }
  }
  return reached;
}

function keyOf(versions: Versions): string {
  return TIED.map((name) => versions[name]).join(' ');
}

function movesFrom(versions: Versions, limit: (name: ComponentName) => string | undefined): Move[] {
  return TIED.flatMap((component) => {
    const from = versions[component];
    if (from === undefined) return [];
    const { versions: known, reach }: Component = COMPONENTS[component];
    const furthest = limit(component);
    return known
      .filter((to) => known.indexOf(to) > known.indexOf(from) && minorsBetween(from, to) <= reach.minors)
      .filter((to) => furthest === undefined || !(known.indexOf(to) > known.indexOf(furthest)))
      .toReversed()
      .map((to) => ({ component, from, to }))
      .filter((move) => isTested(versions, move));
  });
}

/** Whether all that meets during a move was tested together. While control planes move, both run. */
function isTested(versions: Versions, { component, from, to }: Move): boolean {
  const after = { ...versions, [component]: to };
  if (after.istio === undefined) return true;
  const live = (component === 'istio' ? [from, to] : [after.istio]) as [IstioVersion, ...IstioVersion[]];
  return (
    untestedPairs(after.kubernetes as KubernetesMinor, {
      versions: live,
      gatewayApi: after['gateway-api'] as GatewayApiVersion,
    }).length === 0
  );
}

/** How many known versions lie between what was reached and what was asked for. */
function left(versions: Versions, to: Versions): number {
  return TIED.reduce((sum, name) => {
    const known: readonly string[] = COMPONENTS[name].versions;
    return sum + Math.abs(known.indexOf(to[name] ?? '') - known.indexOf(versions[name] ?? ''));
  }, 0);
}

function reasons(from: Versions, to: Versions, wanted: readonly ComponentName[]): string[] {
  const istio = to.istio as IstioVersion | undefined;
  const pairs = istio
    ? untestedPairs(to.kubernetes as KubernetesMinor, {
        versions: [istio],
        gatewayApi: to['gateway-api'] as GatewayApiVersion,
      }).map(({ problem }) => problem)
    : [];
  if (pairs.length > 0) return pairs;
  const asked = wanted.map((name) => `${COMPONENTS[name].title} ${from[name]} → ${to[name]}`).join(', ');
  return [`No sequence of tested steps leads there: ${asked}.`];
}

/** The same target with as little else moved as makes it possible. */
function insteadOf(from: Versions, to: Versions, wanted: readonly ComponentName[]): Versions | undefined {
  const reached = search(from, (name) => (wanted.includes(name) ? to[name] : undefined));
  const found = reached.find(({ versions }) => wanted.every((name) => versions[name] === to[name]));
  if (!found) return undefined;
  return { ...to, ...Object.fromEntries(TIED.map((name) => [name, found.versions[name]])) };
}

function isTied(name: ComponentName): name is (typeof TIED)[number] {
  return TIED.some((tied) => tied === name);
}
