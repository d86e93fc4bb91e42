import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { REPORTS } from '../outputs/report';
import { manifestsOf } from '../plan';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { exitCodeOf } from './outcome';

export interface CheckOptions extends WorkspaceOptions {
  readonly report: keyof typeof REPORTS;
}

/** Renders environments, writes the findings to stdout and a summary to stderr. Returns the exit code. */
export function check(names: readonly string[], options: CheckOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  const renderings = environments.map((environment) => render(environment, tenants, NOTHING_EARLIER, today()));
  for (const rendering of renderings) process.stderr.write(`${summary(rendering)}\n`);
  const results = renderings.map(({ name, findings }) => ({ environment: name, findings }));
  process.stdout.write(REPORTS[options.report](results));
  return exitCodeOf(renderings);
}

function summary({ name, plan, findings }: Rendering): string {
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  return plan ? `${name}: ${manifestsOf(plan).length} objects checked, ${count}` : `${name}: broken, ${count}`;
}
