// Runs in a process of its own, one per cluster: makes the cluster's folder, starts its processes, and ends everything it made
// when told to, when signalled, or when the process that started it is gone, however that one died.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { folderPrefix, identify, type Running, writeLedger } from './ledger';

/** A process to be started. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** How often it is started again when it ends by itself, as a kubelet would. */
  readonly restarts: number;
}

/** What the supervisor is told. */
export type Order = { readonly start: Program } | { readonly stop: string } | { readonly keep: true };

/** What the supervisor says. */
export type Report = { readonly folder: string } | { readonly ended: string; readonly how: string };

const folder = mkdtempSync(folderPrefix);
const startedBy = process.ppid;
const children = new Map<string, ChildProcess>();
const stopped = new Set<string>();
const processes: Running[] = [];
let kept = false;
let ending = false;

note();
process.on('message', (order: Order) => {
  if (ending) return;
  if ('keep' in order) keep();
  else if ('stop' in order) stop(order.stop);
  else start(order.start);
});
process.on('disconnect', () => {
  if (!kept) end();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

if (process.connected) report({ folder });
else end();

function start(program: Program): void {
  const { name, command, args, env } = program;
  const log = openSync(join(folder, `${name}.log`), 'a');
  // HOME: no configuration of the person who runs this may reach the cluster, and nothing of the cluster their home.
  const surroundings = { PATH: process.env.PATH, HOME: folder, ...env };
  const child = spawn(command, args, { cwd: folder, env: surroundings, stdio: ['ignore', log, log] });
  closeSync(log);
  child.on('error', (error) => gone(program, error.message));
  child.on('exit', (code, signal) => gone(program, signal ?? `exit code ${code}`));
  if (child.pid === undefined) return;
  children.set(name, child);
  processes.push(identify(name, child.pid));
  note();
}

/** As a machine that fails would: without a farewell. */
function stop(name: string): void {
  const child = children.get(name);
  if (!child) return;
  stopped.add(name);
  child.kill('SIGKILL');
}

function gone(program: Program, how: string): void {
  const { name, restarts } = program;
  children.delete(name);
  if (ending) leave();
  else if (stopped.delete(name) || restarts === 0) report({ ended: name, how });
  else start({ ...program, restarts: restarts - 1 });
}

function keep(): void {
  kept = true;
  note();
  process.disconnect();
}

/** The data is thrown away, so nobody needs a graceful shutdown. */
function end(): void {
  if (ending) return;
  ending = true;
  for (const child of children.values()) child.kill('SIGKILL');
  leave();
}

function leave(): void {
  if (children.size > 0) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.exit();
}

function note(): void {
  const supervisor = identify('supervisor', process.pid);
  writeLedger(folder, { harness: __dirname, startedBy, kept, supervisor, processes });
}

function report(words: Report): void {
  if (process.connected) process.send?.(words);
}
