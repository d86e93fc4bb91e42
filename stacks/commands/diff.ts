import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareCluster } from '../diff/cluster';
import { compare } from '../diff/compare';
import { CHANGE_REPORTS } from '../diff/report';
import { compareTree, type Sides } from '../diff/tree';
import { EXIT, UsageError } from '../exit';
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
  readonly report: keyof typeof CHANGE_REPORTS;
  /** For a cluster: which. */
  readonly context?: string;
}

const CLUSTER = 'cluster';

/** Prints what rendering an environment now would change. Returns the exit code. */
export function diff(name: string, options: DiffOptions): number {
  const { environments, tenants } = loadWorkspace([name], options);
  const [environment] = environments;
  if (options.against !== CLUSTER && !existsSync(options.against)) {
    throw new UsageError(`There is no folder ${options.against}. Name the one that synth renders into with --against.`);
  }
  if (!environment) throw new UsageError(`There is no environment "${name}".`);
  const root = join(options.against, name);
  const rendering = render(environment, tenants, earlierIn(root), today());
  tellFindings([rendering]);
  if (!rendering.plan) return exitCodeOf([rendering]);
  const { before, after } = sides(rendering.plan, rendering, options, root);
  const compartments = compare(before, after);
  process.stdout.write(CHANGE_REPORTS[options.report]({ environment: name, compartments }));
  if (rendering.findings.length > 0) return exitCodeOf([rendering]);
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
