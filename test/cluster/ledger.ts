import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A process, told apart from a later one with the same number by the moment it started. */
export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly started: string;
}

/** What a supervisor writes down about its cluster, so that others can find it, and clean up after it if it was killed. */
export interface Ledger {
  /** The folder of the harness that started the cluster: one checkout never ends the clusters of another. */
  readonly harness: string;
  /** The number of the process that started the cluster. */
  readonly startedBy: number;
  /** Whether the cluster outlives that process. */
  readonly kept: boolean;
  readonly supervisor: Running;
  readonly processes: readonly Running[];
}

/** How a cluster's folder in the system's folder for temporary files begins. */
export const folderPrefix = join(tmpdir(), 'bulkhead-cluster-');

const file = 'ledger.json';

/** Writes the ledger of a cluster's folder, completely or not at all. */
export function writeLedger(folder: string, ledger: Ledger): void {
  writeFileSync(join(folder, `${file}.draft`), JSON.stringify(ledger, undefined, 2));
  renameSync(join(folder, `${file}.draft`), join(folder, file));
}

/** The ledger of a cluster's folder, or undefined if there is none. */
export function readLedger(folder: string): Ledger | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Ledger;
  } catch {
    return undefined; // Its supervisor may be removing it at this moment.
  }
}

/** Every cluster of this user, by folder. */
export function ledgers(): ReadonlyMap<string, Ledger> {
  const found = new Map<string, Ledger>();
  for (const entry of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), entry);
    if (!folder.startsWith(folderPrefix) || !isMine(folder)) continue;
    const ledger = readLedger(folder);
    if (ledger !== undefined) found.set(folder, ledger);
  }
  return found;
}

/**
 * Ends what is left of clusters whose supervisor was killed, and removes their folders.
 *
 * @returns the folders removed
 */
export function sweep(): readonly string[] {
  const abandoned = [...ledgers()].filter(([, ledger]) => !isRunning(ledger.supervisor));
  for (const [folder, ledger] of abandoned) {
    for (const child of ledger.processes) if (isRunning(child)) process.kill(child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
  return abandoned.map(([folder]) => folder);
}

function isMine(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

/** Identifies a process that runs now. */
export function identify(name: string, pid: number): Running {
  return { name, pid, started: startOf(pid) ?? '' };
}

/** Whether exactly this process, and no later one with its number, runs. */
export function isRunning({ pid, started }: Running): boolean {
  return startOf(pid) === started;
}

/** When a process started, in whatever words the system has for it; undefined when it is gone or only waits to be reaped. */
function startOf(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold blanks and brackets: count from its end.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function startFromPs(pid: number): string | undefined {
  try {
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state?.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}
