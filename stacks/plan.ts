import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { CompartmentRoot } from '../constructs/compartment-root';
import { halfOf } from '../constructs/contents';
import { groupOf, type Manifest } from '../constructs/manifest';
import { Passage, type PassageProps } from '../constructs/passage';
import { type AnyRelease, Release } from '../constructs/release';
import { kindOf, kindProblems } from './kind-order';
import { applyRank, isClusterScoped } from './kinds';
import { nameProblem } from './object-names';
import { type OrderedRelease, orderCompartments, orderObjects, orderReleases } from './order';
import type { Plan, PlannedCompartment, PlannedObject, PlannedRelease } from './planned';
import { stageOf } from './stage';

/** A construct tree that cannot be delivered. Its message holds one line per problem, each with the construct's path. */
export class PlanError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'PlanError';
  }
}

/**
 * Makes the plan of a construct tree in one walk: validates it, finds every object's compartment and half, and puts all in
 * order. Any cdk8s `Chart` or `ApiObject` below a compartment is planned like our own objects.
 * @throws {PlanError} when the tree cannot be delivered; all problems are collected first
 */
export function plan(root: IConstruct): Plan {
  const tree = walk(root);
  const compartments = orderCompartments(tree.compartments, tree.dependencies, tree.problems).map(
    ({ compartment, after, within }): PlannedCompartment => {
      const releases = orderReleases(tree.releases.get(compartment) ?? [], within, tree.problems);
      const served = new Set(releases.flatMap(({ release }) => release.kinds));
      const objects = (tree.objects.get(compartment) ?? []).map((object) =>
        planObject(object, compartment, served, tree.problems),
      );
      return {
        name: compartment.name,
        plane: compartment.plane,
        namespace: compartment.namespace,
        deliverer: compartment.deliverer,
        after,
        manifests: orderObjects(objects, within, tree.problems),
        releases: releases.map(planRelease),
      };
    },
  );
  findDuplicates(compartments, tree.problems);
  tree.problems.push(...kindProblems(compartments));
  if (tree.problems.length > 0) throw new PlanError(tree.problems);
  return { compartments, passages: tree.passages };
}

/** Every manifest of a plan, in the order in which they can be applied. */
export function manifestsOf(plan: Plan): Manifest[] {
  return plan.compartments.flatMap(({ manifests }) => manifests.map(({ manifest }) => manifest));
}

/** What the plan's releases will run, which stands in no manifest of its own. */
export function runsOf(plan: Plan): Manifest[] {
  return plan.compartments.flatMap(({ releases }) => releases.flatMap(({ runs }) => runs));
}

interface Tree {
  readonly compartments: CompartmentRoot[];
  readonly objects: Map<CompartmentRoot, ApiObject[]>;
  readonly releases: Map<CompartmentRoot, AnyRelease[]>;
  /** Constructs that wait for others, with what they wait for. */
  readonly dependencies: Map<IConstruct, readonly IConstruct[]>;
  readonly passages: PassageProps[];
  readonly problems: string[];
}

function walk(root: IConstruct): Tree {
  const tree: Tree = {
    compartments: [],
    objects: new Map(),
    releases: new Map(),
    dependencies: new Map(),
    passages: [],
    problems: [],
  };
  visit(root, undefined, tree);
  return tree;
}

function visit(construct: IConstruct, outer: CompartmentRoot | undefined, tree: Tree): void {
  const { node } = construct;
  for (const problem of node.validate()) tree.problems.push(node.path ? `${node.path}: ${problem}` : problem);
  const dependencies = node.dependencies;
  if (dependencies.length > 0) tree.dependencies.set(construct, dependencies);

  let compartment = outer;
  if (CompartmentRoot.isCompartmentRoot(construct)) {
    if (outer)
      tree.problems.push(
        `${node.path}: stands inside ${outer.node.path}. Compartments do not nest: add it to the Platform.`,
      );
    compartment = construct;
    tree.compartments.push(construct);
    tree.objects.set(construct, []);
    tree.releases.set(construct, []);
  } else if (ApiObject.isApiObject(construct)) {
    if (compartment) tree.objects.get(compartment)?.push(construct);
    else tree.problems.push(`${node.path}: stands in no compartment. Add its chart to one.`);
  } else if (Release.isRelease(construct)) {
    if (compartment) tree.releases.get(compartment)?.push(construct);
  } else if (Passage.isPassage(construct)) {
    tree.passages.push(construct.props);
  }
  for (const child of node.children) visit(child, compartment, tree);
}

/** @param served kinds that exist only once the compartment's own releases stand: their objects come last */
function planObject(
  construct: ApiObject,
  compartment: CompartmentRoot,
  served: ReadonlySet<string>,
  problems: string[],
): PlannedObject {
  const source = construct.node.path;
  const manifest = placed(construct.toJson() as Manifest, compartment, source, problems);
  const problem = nameProblem(manifest);
  if (problem) problems.push(`${source}: ${problem}`);
  const half =
    served.size > 0 && served.has(kindOf(manifest))
      ? 'contents'
      : halfOf(manifest, compartment.deliverer ? 'tenant' : 'platform');
  return {
    construct,
    rank: applyRank(stageOf({ half, manifest }), manifest.kind),
    planned: { manifest, half, source },
  };
}

function planRelease({ release, after }: OrderedRelease): PlannedRelease {
  const { name, kinds, runs, node } = release;
  const what = 'chart' in release ? { chart: release.chart, values: release.values } : { source: release.source };
  return { name, what, after, kinds, runs, source: node.path };
}

/** The manifest in its compartment's namespace; cluster-scoped objects lose the one that cdk8s stamps on everything. */
function placed(manifest: Manifest, compartment: CompartmentRoot, source: string, problems: string[]): Manifest {
  const { kind, metadata } = manifest;
  const isAtHome = metadata.namespace === compartment.namespace;
  if (isClusterScoped(manifest)) {
    if (metadata.namespace !== undefined && !isAtHome) {
      problems.push(`${source}: ${kind} belongs to no namespace, but names "${metadata.namespace}". Leave it out.`);
    }
    return metadata.namespace === undefined ? manifest : withNamespace(manifest, undefined);
  }
  if (compartment.namespace === undefined) {
    problems.push(
      `${source}: ${kind} needs a namespace, and compartment ${compartment.name} has none. Add it to another.`,
    );
    return manifest;
  }
  if (isAtHome) return manifest;
  if (metadata.namespace === undefined) return withNamespace(manifest, compartment.namespace);
  problems.push(
    `${source}: ${kind} ${metadata.name} lies in namespace "${metadata.namespace}", which compartment ${compartment.name} does not own. Leave the namespace out.`,
  );
  return manifest;
}

function withNamespace(manifest: Manifest, namespace: string | undefined): Manifest {
  const { name, namespace: _, ...rest } = manifest.metadata;
  return { ...manifest, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...rest } };
}

function findDuplicates(compartments: readonly PlannedCompartment[], problems: string[]): void {
  const seen = new Map<string, string>();
  for (const { manifests } of compartments) {
    for (const { manifest, source } of manifests) {
      const { apiVersion, kind, metadata } = manifest;
      const key = `${groupOf(apiVersion)} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
      const first = seen.get(key);
      if (first !== undefined) {
        problems.push(`${source}: ${kind} ${metadata.name} stands twice, first at ${first}. Rename or remove one.`);
      } else seen.set(key, source);
    }
  }
}
