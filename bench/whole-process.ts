import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENVIRONMENT, type Fixture, fixtureOf } from './fixture';
import { writeHelmChart } from './helm-chart';
import type { Measurement, Row, Run } from './measurement';
import { median, seconds, wallTimes } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const OBJECTS = 16_000;
const SCRIPT = join(__dirname, '..', 'bench', 'render-once.cjs');
const GET_HELM = 'There is no helm on the PATH. Get it: go install helm.sh/helm/v4/cmd/helm@v4.3.1';

/** A whole process that renders everything into one file: its time against `helm template`, and its memory. */
export const wholeProcess: Measurement = {
  what: 'a whole process',
  isLong: false,
  measure: (run: Run) => inTemporaryFolder((folder) => measureIn(folder, run)),
};

function measureIn(folder: string, { isQuick, rounds }: Run): Row[] {
  const fixture = fixtureOf(OBJECTS);
  const [input, output] = [join(folder, 'input.json'), join(folder, 'ours.yaml')];
  writeFileSync(input, JSON.stringify({ environment: ENVIRONMENT, tenants: fixture.inputs }));
  const peaks: number[] = [];
  const ours = () => {
    peaks.push(Number(runProcess(process.execPath, [SCRIPT, input, output])) / 1024);
  };
  const against = `render ${OBJECTS} objects in a process of its own / helm template`;
  const leftOut = isQuick ? 'Takes long. Run it without --quick.' : hasHelm() ? undefined : GET_HELM;
  if (leftOut !== undefined) wallTimes(rounds, { ours });
  return [
    leftOut === undefined
      ? compareWithHelm(against, folder, fixture, { rounds, ours, output })
      : { what: against, leftOut },
    {
      what: `peak memory of that process at ${OBJECTS} objects`,
      ...{ measured: median(peaks), bound: 'at most', limit: 300, unit: 'MB' },
      how: `${fixture.manifests.length} objects, median of ${rounds}`,
    },
  ];
}

interface Contestant {
  readonly rounds: number;
  readonly ours: () => void;
  /** Where that writes to. */
  readonly output: string;
}

function compareWithHelm(what: string, folder: string, fixture: Fixture, { rounds, ours, output }: Contestant): Row {
  const [chart, helmOutput] = [join(folder, 'chart'), join(folder, 'helm.yaml')];
  writeHelmChart(chart, fixture);
  const helm = () => runInto(helmOutput, 'helm', ['template', 'platform', chart]);
  const times = wallTimes(rounds, { ours, helm });
  expectSameObjects(output, helmOutput);
  return {
    ...{ what, measured: times.ours / times.helm, bound: 'at most', limit: 0.8, unit: '×' },
    how: `${fixture.manifests.length} objects: ${seconds(times.ours)} / ${seconds(times.helm)}`,
  };
}

function hasHelm(): boolean {
  return spawnSync('helm', ['version']).status === 0;
}

/** Both must have had the same to do. */
function expectSameObjects(ours: string, helm: string): void {
  const [own, other] = [ours, helm].map((file) => countObjects(readFileSync(file, 'utf8')));
  if (own !== other) throw new Error(`helm template rendered ${other} objects, and Bulkhead ${own}.`);
}

function countObjects(text: string): number {
  return text.split(/^kind: /m).length - 1;
}

function runProcess(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Straight into a file, as a shell does: collecting the output here would be measured too. */
function runInto(file: string, command: string, args: readonly string[]): void {
  const output = openSync(file, 'w');
  const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', output, 'pipe'], encoding: 'utf8' });
  closeSync(output);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
}
