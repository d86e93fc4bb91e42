import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually';
import { isRunning, type Ledger, ledgers, readLedger, sweep } from './ledger';
import type { Order, Program, Report } from './supervisor';

/**
 * The processes of one cluster, and their folder, in the care of a supervisor: when this process ends, in whatever way, they end
 * too and the folder is removed, unless they are kept.
 */
export class Processes {
  private readonly ended = new Map<string, string>();

  private constructor(
    /** Holds everything the processes write. */
    readonly folder: string,
    private readonly supervisor: ChildProcess,
  ) {
    supervisor.on('message', (report: Report) => {
      if ('ended' in report) this.ended.set(report.ended, report.how);
    });
    // A cluster that nobody stops does not hold up the end of this process.
    supervisor.unref();
    supervisor.channel?.unref();
  }

  /** Starts a supervisor. It creates the folder and starts nothing else yet. */
  static async open(): Promise<Processes> {
    // A session of its own: Ctrl-C reaches this process alone, and the supervisor sees it go. No standard error of ours: a kept
    // cluster would hold it open for ever, and with it whoever reads our output.
    const supervisor = spawn(process.execPath, [join(__dirname, 'run.mjs'), 'supervisor'], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const folder = await new Promise<string>((resolve, reject) => {
      supervisor.once('message', (report: Report) => 'folder' in report && resolve(report.folder));
      supervisor.once('error', reject);
      supervisor.once('exit', (code) => reject(new Error(`The cluster's supervisor ended with exit code ${code}.`)));
    });
    return new Processes(folder, supervisor);
  }

  /** Starts a process; its output goes to `<name>.log` in the folder. @param restarts how often, when it ends by itself */
  start(
    name: string,
    command: string,
    args: readonly string[],
    { env = {}, restarts = 0 }: Partial<Pick<Program, 'env' | 'restarts'>> = {},
  ): void {
    this.order({ start: { name, command, args, env, restarts } });
  }

  /** Ends one process and returns when it is gone; it may be started anew. */
  async stop(name: string): Promise<void> {
    this.order({ stop: name });
    await eventually(`${name} to end`, async () => this.ended.delete(name) || undefined, { every: 20 });
  }

  /**
   * Waits for an answer as `eventually` does, and gives up at once when a process of the cluster has ended.
   *
   * @throws with the last lines of its log when a process has ended, or when the time is over
   */
  async until<Answer>(sentence: string, ask: () => Promise<Answer | undefined>, seconds: number): Promise<Answer> {
    const askTheLiving = () => {
      this.checkAlive();
      return ask();
    };
    return eventually(sentence, askTheLiving, { seconds, every: 50 });
  }

  /** Leaves everything running when this process ends; `endKept` ends it. */
  async keep(): Promise<void> {
    const disconnect = once(this.supervisor, 'disconnect');
    this.supervisor.channel?.ref();
    this.order({ keep: true });
    await disconnect;
  }

  /** Ends every process, removes the folder, and returns when all is gone. */
  async end(): Promise<void> {
    if (this.supervisor.exitCode === null && this.supervisor.signalCode === null) {
      const exit = once(this.supervisor, 'exit');
      this.supervisor.ref();
      this.supervisor.kill('SIGTERM');
      await exit;
    }
    sweep(); // In case the supervisor was killed and could not.
  }

  private order(order: Order): void {
    this.supervisor.send(order);
  }

  private checkAlive(): void {
    for (const [name, how] of this.ended) {
      const log = join(this.folder, `${name}.log`);
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-12) : [];
      throw new Error([`${name} ended by itself (${how}). Its last words:`, ...lines].join('\n'));
    }
  }
}

/** The clusters that this harness left running, by folder. */
export function keptClusters(): ReadonlyMap<string, Ledger> {
  const isOurs = ({ kept, harness, supervisor }: Ledger) => kept && harness === __dirname && isRunning(supervisor);
  return new Map([...ledgers()].filter(([, ledger]) => isOurs(ledger)));
}

/** Ends a kept cluster and returns when its processes and its folder are gone. */
export async function endKept(folder: string): Promise<void> {
  const ledger = readLedger(folder);
  if (ledger === undefined || !isRunning(ledger.supervisor)) return;
  process.kill(ledger.supervisor.pid, 'SIGTERM');
  await eventually(`the cluster in ${folder} to end`, async () => (existsSync(folder) ? undefined : true));
}
