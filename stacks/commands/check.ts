import type { Finding } from '../../policies/finding';
import { waiverLines } from '../../policies/isolation/waivers';
import { EXIT } from '../exit';
import { chartsIn, inflate } from '../inflate/inflate';
import { NOTHING_EARLIER } from '../load/earlier';
import type { LoadedEnvironment } from '../load/environments';
import type { LoadedTenant } from '../load/tenants';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { REPORTS } from '../outputs/report';
import { manifestsOf } from '../plan';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { neededFor, promotionFindings, readLock } from '../upgrade/lock';
import { movedBetween, pinsOf } from '../upgrade/pins';
import { earlierPins } from '../upgrade/request';
import { planUpgrade } from '../upgrade/upgrade';
import { exitCodeOf } from './outcome';

export interface CheckOptions extends WorkspaceOptions {
  readonly report: keyof typeof REPORTS;
  /** Folder of the vendored charts. @default 'charts' */
  readonly charts?: string;
}

/** Renders environments, writes the findings to stdout and a summary to stderr. Returns the exit code. */
export function check(names: readonly string[], options: CheckOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  const renderings = environments.map((environment) =>
    inflate(environment, render(environment, tenants, NOTHING_EARLIER, today()), chartsIn(options.charts)),
  );
  for (const rendering of renderings) process.stderr.write(`${summary(rendering)}\n`);
  const upgrades = environments.map((loaded) => upgradeFindings(loaded, tenants, options));
  const results = renderings.map(({ name, findings }, index) => ({
    environment: name,
    findings: [...findings, ...(upgrades[index] ?? [])],
  }));
  process.stdout.write(REPORTS[options.report](results));
  return upgrades.some((findings) => findings.length > 0) ? EXIT.broken : exitCodeOf(renderings);
}

function summary({ name, plan, findings, waived }: Rendering): string {
  const count = `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`;
  if (!plan) return `${name}: broken, ${count}`;
  return `${name}: ${manifestsOf(plan).length} objects checked, ${count}, ${waiverLines(waived).join('\n')}`;
}

/**
 * What is wrong with the way from where an environment stands, as its lock says, to where it is pinned; or, where nothing is
 * recorded, with being there before the environment that it follows.
 */
function upgradeFindings(
  loaded: LoadedEnvironment,
  tenants: readonly LoadedTenant[],
  options: CheckOptions,
): Finding[] {
  const { name, file, environment } = loaded;
  if (!environment) return [];
  const [lock, pins] = [readLock(options.environments, name), pinsOf(environment)];
  const { follows } = environment;
  const followed = follows === undefined ? undefined : readLock(options.environments, follows);
  if (!lock) {
    if (follows === undefined) return [];
    return promotionFindings({ object: file, follows, lock: followed, needed: neededFor(pins) });
  }
  const from = earlierPins(lock.pins, pins);
  if (movedBetween(from, pins).length === 0) return [];
  const plan = planUpgrade({ loaded, tenants, from, to: pins, today: today(), followed });
  const why = plan?.impossible?.why ?? [];
  const impossible = why.map((problem) => ({
    rule: 'upgrades-are-possible',
    object: file,
    path: '',
    problem,
    fix: '',
  }));
  return [
    ...impossible.map((finding) => ({ ...finding, compartment: undefined })),
    ...(plan?.steps.flatMap((step) => step.findings.filter((each) => !step.rendering.findings.includes(each))) ?? []),
  ];
}
