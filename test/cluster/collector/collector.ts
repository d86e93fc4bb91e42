import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary } from '../build';
import { eventually } from '../eventually';
import { isRunning, type Running, readLedger } from '../ledger';
import type { Processes } from '../processes';
import { type Local, onLoopback } from './loopback';
import type { RenderedCollector } from './rendered-collectors';

export interface CollectorOptions {
  /** The address that stands in for an exporter's backend, by the exporter's name. */
  readonly backend: (exporter: string) => string;
  /** Stands in for the root of the file system. A later one with the same root finds what an earlier one left. */
  readonly root: string;
  /** Names its log, `<name>.log`, apart from those of other collectors of the same processes. */
  readonly name: string;
  /** Stands in for the API server, for those that discover pods. @default - there is none */
  readonly apiServer?: string;
  /** The node that it runs on, for those that look at it alone. @default - none */
  readonly node?: string;
}

/** The real collector with a rendered configuration. It ends with the process that started it, however that one dies. */
export class Collector {
  private constructor(
    private readonly rendered: RenderedCollector,
    private readonly local: Local,
    private readonly running: Running,
    private readonly root: string,
    private readonly logFile: string,
  ) {}

  /**
   * Starts it and returns once it says that it is healthy.
   *
   * @throws when it is not healthy in time, or has ended by itself, with the end of its log
   */
  static async start(processes: Processes, rendered: RenderedCollector, options: CollectorOptions): Promise<Collector> {
    const { folder } = processes;
    const { name, node } = options;
    const local = await onLoopback(rendered.configuration, options);
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(local.configuration, undefined, 2));
    processes.start(name, await binary('otelcol-contrib'), [`--config=${file}`], {
      env: { ...rendered.env, ...(node === undefined ? {} : { NODE_NAME: node }) },
    });
    const running = await eventually(`${name} to be started`, async () =>
      readLedger(folder)?.processes.find((process) => process.name === name),
    );
    const collector = new Collector(rendered, local, running, options.root, join(folder, `${name}.log`));
    await eventually(`${name} to be healthy`, () => collector.ifHealthy());
    return collector;
  }

  /** Where apps reach it over OTLP/HTTP. */
  get otlp(): string {
    return this.listener('receivers.otlp.protocols.http.endpoint');
  }

  /** Where agents reach it over OTLP/gRPC. */
  get otlpGrpc(): string {
    return this.listener('receivers.otlp.protocols.grpc.endpoint');
  }

  /** Everything it has said. */
  get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** The most memory that it ever held, as a share of its container's limit. */
  get peakMemory(): number {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.running.pid}/status`, 'utf8'))?.[1];
    return (Number(peak) * 1024) / this.rendered.memory;
  }

  /** What its queues and positions take of the disk now, as a share of its volume's limit. */
  get disk(): number {
    const { path, limit } = this.rendered.volume;
    const volume = join(this.root, path);
    const files = readdirSync(volume, { recursive: true, encoding: 'utf8' });
    const sizes = files.map((file) => statSync(join(volume, file), { throwIfNoEntry: false })?.blocks ?? 0);
    return (sizes.reduce((sum, blocks) => sum + blocks, 0) * 512) / limit;
  }

  async isHealthy(): Promise<boolean> {
    try {
      return (await fetch(`http://${this.listener('extensions.health_check.endpoint')}`)).ok;
    } catch {
      return false;
    }
  }

  /** Ends it, and returns when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    process.kill(this.running.pid, signal);
    await eventually(`${this.running.name} to end`, async () => (isRunning(this.running) ? undefined : true));
  }

  private async ifHealthy(): Promise<true | undefined> {
    if (isRunning(this.running)) return (await this.isHealthy()) || undefined;
    throw new Error(`${this.running.name} ended by itself:\n${this.log.trimEnd().split('\n').slice(-12).join('\n')}`);
  }

  private listener(setting: string): string {
    const address = this.local.listeners.get(setting);
    if (address === undefined) throw new Error(`${this.rendered.name} has no ${setting}.`);
    return address;
  }
}
