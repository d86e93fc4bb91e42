import { EXIT, UsageError } from '../exit';
import { kubectlAt, reasonOf } from '../kubectl';
import { manifestsOf, runsOf } from '../plan';
import type { LiveCluster } from '../preflight/live-cluster';
import { readCluster } from '../preflight/read-cluster';
import { statusOf, type UpgradeStatus } from '../upgrade/status';
import { STATUS_REPORTS } from '../upgrade/status-report';
import type { UpgradePlan } from '../upgrade/upgrade';
import { tellFindings } from './outcome';
import { plannedUpgrade, type WayOptions } from './upgrade';

export interface UpgradeStatusOptions extends WayOptions {
  /** @default - the kubeconfig's current context */
  readonly context?: string;
  readonly report: keyof typeof STATUS_REPORTS;
}

/** Reads a cluster, and prints at which step of the plan it stands, what is unfinished, and whether the next may start. Returns the exit code. */
export function upgradeStatus(name: string, options: UpgradeStatusOptions): number {
  const plan = plannedUpgrade(name, options);
  if (!plan) return EXIT.broken;
  const status = statusOf(plan, read(plan, options));
  if (!status) {
    tellFindings([{ name, findings: plan.findings }]);
    return EXIT.broken;
  }
  process.stdout.write(STATUS_REPORTS[options.report](status));
  return exitCodeOf(status);
}

function exitCodeOf({ at, unfinished, next }: UpgradeStatus): number {
  if (at === undefined) return EXIT.stop;
  return unfinished.length > 0 || (next?.why ?? []).length > 0 ? EXIT.changes : EXIT.ok;
}

function read({ start, steps }: UpgradePlan, { context }: UpgradeStatusOptions): LiveCluster {
  const renderings = [start, ...steps.map(({ rendering }) => rendering)];
  const objects = renderings.flatMap(({ plan, undelivered }) =>
    plan && undelivered ? [...manifestsOf(plan), ...runsOf(undelivered)] : [],
  );
  try {
    return readCluster(objects, kubectlAt({ context }));
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}
