import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chart } from '../../constructs/release';
import { moduleSource } from './go';
import { toolFolder } from './pins';

/** Charts that lie in Go modules which the harness pins anyway, beside the program that they install. */
const CHARTS: Readonly<Record<string, { readonly module: string; readonly folder: string }>> = {
  'cert-manager': { module: 'github.com/cert-manager/cert-manager', folder: 'deploy/charts/cert-manager' },
  flagger: { module: 'github.com/fluxcd/flagger', folder: 'charts/flagger' },
};

/**
 * A folder of vendored charts with their digests. The charts are those of the modules' releases; where an environment pins
 * another, the version that they say of themselves and of their image is that one.
 */
export async function vendoredCharts(helm: string, charts: readonly Chart[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-charts-'));
  for (const { name, version } of charts) {
    const known = CHARTS[name];
    if (!known) throw new Error(`The chart ${name} lies in no module that is pinned here.`);
    const source = join(await moduleSource(await toolFolder('crds'), known.module), known.folder);
    const copy = join(folder, 'unpacked', name);
    cpSync(source, copy, { recursive: true });
    for (const file of readdirSync(copy, { recursive: true, encoding: 'utf8' })) chmodSync(join(copy, file), 0o755);
    const values = join(copy, 'values.yaml');
    writeFileSync(values, readFileSync(values, 'utf8').replace(/^( {2}tag: )\d.*$/m, `$1${version}`));
    execFileSync(helm, ['package', copy, '--version', version, '--app-version', version, '--destination', folder]);
  }
  const archives = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  writeFileSync(
    join(folder, 'SHA256SUMS'),
    archives.map((file) => `${digestOf(join(folder, file))}  ${file}\n`).join(''),
  );
  return folder;
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
