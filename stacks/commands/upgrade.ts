import { join } from 'node:path';
import { EXIT, UsageError } from '../exit';
import { environmentsAt } from '../load/at-revision';
import { loadEnvironment } from '../load/environments';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { gitopsTree } from '../outputs/gitops/tree';
import { writeTree } from '../outputs/gitops/write-tree';
import { today } from '../today';
import { lockFile, readLock, writeLock } from '../upgrade/lock';
import { type Pins, pinsOf } from '../upgrade/pins';
import { UPGRADE_REPORTS } from '../upgrade/report';
import { earlierPins, readRequest } from '../upgrade/request';
import { planUpgrade, type UpgradePlan } from '../upgrade/upgrade';
import { exitCodeOf, tellFindings } from './outcome';

/** Which way is meant. */
export interface WayOptions extends WorkspaceOptions {
  /** `istio=1.30.3,kubernetes=1.36`. */
  readonly to?: string;
  /** A git revision or another folder of environments. */
  readonly from?: string;
}

export interface UpgradeOptions extends WayOptions {
  readonly report: keyof typeof UPGRADE_REPORTS;
  /** Records that the environment stands where it is pinned. */
  readonly reached?: boolean;
  /** Folder for the trees of all steps. */
  readonly write?: string;
}

/** Plans the way of an environment to other versions, step by step, and prints it. Returns the exit code. */
export function upgrade(name: string, options: UpgradeOptions): number {
  if (options.reached) return reach(name, options);
  const plan = plannedUpgrade(name, options);
  if (!plan) return EXIT.broken;
  process.stdout.write(UPGRADE_REPORTS[options.report](plan));
  tellFindings([{ name, findings: plan.findings }]);
  if (options.write !== undefined && isComplete(plan)) writeSteps(plan, options.write);
  return plan.impossible || !isComplete(plan)
    ? EXIT.broken
    : exitCodeOf([plan.start, ...plan.steps.map(({ rendering }) => rendering)]);
}

function reach(name: string, options: UpgradeOptions): number {
  const planned = (['to', 'from', 'write'] as const).find((option) => options[option] !== undefined);
  if (planned !== undefined) {
    throw new UsageError(`--reached plans nothing: it records what is pinned. Leave out --${planned}.`);
  }
  const loaded = soundEnvironment(name, options);
  if (!loaded) return EXIT.broken;
  writeLock(options.environments, name, pinsOf(loaded.environment));
  process.stderr.write(`${lockFile(options.environments, name)} says that ${name} stands where it is pinned\n`);
  return EXIT.ok;
}

/** The plan of the way that is meant; `undefined`: the environment is broken, and it was told why. */
export function plannedUpgrade(name: string, options: WayOptions): UpgradePlan | undefined {
  if (options.to !== undefined && options.from !== undefined) {
    throw new UsageError('Say either where to, with --to, or from where, with --from.');
  }
  const loaded = soundEnvironment(name, options);
  if (!loaded) return undefined;
  const { environment, tenants } = loaded;
  const followed = environment.follows === undefined ? undefined : readLock(options.environments, environment.follows);
  const ends = endsOf(name, pinsOf(environment), options);
  return planUpgrade({ loaded, tenants, ...ends, today: today(), followed });
}

function soundEnvironment(name: string, options: WorkspaceOptions) {
  const { environments, tenants } = loadWorkspace([name], options);
  const [loaded] = environments;
  if (loaded?.environment) return { ...loaded, environment: loaded.environment, tenants };
  tellFindings([{ name, findings: loaded?.findings ?? [] }]);
  return undefined;
}

/** Without a word of either end: from where the environment's lock says that it stands, to where it is pinned. */
function endsOf(name: string, pins: Pins, options: WayOptions): { readonly from: Pins; readonly to: Pins } {
  if (options.to !== undefined) return { from: pins, to: readRequest(options.to, pins) };
  if (options.from !== undefined) return fromElsewhere(name, pins, options);
  const lock = readLock(options.environments, name);
  if (!lock) {
    throw new UsageError(
      `Say where to with --to istio=1.30.3, or from where with --from <git revision or folder>: ${lockFile(options.environments, name)}, which could say it, is not there.`,
    );
  }
  return { from: earlierPins(lock.pins, pins), to: pins };
}

function fromElsewhere(name: string, now: Pins, { from = '', environments }: WayOptions): { from: Pins; to: Pins } {
  const { environment, findings } = loadEnvironment(environmentsAt(from, environments), name);
  if (!environment) {
    const [first] = findings;
    throw new UsageError(
      `--from ${from}: ${first ? `${first.object} ${first.path}: ${first.problem}` : 'Has no such environment.'}`,
    );
  }
  return { from: earlierPins(pinsOf(environment), now), to: now };
}

/** Whether every step could be rendered and keeps all rules of steps. */
function isComplete({ start, steps }: UpgradePlan): boolean {
  const faults = steps.flatMap(({ findings, rendering }) =>
    findings.filter((each) => !rendering.findings.includes(each)),
  );
  return (
    faults.length === 0 && [start, ...steps.map(({ rendering }) => rendering)].every(({ plan }) => plan !== undefined)
  );
}

/** The tree of each step in a folder of its own, the one before the first in `00-before`. */
function writeSteps({ environment, start, steps }: UpgradePlan, root: string): void {
  const folders = [
    { folder: '00-before', rendering: start },
    ...steps.map(({ number, title, rendering }) => ({
      folder: `${`${number}`.padStart(2, '0')}-${slug(title)}`,
      rendering,
    })),
  ];
  for (const { folder, rendering } of folders) {
    if (!rendering.plan) continue;
    const { written, deleted, unchanged } = writeTree(
      join(root, folder, environment),
      gitopsTree(rendering.plan, rendering.inputs),
    );
    const changes = `${written.length} files written, ${deleted.length} deleted, ${unchanged} unchanged`;
    process.stderr.write(`${join(root, folder, environment)}: ${changes}\n`);
  }
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '');
}
