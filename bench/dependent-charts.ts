import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import type { Construct } from 'constructs';
import { Compartment, defineEnvironment, manifestsOf, Platform, plan } from '../stacks';
import { ENVIRONMENT, yamlOf } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTime, processorTimes, seconds } from './stopwatch';
import { inTemporaryFolder } from './temporary-folder';

const CHARTS = 400;
const SHARED_OBJECTS = 20;
const OBJECTS_PER_CHART = 5;

/** Charts of a user's own that all depend on one other: stock cdk8s walks every pair of their objects again and again. */
export const dependentCharts: Measurement = {
  what: 'charts that depend on one',
  isLong: true,
  measure: ({ rounds }: Run) => {
    const { ours } = planOurs(rounds);
    const stock = inTemporaryFolder((outdir) => {
      const app = new App({ outdir, yamlOutputType: YamlOutputType.FILE_PER_CHART });
      addCharts(app);
      return processorTime(() => app.synth());
    });
    return [
      {
        what: `plan and print ${CHARTS} charts that depend on one: faster than stock cdk8s`,
        ...{ measured: stock / ours, bound: 'at least', limit: 100, unit: '×' },
        how: `${seconds(ours)} against ${seconds(stock)}`,
      },
    ];
  },
};

function planOurs(rounds: number): { ours: number } {
  const platform = new Platform({ environment: defineEnvironment(ENVIRONMENT) });
  addCharts(new Compartment(platform, 'charts', { plane: 'tenant', owner: 'chart-developers' }));
  return processorTimes(rounds, { ours: () => yamlOf(manifestsOf(plan(platform))) });
}

function addCharts(scope: Construct): void {
  const shared = addChart(scope, 'shared', SHARED_OBJECTS);
  for (let index = 0; index < CHARTS; index++) {
    addChart(scope, `chart-${index}`, OBJECTS_PER_CHART).addDependency(shared);
  }
}

function addChart(scope: Construct, name: string, objects: number): Chart {
  const chart = new Chart(scope, name, { disableResourceNameHashes: true });
  for (let index = 0; index < objects; index++) {
    new ApiObject(chart, `config-${index}`, { apiVersion: 'v1', kind: 'ConfigMap', data: { key: `value ${index}` } });
  }
  return chart;
}
