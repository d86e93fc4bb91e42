import { spawnSync } from 'node:child_process';
import { cpSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Measurement, Row, Run } from './measurement';
import { wallTimes } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const ROOT = resolve(__dirname, '..');
const CLI = join(ROOT, 'lib', 'cli.js');
const ENVIRONMENT_FILE = 'dev.ts';

/** Whole processes, from start to exit, against a node process that does nothing. */
export const startUp: Measurement = {
  what: 'start',
  isLong: false,
  measure: ({ rounds }: Run) => inTemporaryFolder((folder) => measureIn(folder, rounds)),
};

function measureIn(folder: string, rounds: number): Row[] {
  cpSync(join(ROOT, 'stacks', 'environments'), join(folder, 'environments'), { recursive: true });
  cpSync(join(ROOT, 'tenants'), join(folder, 'tenants'), { recursive: true });
  writeFileSync(join(folder, 'empty.js'), '');
  const node = (...args: string[]) => runNode(folder, args);
  const synth = () =>
    node(CLI, 'synth', 'dev', '--out', 'dist', '--environments', 'environments', '--tenants', 'tenants');
  synth();
  const times = wallTimes(rounds, {
    empty: () => node('empty.js'),
    version: () => node(CLI, '--version'),
    warm: synth,
    cold: () => {
      touch(join(folder, 'environments', ENVIRONMENT_FILE));
      synth();
    },
  });
  const row = (what: string, time: number, limit: number): Row => ({
    what: `${what} / an empty node script`,
    ...{ measured: time / times.empty, bound: 'at most', limit, unit: '×' },
    how: `${time.toFixed(0)} ms / ${times.empty.toFixed(0)} ms, median of ${rounds}`,
  });
  return [
    row('bulkhead --version', times.version, 1.3),
    row('bulkhead synth dev, warm', times.warm, 4),
    row('bulkhead synth dev, cold: the environment changed', times.cold, 5),
  ];
}

let touches = 0;

/** A modification time that the file never had. */
function touch(file: string): void {
  touches++;
  utimesSync(file, touches, touches);
}

function runNode(cwd: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stderr}`);
}
