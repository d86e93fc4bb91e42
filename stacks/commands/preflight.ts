import { EXIT, UsageError } from '../exit';
import { kubectlAt, reasonOf } from '../kubectl';
import { NOTHING_EARLIER } from '../load/earlier';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { manifestsOf, runsOf } from '../plan';
import type { LiveCluster } from '../preflight/live-cluster';
import { preflight as findingsAt } from '../preflight/preflight';
import { readCluster } from '../preflight/read-cluster';
import { PREFLIGHT_REPORTS } from '../preflight/report';
import { situationOf } from '../preflight/situation';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { exitCodeOf, tellFindings } from './outcome';

/** The ways to write the findings. */
export { PREFLIGHT_REPORTS };

export interface PreflightOptions extends WorkspaceOptions {
  /** @default - the kubeconfig's current context */
  readonly context?: string;
  readonly report: keyof typeof PREFLIGHT_REPORTS;
}

/** Reads a cluster, and prints what speaks against applying an environment there, or against moving it. Returns the exit code. */
export function preflight(name: string, options: PreflightOptions): number {
  const { environments, tenants } = loadWorkspace([name], options);
  const [loaded] = environments;
  if (!loaded) throw new UsageError(`There is no environment "${name}".`);
  const rendering = render(loaded, tenants, NOTHING_EARLIER, today());
  tellFindings([rendering]);
  const { environment, plan, undelivered } = rendering;
  if (!environment || !plan || !undelivered) return exitCodeOf([rendering]);
  const cluster = read({ plan, undelivered }, options);
  const findings = findingsAt(situationOf(name, environment, { plan, undelivered }, cluster));
  process.stdout.write(PREFLIGHT_REPORTS[options.report]({ environment: name, findings }));
  if (findings.some(({ stops }) => stops)) return EXIT.stop;
  return findings.length > 0 ? EXIT.changes : exitCodeOf([rendering]);
}

type Plans = { readonly [Name in 'plan' | 'undelivered']: NonNullable<Rendering[Name]> };

function read({ plan, undelivered }: Plans, { context }: PreflightOptions): LiveCluster {
  try {
    return readCluster([...manifestsOf(plan), ...runsOf(undelivered)], kubectlAt({ context }));
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
