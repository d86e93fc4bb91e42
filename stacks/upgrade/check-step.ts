import type { Budget } from '../../constructs/component';
import { COMPONENTS } from '../../constructs/components';
import { ISTIO_COMPONENT } from '../../constructs/mesh/istio-component';
import { minorsBetween } from '../../constructs/version';
import type { Finding } from '../../policies/finding';
import type { BlastRadius } from './blast-radius';
import { movedBetween, type Pins } from './pins';
import type { Step } from './steps';

/** A step with what it starts from and what it touches. */
export interface Taken {
  readonly step: Step;
  readonly before: Pins;
  readonly blast: BlastRadius;
}

/** Everything that is wrong with one step, whatever made it. */
export function checkStep(taken: Taken): Finding[] {
  return [...onePart(taken), ...withinReach(taken), ...behindNobody(taken), ...withinBudget(taken)].map(
    ({ rule, problem, fix }) => ({ rule, object: taken.step.title, path: '', problem, fix, compartment: undefined }),
  );
}

type Fault = Pick<Finding, 'rule' | 'problem' | 'fix'>;

function onePart({ step, before }: Taken): Fault[] {
  const moved = movedBetween(before, step.pins);
  if (moved.length === 1 && moved[0] === step.component) return [];
  const problem = `It moves ${moved.join(' and ') || 'nothing'}.`;
  return [{ rule: 'steps-move-one-component', problem, fix: 'Move one component at a time.' }];
}

/** Control planes side by side are as far apart as upstream tests them, and not more than two. */
function withinReach({ step }: Taken): Fault[] {
  const versions = step.pins.istio?.versions ?? [];
  const [oldest, newest] = [versions[0], versions.at(-1)];
  const rule = 'control-planes-are-within-reach';
  if (versions.length > 2) {
    return [
      { rule, problem: `${versions.join(', ')} run side by side.`, fix: 'Let the oldest go before another comes.' },
    ];
  }
  if (!oldest || !newest || minorsBetween(oldest, newest) <= ISTIO_COMPONENT.reach.minors) return [];
  const problem = `${oldest} and ${newest} are more than ${ISTIO_COMPONENT.reach.minors} minors apart.`;
  return [{ rule, problem, fix: 'Go by a version between them.' }];
}

/** A control plane stays until the step after the one in which its last ring left it: its proxies live that long. */
function behindNobody({ step, before }: Taken): Fault[] {
  const [was, is] = [before.istio, step.pins.istio];
  if (!was || !is) return [];
  const needed = [
    ...Object.values(was.tags),
    ...Object.values(is.tags),
    ...(was.defaultVersion ? [was.defaultVersion] : []),
  ];
  const gone = was.versions.filter((version) => !is.versions.includes(version) && needed.includes(version));
  const late = Object.values(is.tags).filter((version) => !was.versions.includes(version));
  return [
    ...gone.map((version) => ({
      rule: 'control-planes-outlive-their-proxies',
      problem: `The control plane of ${version} goes while rings are bound to it.`,
      fix: 'Move every tag and the default first.',
    })),
    ...late.map((version) => ({
      rule: 'control-planes-come-before-their-proxies',
      problem: `A ring is bound to ${version} in the step in which its control plane comes.`,
      fix: 'Have it run first.',
    })),
  ];
}

/** What a step touches is what its component may. */
function withinBudget({ step, blast }: Taken): Fault[] {
  const { title, budget }: { readonly title: string; readonly budget: Budget } = COMPONENTS[step.component];
  const over = (problem: string): Fault => ({
    rule: 'steps-stay-within-their-budget',
    problem,
    fix: `A step of ${title} may not: ${budget.why}.`,
  });
  const changed = blast.compartments.flatMap(({ compartment, objects }) =>
    objects
      .filter(({ object }) => !isAllowed(compartment, object, budget))
      .map(({ object }) => `${compartment} ${object}`),
  );
  const rings = restartedRings(blast);
  const foreign = blast.restarts.filter(
    ({ why, compartment }) => why === 'template' && !isAllowed(compartment, '', { ...budget, kinds: undefined }),
  );
  return [
    ...changed.map((object) => over(`It changes ${object}.`)),
    ...foreign.map(({ compartment, object }) => over(`It replaces the pods of ${compartment} ${object}.`)),
    ...(rings > 0 && (budget.rings === 0 || step.ring === undefined) ? [over('It restarts the pods of a ring.')] : []),
    ...outsideOf(step, blast).map((compartment) => over(`It restarts ${compartment}, which is in another ring.`)),
  ];
}

function restartedRings({ restarts }: BlastRadius): number {
  return restarts.filter(({ why }) => why !== 'template').length;
}

/** Tenants that restart without being in the step's ring; those of the last ring are in none by name. */
function outsideOf({ ring }: Step, { restarts }: BlastRadius): string[] {
  if (!ring) return [];
  const { tenants, edge } = ring;
  const proxies = restarts.filter(({ why }) => why === 'proxy').map(({ compartment }) => compartment);
  const gateways = restarts.filter(({ why }) => why === 'gateway').map(({ compartment }) => compartment);
  const strangers = tenants === 'rest' ? [] : proxies.filter((name) => !tenants.includes(name));
  return [...new Set([...strangers, ...(edge ? [] : gateways)])];
}

function isAllowed(
  compartment: string,
  object: string,
  { compartments, kinds }: Pick<Budget, 'compartments'> & { readonly kinds?: readonly string[] | undefined },
): boolean {
  if (!compartments.includes('*') && !compartments.includes(compartment)) return false;
  return kinds === undefined || kinds.some((kind) => object.startsWith(`${kind}/`) || object.startsWith(`${kind}.`));
}
