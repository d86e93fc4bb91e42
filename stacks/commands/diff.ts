import { statSync } from 'node:fs';
import { join } from 'node:path';
import { compareCluster } from '../diff/cluster';
import { compare } from '../diff/compare';
import { CHANGE_REPORTS } from '../diff/report';
import { compareTree, renderedTree, type Sides } from '../diff/tree';
import { EXIT, UsageError } from '../exit';
import { chartsIn, inflate } from '../inflate/inflate';
import { kubectlAt, reasonOf } from '../kubectl';
import { earlierIn } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { gitopsTree } from '../outputs/gitops/tree';
import type { Plan } from '../planned';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { exitCodeOf, tellFindings } from './outcome';

export interface DiffOptions extends WorkspaceOptions {
  /** Folder that holds the environments' trees, or `cluster`. */
  readonly against: string;
  /** Folder of trees that are rendered already. @default - the environment is rendered now */
  readonly rendered?: string;
  readonly report: keyof typeof CHANGE_REPORTS;
  /** Folder of the vendored charts. @default 'charts' */
  readonly charts?: string;
  /** For a cluster: which. */
  readonly context?: string;
}

const CLUSTER = 'cluster';

/** Prints what rendering an environment now would change, or in what two rendered trees of it differ. Returns the exit code. */
export function diff(name: string, options: DiffOptions): number {
  if (options.against !== CLUSTER && options.context !== undefined) {
    throw new UsageError('--context says which cluster to ask. Say so with --against cluster.');
  }
  if (options.against !== CLUSTER) requireFolder(options.against, '--against');
  if (options.rendered !== undefined) return diffTrees(name, options.rendered, options);
  const { environments, tenants } = loadWorkspace([name], options);
  const [environment] = environments;
  if (!environment) throw new UsageError(`There is no environment "${name}".`);
  const root = join(options.against, name);
  if (options.against !== CLUSTER) tellWhenNew(root);
  const rendered = render(environment, tenants, earlierIn(root), today());
  const rendering = inflate(environment, rendered, chartsIn(options.charts));
  tellFindings([rendering]);
  if (!rendering.plan) return exitCodeOf([rendering]);
  const code = tellChanges(name, sides(rendering.plan, rendering, options, root), options);
  return rendering.findings.length > 0 ? exitCodeOf([rendering]) : code;
}

function diffTrees(name: string, rendered: string, options: DiffOptions): number {
  if (options.against === CLUSTER) {
    throw new UsageError('A rendered tree is compared with another one. Name its folder with --against.');
  }
  const [before, after] = [join(options.against, name), join(rendered, name)];
  requireFolder(after, '--rendered');
  tellWhenNew(before);
  return tellChanges(name, compareTree(before, renderedTree(after)), options);
}

function requireFolder(folder: string, option: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new UsageError(`There is no folder ${folder}. Name the one that synth renders into with ${option}.`);
}

/** A first tree has nothing to be compared with; nor has one whose environment's name is mistaken. */
function tellWhenNew(root: string): void {
  if (statSync(root, { throwIfNoEntry: false })) requireFolder(root, '--against');
  else process.stderr.write(`There is no folder ${root} yet: everything is new.\n`);
}

function tellChanges(environment: string, { before, after }: Sides, { report }: DiffOptions): number {
  const compartments = compare(before, after);
  process.stdout.write(CHANGE_REPORTS[report]({ environment, compartments }));
  return compartments.length > 0 ? EXIT.changes : EXIT.ok;
}

function sides(plan: Plan, { inputs }: Rendering, { against, context }: DiffOptions, root: string): Sides {
  if (against !== CLUSTER) return compareTree(root, gitopsTree(plan, inputs));
  try {
    return compareCluster(plan, kubectlAt({ context }));
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
