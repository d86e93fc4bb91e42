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
  return findingLines(results)
    .map((line) => `${line}\n`)
    .join('');
}

/** A line per finding. What several environments share is told once, with the environments if they are not all. */
export function findingLines(results: readonly EnvironmentFindings[]): string[] {
  const environments = new Map<string, string[]>();
  for (const { environment, findings } of results) {
    for (const line of findings.map(formatFinding)) {
      environments.set(line, [...(environments.get(line) ?? []), environment]);
    }
  }
  return [...environments].map(([line, names]) =>
    names.length === results.length ? line : `${line} (${names.join(', ')})`,
  );
}

function json(results: readonly EnvironmentFindings[]): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

/** One test suite per environment; without findings it holds one test that passes, so that readers see it ran. */
function junit(results: readonly EnvironmentFindings[]): string {
  const suites = results.map(({ environment, findings }) => {
    const cases = findings.map(
      (finding) =>
        `    <testcase classname="${escapeXml(finding.rule)}" name="${escapeXml(`${finding.object} ${finding.path}`.trim())}">\n` +
        `      <failure message="${escapeXml(finding.problem)}">${escapeXml(formatFinding(finding))}</failure>\n    </testcase>\n`,
    );
    const passed = '    <testcase classname="bulkhead" name="has no findings"/>\n';
    return (
      `  <testsuite name="${escapeXml(environment)}" tests="${Math.max(1, findings.length)}" failures="${findings.length}">\n` +
      `${cases.join('') || passed}  </testsuite>\n`
    );
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no way to write most control characters, so they become what readers show for the unknown. */
function escapeXml(value: string): string {
  return value
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll(/(?![\t\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu, '\ufffd');
}
