// Measures every number that Bulkhead promises. Most are ratios within one run: machines differ, and are busy.
import { Command } from 'commander';
import { table } from '../stacks/table';
import { againstStock } from './against-stock';
import { dependentCharts } from './dependent-charts';
import { differing } from './differing';
import { growth } from './growth';
import { judging } from './judging';
import { isWithin, type Measurement, type Row } from './measurement';
import { proof } from './proof';
import { registering } from './registering';
import { rewrite } from './rewrite';
import { scoreFiles } from './score-files';
import { startUp } from './start-up';
import { upgrades } from './upgrades';
import { wholeProcess } from './whole-process';

const ROUNDS = { quick: 2, full: 11 } as const;

const MEASUREMENTS: readonly Measurement[] = [
  ...[againstStock, wholeProcess, rewrite, growth],
  ...[dependentCharts, startUp, registering, proof, judging, differing, scoreFiles, upgrades],
];

const NOTE = `
Times within this process are processor time; other processes are timed by the clock.
The exit code says only whether it ran: numbers of a busy machine are no reason to fail.`;

const { quick = false, json = false } = new Command('bench')
  .description('Measures every number that Bulkhead promises and shows it beside its limit.')
  .option('--quick', 'leave out what takes long')
  .option('--json', 'print JSON instead of a table')
  .addHelpText('after', NOTE)
  .parse()
  .opts<{ quick?: boolean; json?: boolean }>();

const rows = MEASUREMENTS.flatMap((measurement) => {
  if (quick && measurement.isLong) return [leftOut(measurement)];
  process.stderr.write(`measuring ${measurement.what} …\n`);
  return measurement.measure({ isQuick: quick, rounds: quick ? ROUNDS.quick : ROUNDS.full });
});
process.stdout.write(json ? jsonOf(rows) : tableOf(rows));

function leftOut({ what }: Measurement): Row {
  return { what, leftOut: 'Takes long. Run it without --quick.' };
}

function jsonOf(rows: readonly Row[]): string {
  const complete = rows.map((row) => ('leftOut' in row ? row : { ...row, isWithin: isWithin(row) }));
  return `${JSON.stringify(complete, undefined, 2)}\n`;
}

function tableOf(rows: readonly Row[]): string {
  return table(['WHAT', 'MEASURED', 'LIMIT', 'WITHIN', 'HOW'], rows.map(cells));
}

function cells(row: Row): string[] {
  if ('leftOut' in row) return [row.what, '', '', 'left out', row.leftOut];
  const { what, measured, bound, limit, unit, how } = row;
  return [
    what,
    `${measured.toFixed(unit === 'MB' ? 0 : 2)} ${unit}`,
    `${bound} ${limit} ${unit}`,
    isWithin(row) ? 'yes' : 'NO',
    how,
  ];
}
