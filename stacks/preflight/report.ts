import { formatFinding } from '../../policies/finding';
import type { PreflightFinding } from './situation';

/** What was found at the cluster of one environment. */
export interface PreflightResult {
  readonly environment: string;
  readonly findings: readonly PreflightFinding[];
}

/** The ways to tell what was found, by the name by which they are asked for. */
export const PREFLIGHT_REPORTS = { text, markdown, json } as const satisfies Readonly<
  Record<string, (result: PreflightResult) => string>
>;

/** A line per finding, and one that sums up. */
function text(result: PreflightResult): string {
  const lines = result.findings.map((finding) => `${finding.stops ? 'stop' : 'mind'}  ${formatFinding(finding)}`);
  return `${[...lines, summary(result)].join('\n')}\n`;
}

/** For a pull request or a ticket. */
function markdown(result: PreflightResult): string {
  const heading = `### ${result.environment}: ${summary(result)}`;
  if (result.findings.length === 0) return `${heading}\n`;
  const rows = result.findings.map(({ stops, object, path, problem, fix }) => {
    const where = path ? `${object} ${path}` : object;
    return `| ${stops ? 'stop' : 'mind'} | \`${where}\` | ${cell(problem)} | ${cell(fix)} |`;
  });
  return [heading, '', '| | where | what would happen | what to do |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function json(result: PreflightResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

function summary({ findings }: PreflightResult): string {
  if (findings.length === 0) return 'nothing speaks against it';
  const stops = findings.filter((finding) => finding.stops).length;
  return `${stops} to mend before anything is applied, ${findings.length - stops} before an upgrade or a drain`;
}

function cell(words: string): string {
  return words.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
