import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chart } from '../../constructs/release';
import type { Finding } from '../../policies/finding';
import { readText, tolerate } from '../outputs/gitops/on-disk';

/** Beside the charts: a line with digest and file for each, as `sha256sum` writes them. */
const SUMS = 'SHA256SUMS';

/** A chart whose bytes are those that were vendored, or why there is none. */
export type Vendored = { readonly file: string } | { readonly finding: Finding };

/** Finds a chart in the folder of vendored ones, and holds it to its recorded digest. */
export function vendoredChart(folder: string, chart: Chart): Vendored {
  const name = `${chart.name}-${chart.version}.tgz`;
  const file = join(folder, name);
  const bytes = tolerate(['ENOENT', 'ENOTDIR'], () => readFileSync(file));
  if (!bytes) return found(file, 'It is not there, and this environment inflates it.', pulling(chart, folder));
  const digest = createHash('sha256').update(bytes).digest('hex');
  const recorded = recordedIn(folder, name);
  if (recorded === digest) return { file };
  if (recorded === undefined) {
    const fix = `Compare it with what its publisher says, then add "${digest}  ${name}" to ${join(folder, SUMS)}.`;
    return found(file, 'Its digest is recorded nowhere.', fix);
  }
  const problem = `Its digest is ${digest}, and ${join(folder, SUMS)} says ${recorded}.`;
  return found(file, problem, 'Fetch it again. If it was meant to change, record its new digest.');
}

function recordedIn(folder: string, name: string): string | undefined {
  const lines = (readText(join(folder, SUMS)) ?? '').split('\n').map((line) => line.split(/ [ *]/));
  return lines.find(([, file]) => file === name)?.[0];
}

function pulling({ repository, name, version }: Chart, folder: string): string {
  const where = repository.startsWith('oci://') ? `${repository}/${name}` : `${name} --repo ${repository}`;
  return `Run: helm pull ${where} --version ${version} --destination ${folder}; then add its line of sha256sum to ${join(folder, SUMS)}.`;
}

function found(object: string, problem: string, fix: string): Vendored {
  return { finding: { rule: 'charts-are-vendored', object, path: '', problem, fix, compartment: undefined } };
}
