import { type Environment, environmentSchema } from '../../constructs/environment';
import { formatPath } from '../../constructs/input/problem';
import { readInput } from '../../constructs/input/read-input';
import type { Finding } from '../../policies/finding';
import { Memory } from '../../policies/memory';
import { NOTHING_EARLIER } from '../load/earlier';
import type { LoadedEnvironment } from '../load/environments';
import type { LoadedTenant } from '../load/tenants';
import { gitopsTree } from '../outputs/gitops/tree';
import type { Plan } from '../planned';
import { type Rendering, render } from '../render';
import { type BlastRadius, blastRadius } from './blast-radius';
import { checkStep } from './check-step';
import { type Concern, concerns } from './concerns';
import { type Lock, neededFor, promotionFindings } from './lock';
import { findPath, type Move, type Path } from './path';
import { isSettled, newestOf, type Pins, versionsOf, withPins } from './pins';
import { requestOf } from './request';
import { type Step, stepsOf } from './steps';

/** A rendering without its proof, which was made and is large. */
export type RenderedStep = Omit<Rendering, 'proof'>;

/** A step as it would be taken: rendered, checked, proven, and measured. */
export interface TakenStep extends Step {
  /** From 1. */
  readonly number: number;
  /** What is there once it is taken. */
  readonly rendering: RenderedStep;
  readonly blast: BlastRadius;
  readonly behaviours: readonly Concern[];
  /** Everything that is wrong with it, its rendering included. */
  readonly findings: readonly Finding[];
}

/** The way of one environment from some versions to others. */
export interface UpgradePlan {
  readonly environment: string;
  readonly from: Pins;
  readonly to: Pins;
  /** What is there before the first step. */
  readonly start: RenderedStep;
  readonly steps: readonly TakenStep[];
  /** Why it cannot be had as a whole; then the steps go as far as they can. */
  readonly impossible: Impossible | undefined;
  /** Everything that is wrong, by step. */
  readonly findings: readonly Finding[];
}

export interface Impossible {
  readonly why: readonly string[];
  /** What to ask for instead, as `--to` takes it. */
  readonly instead: string | undefined;
}

export interface UpgradeProps {
  readonly loaded: LoadedEnvironment;
  readonly tenants: readonly LoadedTenant[];
  readonly from: Pins;
  readonly to: Pins;
  /** The day by which exemptions expire. */
  readonly today: string;
  /** Where the environment that this one follows has been. @default - it follows none, or nothing is recorded */
  readonly followed?: Lock | undefined;
  /** Of other plans whose environments hardly differ. @default - of this one's steps alone */
  readonly memory?: Memory;
}

/**
 * Plans an upgrade: every step is an environment of its own, rendered and held against every rule like any other, with what it
 * touches and the proof that its way back leads to the bytes that it came from. Writes nothing, and asks no cluster.
 *
 * A plan is no promise that it can be taken: look at `findings`, which holds all that is wrong with any step, and at `impossible`,
 * which says why the steps end before `to`.
 * @returns `undefined` when the environment's own file is broken
 * @see docs/upgrades.md
 */
export function planUpgrade(props: UpgradeProps): UpgradePlan | undefined {
  const { loaded, tenants, from, to, today, followed, memory = new Memory() } = props;
  const { environment } = loaded;
  if (!environment) return undefined;
  const renderer = new Renderer(loaded, environment, tenants, today, memory);
  const { moves, impossible } = wayOf(from, to);
  const start = renderer.render(from);
  const steps: TakenStep[] = [];
  for (const step of stepsOf(from, moves, environment, to)) {
    const before = { pins: steps.at(-1)?.pins ?? from, rendering: steps.at(-1)?.rendering ?? start };
    const taken = take(step, steps.length + 1, before, renderer);
    steps.push({ ...taken, findings: [...taken.findings, ...tooSoon(step, before.pins, environment, followed)] });
  }
  const findings = [...start.findings, ...steps.flatMap((step) => step.findings)];
  return { environment: loaded.name, from, to, start, steps, impossible, findings: distinct(findings) };
}

/** What the step reaches that the environment which this one follows never did. */
function tooSoon(step: Step, before: Pins, { follows }: Environment, lock: Lock | undefined): Finding[] {
  if (follows === undefined) return [];
  const had = neededFor(before);
  const needed = neededFor(step.pins).filter((state) => !had.includes(state));
  return promotionFindings({ object: step.title, follows, lock, needed });
}

interface Way {
  readonly moves: readonly Move[];
  readonly impossible: Impossible | undefined;
}

/** An upgrade of the mesh that has begun is ended first. */
function wayOf(from: Pins, to: Pins): Way {
  const begun = from.istio && !isSettled(from.istio) ? from.istio : undefined;
  const newest = newestOf(from.istio);
  const ending: Move[] = begun && newest ? [{ component: 'istio', from: begun.versions[0], to: newest }] : [];
  const path = findPath(versionsOf(from), versionsOf(to));
  if ('moves' in path) return { moves: [...ending, ...path.moves], impossible: goesBack(from, to, path) };
  const instead = path.instead && requestOf(versionsOf(from), path.instead);
  return { moves: [...ending, ...path.nearest], impossible: { why: path.why, instead } };
}

/** The same newest control plane, and yet less than there was: tags or versions go back. */
function goesBack(from: Pins, to: Pins, path: Path): Impossible | undefined {
  const stays = 'moves' in path && !path.moves.some(({ component }) => component === 'istio');
  if (!stays || !from.istio || !to.istio || isSettled(to.istio)) return undefined;
  const { versions, tags } = to.istio;
  const isBack =
    versions.some((version) => !from.istio?.versions.includes(version)) ||
    Object.entries(tags).some(([tag, version]) => version !== newestOf(to.istio) && version !== from.istio?.tags[tag]);
  if (!isBack) return undefined;
  return { why: ['The mesh is further than that already. Take the way back of its steps.'], instead: undefined };
}

/** Renders one environment at different versions, each once. */
class Renderer {
  private readonly known = new Map<string, RenderedStep>();

  constructor(
    private readonly loaded: LoadedEnvironment,
    private readonly environment: Environment,
    private readonly tenants: readonly LoadedTenant[],
    private readonly today: string,
    private readonly memory: Memory,
  ) {}

  /** @param environment what the pins are set in. @default - the one that was asked for */
  render(pins: Pins, environment = this.environment): RenderedStep {
    const read = readInput(environmentSchema, withPins(environment, pins));
    const key = JSON.stringify(read);
    const known = this.known.get(key);
    if (known) return known;
    const { proof: _, ...rendering } = render(
      this.stepOf(read),
      this.tenants,
      NOTHING_EARLIER,
      this.today,
      this.memory,
    );
    this.known.set(key, rendering);
    return rendering;
  }

  private stepOf(read: ReturnType<typeof readInput<typeof environmentSchema>>): LoadedEnvironment {
    const { name, file } = this.loaded;
    if ('value' in read) return { name, file, environment: read.value, findings: [] };
    const findings = read.problems.map(({ path, problem, fix }) => ({
      ...{ rule: 'environment-files-are-valid', object: file, path: formatPath(path), problem, fix },
      compartment: undefined,
    }));
    return { name, file, environment: undefined, findings };
  }
}

function take(
  step: Step,
  number: number,
  before: { readonly pins: Pins; readonly rendering: RenderedStep },
  renderer: Renderer,
): TakenStep {
  const rendering = renderer.render(step.pins);
  const [was, is] = [rendered(before.rendering), rendered(rendering)];
  if (!was || !is) return { ...step, number, rendering, blast: NO_BLAST, behaviours: [], findings: rendering.findings };
  const blast = blastRadius(was, is);
  const faults = checkStep({ step, before: before.pins, blast });
  const back = rendering.environment && renderer.render(before.pins, rendering.environment);
  return {
    ...{ ...step, number, rendering, blast, behaviours: behavioursOf(step, is.plan) },
    findings: [...rendering.findings, ...faults, ...(back ? restores(step, back, before.rendering) : [])],
  };
}

const NO_BLAST: BlastRadius = {
  ...{ compartments: [], restarts: [], admission: [], kinds: [], clusterScoped: [], tenants: [] },
};

/** @returns `undefined` for an environment that is broken */
function rendered({ plan, undelivered }: RenderedStep): { plan: Plan; undelivered: Plan } | undefined {
  return plan && undelivered && { plan, undelivered };
}

/** The way back leads to the very bytes that were there. The same rendering has them: rendering is pure. */
function restores(step: Step, back: RenderedStep, before: RenderedStep): Finding[] {
  if (back === before) return [];
  const [got, had] = [back, before].map(({ plan, inputs }) => (plan ? textOf(plan, inputs) : undefined));
  if (got !== undefined && got === had) return [];
  const problem = 'Its way back leads to other objects than those it came from.';
  return [
    { rule: 'ways-back-restore-the-bytes', object: step.title, path: '', problem, fix: '', compartment: undefined },
  ];
}

function textOf(plan: Plan, inputs: Rendering['inputs']): string {
  return JSON.stringify(gitopsTree(plan, inputs).map(({ name, files }) => [name, ...files]));
}

/** What the releases on the way change; only steps that bring a release do. */
function behavioursOf({ component, from, to, stage }: Step, plan: Plan): Concern[] {
  return stage === 'version' || stage === 'beside' ? concerns({ component, from, to }, plan) : [];
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
