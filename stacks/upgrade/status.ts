import type { Environment } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import { type Finding, formatFinding } from '../../policies/finding';
import { at, textOf } from '../../policies/isolation/json';
import { nameObject } from '../../policies/rule';
import { manifestsOf, runsOf } from '../plan';
import type { Plan } from '../planned';
import type { LiveCluster } from '../preflight/live-cluster';
import { podsFollowTheirRevision } from '../preflight/pods-follow-their-revision';
import { situationOf } from '../preflight/situation';
import { isLike } from './likeness';
import { whyNotReady } from './readiness';
import { restartCommands } from './report';
import type { TakenStep, UpgradePlan } from './upgrade';

/** Where a running cluster stands on the way of a plan, as far as it can be read. */
export interface UpgradeStatus {
  readonly environment: string;
  /** How many steps the plan has. */
  readonly steps: number;
  /** The step that the cluster is at, finished or not; 0: before the first; `undefined`: it is as no step leaves it. */
  readonly at: number | undefined;
  /** What that step does; of a cluster that is at none, the step that is nearest to it. */
  readonly title: string;
  /** What of that step is not done or not Ready. */
  readonly unfinished: readonly Finding[];
  /** What to look for that no cluster tells. */
  readonly waits: readonly string[];
  /** @default - the plan has come to its end */
  readonly next: NextStep | undefined;
}

/** The step after the one that a cluster is at. */
export interface NextStep {
  readonly number: number;
  readonly title: string;
  /** Why it may not be taken now. */
  readonly why: readonly string[];
  /** What to save before it is taken, for there is no way back. @default - there is one */
  readonly save: string | undefined;
}

/** What a cluster holds once a step is taken. */
interface State {
  readonly number: number;
  /** @default - what was there before the first step */
  readonly step: TakenStep | undefined;
  readonly environment: Environment;
  readonly plans: { readonly plan: Plan; readonly undelivered: Plan };
  /** What is applied, and what runs of releases that no object carries. */
  readonly applied: Objects;
  /** What releases run: what carries them may have been applied long before. */
  readonly run: Objects;
}

type Objects = ReadonlyMap<string, Manifest>;

/**
 * Where a cluster stands. A step is recognised by those objects alone that some step of the plan changes, and by the fields in
 * which they differ; whatever else is other than rendered is for `diff` and `preflight` to say.
 * @returns `undefined` when a step of the plan could not be rendered
 */
export function statusOf(plan: UpgradePlan, cluster: LiveCluster): UpgradeStatus | undefined {
  const states = statesOf(plan);
  if (!states) return undefined;
  const { state, isKnown, missing } = standing(states, cluster);
  const { number, step } = state;
  const next = plan.steps[number];
  const undone = [...missing, ...unrun(state, states, cluster)];
  const absent = new Set(undone.map(({ object }) => object));
  const unfinished = [
    ...undone,
    ...nodeFindings(state, cluster),
    ...unready(state, next, cluster).filter(({ object }) => !absent.has(object)),
    ...behindTheirTag(plan.environment, state, cluster),
  ];
  return {
    ...{ environment: plan.environment, steps: plan.steps.length, at: isKnown ? number : undefined },
    ...{ title: step?.title ?? BEFORE, unfinished, waits: step?.waits ?? [] },
    next: isKnown && next ? nextOf(next, unfinished) : undefined,
  };
}

const BEFORE = 'before the first step';

function statesOf({ start, steps }: UpgradePlan): State[] | undefined {
  const states = [undefined, ...steps].map((step) => {
    const { environment, plan, undelivered } = step?.rendering ?? start;
    if (!environment || !plan || !undelivered) return undefined;
    const applied = byName([...manifestsOf(plan), ...runsOf(plan)]);
    const run = byName(runsOf(undelivered));
    return { number: step?.number ?? 0, step, environment, plans: { plan, undelivered }, applied, run };
  });
  return states.every((state) => state !== undefined) ? states : undefined;
}

function byName(objects: readonly Manifest[]): Objects {
  return new Map(objects.map((object) => [nameOf(object), object]));
}

/** Unlike any other's of an environment. */
function nameOf(object: Manifest): string {
  return `${object.apiVersion} ${nameObject(object)}`;
}

interface Standing {
  readonly state: State;
  /** Whether the cluster is at this step or on the way to it, and not merely nearest to it. */
  readonly isKnown: boolean;
  readonly missing: readonly Finding[];
}

/** At a step, or else between it and the one before, or else nearest to it. Of steps that leave the same behind, at the first. */
function standing(states: readonly State[], cluster: LiveCluster): Standing {
  const missing = missingAt(states, cluster);
  const reached = states.find((state) => missing(state).length === 0);
  if (reached) return { state: reached, isKnown: true, missing: [] };
  const under = states.find((state, index) => {
    const before = states[index - 1];
    const absent = before && new Set(missing(before).map(({ object }) => object));
    return absent && !missing(state).some(({ object }) => absent.has(object));
  });
  const [nearest = under] = states.toSorted((a, b) => missing(a).length - missing(b).length);
  const state = under ?? nearest;
  if (!state) throw new Error('A plan has a start.');
  return { state, isKnown: under !== undefined, missing: missing(state) };
}

/** What of each state was not delivered to a cluster. */
function missingAt(states: readonly State[], cluster: LiveCluster): (state: State) => readonly Finding[] {
  const moving = movingObjects(states.map(({ applied }) => applied));
  const found = new Map(
    states.map((state) => [
      state,
      [
        ...minorFindings(state, states, cluster),
        ...moving.flatMap(([name, versions]) => {
          const fix = state.step
            ? `Deliver the tree of step ${state.number}.`
            : 'Deliver the tree from before the steps.';
          return unlike(state.applied.get(name), versions, cluster, {
            rule: 'objects-are-as-the-step-leaves-them',
            fix,
          });
        }),
      ],
    ]),
  );
  return (state) => found.get(state) ?? [];
}

/** What of a step's releases does not run yet, or still does. */
function unrun({ run }: State, states: readonly State[], cluster: LiveCluster): Finding[] {
  const fix = 'Look at the release that brings it.';
  return movingObjects(states.map((state) => state.run)).flatMap(([name, versions]) =>
    unlike(run.get(name), versions, cluster, { rule: 'releases-run-what-the-step-pins', fix }),
  );
}

type Versions = readonly (Manifest | undefined)[];

/** Every object that some step changes, with all that it is on the way. */
function movingObjects(states: readonly Objects[]): [string, Versions][] {
  const names = new Set(states.flatMap((objects) => [...objects.keys()]));
  return [...names].flatMap((name): [string, Versions][] => {
    const versions = [...new Set(states.map((objects) => objects.get(name)))];
    return versions.length > 1 ? [[name, versions]] : [];
  });
}

/** An object that a cluster has in another version than wanted, or not at all, or still. */
function unlike(
  wanted: Manifest | undefined,
  versions: Versions,
  cluster: LiveCluster,
  { rule, fix }: Pick<Finding, 'rule' | 'fix'>,
): Finding[] {
  const any = wanted ?? versions.find((version) => version !== undefined);
  const live = any && cluster.find(any);
  if (!any || isLike(wanted, versions, live)) return [];
  const problem = !live ? 'It is not there.' : wanted ? 'It is not as this step leaves it.' : 'It is still there.';
  return [finding(rule, nameObject(any), problem, fix)];
}

/** Of a plan that does not move Kubernetes, a cluster of another minor is at no step. */
function minorFindings({ environment, step }: State, states: readonly State[], { minor }: LiveCluster): Finding[] {
  const wanted = environment.kubernetes;
  if (minor === wanted) return [];
  const isOnTheWay = states.some(({ environment }) => environment.kubernetes === minor);
  const fix =
    isOnTheWay && step?.component === 'kubernetes'
      ? `Have the cluster moved to ${wanted}.`
      : 'bulkhead preflight tells what follows.';
  const problem = `Its API server is of ${minor ?? 'an unknown version'}, and this step is for ${wanted}.`;
  return [finding('the-cluster-runs-the-pinned-minor', 'cluster', problem, fix)];
}

/** Control plane first, then nodes: those that are behind it. Nodes of an unknown version are not judged. */
function nodeFindings({ environment: { kubernetes } }: State, cluster: LiveCluster): Finding[] {
  return cluster.of('', 'Node').flatMap((node) => {
    const version = textOf(at(node.status, 'nodeInfo', 'kubeletVersion'));
    const minor = /^v(1\.\d+)\./.exec(version)?.[1];
    if (minor === undefined || minor === kubernetes) return [];
    const problem = `Its kubelet is ${version}, and this step is for ${kubernetes}.`;
    return [finding('nodes-follow-the-control-plane', nameObject(node), problem, 'Have it replaced.')];
  });
}

/** What a step touched, and what the next one will touch, is there and Ready; when Kubernetes moves, everything. */
function unready({ step, plans }: State, next: TakenStep | undefined, cluster: LiveCluster): Finding[] {
  const concerned = [step, next].filter((each) => each !== undefined);
  const touched = new Set(concerned.flatMap(touchedBy));
  const isMoved = concerned.some(({ component }) => component === 'kubernetes');
  return plans.plan.compartments.flatMap(({ name, namespace, manifests }) => {
    if (!isMoved && !touched.has(name)) return [];
    const own = plans.undelivered.compartments.find((each) => each.name === name);
    const runs = own?.releases.flatMap((release) => release.runs) ?? [];
    const objects = [...manifests.map(({ manifest }) => manifest), ...runs, ...workloadsIn(namespace, cluster)];
    return [...new Map(objects.map((object) => [nameOf(object), object])).values()].flatMap((object) => {
      const live = cluster.find(object);
      const problem = live ? whyNotReady(live) : object.apiVersion === 'apps/v1' ? 'It is not there.' : undefined;
      return problem ? [finding('what-a-step-touches-is-ready', nameObject(object), problem, look(object), name)] : [];
    });
  });
}

function touchedBy({ blast }: TakenStep): string[] {
  return [...blast.compartments, ...blast.restarts].map(({ compartment }) => compartment);
}

/** Also what others run there: the mesh for its Gateways, Flagger for its apps. */
function workloadsIn(namespace: string | undefined, cluster: LiveCluster): Manifest[] {
  return ['Deployment', 'StatefulSet', 'DaemonSet'].flatMap((kind) =>
    cluster.of('apps', kind).filter(({ metadata }) => metadata.namespace === namespace),
  );
}

function look({ kind, metadata: { name, namespace } }: Manifest): string {
  return `Look why: kubectl describe ${kind.toLowerCase()} ${name}${namespace ? ` --namespace ${namespace}` : ''}.`;
}

/** The restarts that a step declares, as far as they are not done. */
function behindTheirTag(name: string, { step, environment, plans }: State, cluster: LiveCluster): Finding[] {
  const situation = situationOf(name, environment, plans, cluster);
  return [...podsFollowTheirRevision.check(situation)].map(({ stops: _, ...discovery }) => {
    const declared = step?.blast.restarts.filter(({ compartment }) => compartment === discovery.compartment) ?? [];
    const commands = step ? restartCommands({ blast: { ...step.blast, restarts: declared } }) : [];
    const fix = commands.length > 0 ? `Restart: ${commands.join('; ')}.` : discovery.fix;
    return { rule: podsFollowTheirRevision.id, ...discovery, fix };
  });
}

function nextOf({ number, title, oneWay, findings }: TakenStep, unfinished: readonly Finding[]): NextStep {
  const wrong = findings.filter(({ compartment }) => compartment === undefined).map(formatFinding);
  const why = unfinished.length > 0 ? ['The step before it is not finished.', ...wrong] : wrong;
  return { number, title, why, save: oneWay?.save };
}

function finding(rule: string, object: string, problem: string, fix: string, compartment?: string): Finding {
  return { rule, object, path: '', problem, fix, compartment };
}
