import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT, fixtureOf } from './fixture';
import type { Measurement, Row, Run } from './measurement';
import { median, seconds } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const OBJECTS = 4000;
const SCRIPT = join(__dirname, '..', 'bench', 'register-once.cjs');

/** Registering a plan with Pulumi, the engine a mock, against a loop that does nothing but make the same resources. */
export const registering: Measurement = {
  what: 'registering with Pulumi',
  isLong: true,
  measure: (run: Run) => inTemporaryFolder((folder) => measureIn(folder, run)),
};

function measureIn(folder: string, { rounds }: Run): Row[] {
  const { inputs, manifests } = fixtureOf(OBJECTS);
  const input = join(folder, 'input.json');
  writeFileSync(input, JSON.stringify({ environment: ENVIRONMENT, tenants: inputs }));
  const pairs = Array.from({ length: rounds }, () => ({
    ours: register(input, 'ours'),
    bare: register(input, 'bare'),
  }));
  const ours = median(pairs.map(({ ours }) => ours.milliseconds));
  const bare = median(pairs.map(({ bare }) => bare.milliseconds));
  return [
    {
      what: `register ${OBJECTS} objects / a bare loop of the same resources`,
      ...{ measured: ours / bare, bound: 'at most', limit: 1, unit: '×' },
      how: `${manifests.length} objects: ${seconds(ours)} / ${seconds(bare)} of processor time`,
    },
    {
      what: `peak memory of registering ${OBJECTS} objects`,
      ...{ measured: median(pairs.map(({ ours }) => ours.peak)) / 1024, bound: 'at most', limit: 700, unit: 'MB' },
      how: `${manifests.length} objects, median of ${rounds}`,
    },
  ];
}

interface Registered {
  /** Of processor time. */
  readonly milliseconds: number;
  /** In kilobytes. */
  readonly peak: number;
}

function register(input: string, contestant: 'ours' | 'bare'): Registered {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, input, contestant], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${SCRIPT} ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as Registered;
}
