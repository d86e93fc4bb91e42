import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { type Manifest, manifestsOf, type TenantSpec } from '../stacks';
import { fixtureOf, planOf, yamlOf } from './fixture';
import type { Measurement, Row, Run } from './measurement';
import { processorTime, processorTimes, seconds } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

/** Objects per file, on both sides. */
const PER_CHART = 5;

/** Building, planning and writing against stock cdk8s, which gets the same objects, finished, and writes the same files. */
export const againstStock: Measurement = {
  what: 'build, plan and write, against stock cdk8s',
  isLong: false,
  measure: ({ isQuick, rounds }: Run) => [
    compare(4000, 15, rounds),
    isQuick ? { what: title(16_000), leftOut: 'Takes a minute. Run it without --quick.' } : compare(16_000, 60, rounds),
  ],
};

function compare(objects: number, limit: number, rounds: number): Row {
  const { specs, manifests } = fixtureOf(objects);
  return inTemporaryFolder((folder) => {
    const { ours } = processorTimes(rounds, { ours: () => writeOurs(specs, join(folder, 'ours')) });
    const stock = processorTime(() => writeStock(manifests, join(folder, 'stock')));
    return {
      ...{ what: title(objects), measured: stock / ours, bound: 'at least', limit, unit: '×' },
      how: `${manifests.length} objects: ${seconds(ours)} against ${seconds(stock)}`,
    };
  });
}

function title(objects: number): string {
  return `build, plan and write ${objects} objects: faster than stock cdk8s`;
}

function writeOurs(specs: readonly TenantSpec[], folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, chart] of inCharts(manifestsOf(planOf(specs))).entries()) {
    writeFileSync(join(folder, `${chartName(index)}.k8s.yaml`), yamlOf(chart));
  }
}

function writeStock(manifests: readonly Manifest[], outdir: string): void {
  const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART });
  for (const [index, objects] of inCharts(manifests).entries()) {
    const chart = new Chart(app, chartName(index), { disableResourceNameHashes: true });
    for (const [place, manifest] of objects.entries()) new ApiObject(chart, `object-${place}`, manifest);
  }
  app.synth();
}

function inCharts(manifests: readonly Manifest[]): Manifest[][] {
  return Array.from({ length: Math.ceil(manifests.length / PER_CHART) }, (_, index) =>
    manifests.slice(index * PER_CHART, (index + 1) * PER_CHART),
  );
}

function chartName(index: number): string {
  return `chart-${String(index).padStart(5, '0')}`;
}
