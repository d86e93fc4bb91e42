import { type Finding, formatFinding } from '../../policies/finding';

/** The findings of one environment. */
export interface EnvironmentFindings {
  readonly environment: string;
  readonly findings: readonly Finding[];
}

/** A way to write findings down. */
export type Report = (results: readonly EnvironmentFindings[]) => string;

/** The ways to write findings down, by the name by which they are asked for. */
export const REPORTS = { text, json, junit } as const satisfies Readonly<Record<string, Report>>;

/** One line per finding, as compilers do. */
function text(results: readonly EnvironmentFindings[]): string {
  return findingsByLine(results)
    .map(
      ({ line, environments }) =>
        `${line}${environments.length === results.length ? '' : ` (${environments.join(', ')})`}\n`,
    )
    .join('');
}

/** Findings that several environments share are told once, with the environments if it is not all. */
export function findingsByLine(results: readonly EnvironmentFindings[]): { line: string; environments: string[] }[] {
  const byLine = new Map<string, string[]>();
  for (const { environment, findings } of results) {
    for (const finding of findings) {
      const line = formatFinding(finding);
      byLine.set(line, [...(byLine.get(line) ?? []), environment]);
    }
  }
  return [...byLine].map(([line, environments]) => ({ line, environments }));
}

function json(results: readonly EnvironmentFindings[]): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** One test suite per environment; without findings it holds one test that passes, so that readers see it ran. */
function junit(results: readonly EnvironmentFindings[]): string {
  const suites = results.map(({ environment, findings }) => {
    const cases = findings.map(
      (finding) =>
        `    <testcase classname="${escape(finding.rule)}" name="${escape(`${finding.object} ${finding.path}`.trim())}">\n` +
        `      <failure message="${escape(finding.problem)}">${escape(formatFinding(finding))}</failure>\n    </testcase>\n`,
    );
    const passed = '    <testcase classname="bulkhead" name="has no findings"/>\n';
    return (
      `  <testsuite name="${escape(environment)}" tests="${Math.max(1, findings.length)}" failures="${findings.length}">\n` +
      `${cases.join('') || passed}  </testsuite>\n`
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way to write most control characters, so they become what readers show for the unknown. */
function escape(value: string): string {
  return value
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/(?![\t\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
}
