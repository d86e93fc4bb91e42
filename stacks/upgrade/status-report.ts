import { formatFinding } from '../../policies/finding';
import type { NextStep, UpgradeStatus } from './status';

/** The ways to tell where a cluster stands, by the name by which they are asked for. */
export const STATUS_REPORTS = { text, json } as const satisfies Readonly<
  Record<string, (status: UpgradeStatus) => string>
>;

function text(status: UpgradeStatus): string {
  const { unfinished, waits, next } = status;
  const blocks: [string, readonly string[]][] = [
    ['unfinished', unfinished.map(formatFinding)],
    ['look for yourself', waits],
    ['next', next ? nextLines(next) : []],
  ];
  const told = blocks.filter(([, lines]) => lines.length > 0);
  return `${[heading(status), ...told.map(block), ''].join('\n')}`;
}

function heading({ environment, at, steps, title, unfinished, next }: UpgradeStatus): string {
  if (at === undefined) return `${environment}: as no step leaves it; nearest: ${title}`;
  if (at === 0) return `${environment}: before the first of ${steps} steps`;
  const isDone = unfinished.length === 0;
  const state = isDone ? (next ? 'done' : 'done, and with it the plan') : 'not finished';
  return `${environment}: step ${at} of ${steps}, ${title}: ${state}`;
}

function nextLines({ number, title, why, save }: NextStep): string[] {
  const verdict = why.length > 0 ? 'may not start' : 'may start';
  return [
    `step ${number}, ${title}: ${verdict}`,
    ...why,
    ...(save === undefined ? [] : [`One way. Before it: ${save}`]),
  ];
}

function block([name, lines]: readonly [string, readonly string[]]): string {
  return [name, ...lines.map((line) => `   ${line}`)].join('\n');
}

function json(status: UpgradeStatus): string {
  return `${JSON.stringify(status, null, 2)}\n`;
}
