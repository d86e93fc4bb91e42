import { manifestsOf, type TenantSpec } from '../stacks';
import { fixtureOf, planOf, yamlOf } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';

const FEW = 2000;
const MANY = 16_000;

/** Eight times the objects must take little more than eight times as long. */
export const growth: Measurement = {
  what: 'growth',
  isLong: false,
  measure: ({ rounds }: Run) => {
    const few = fixtureOf(FEW);
    const many = fixtureOf(MANY);
    const works = { few: () => render(few.specs), many: () => render(many.specs) };
    const times = processorTimes(rounds, works);
    return [
      {
        what: `growth: time of ${MANY} objects / time of ${FEW}, warmed`,
        ...{ measured: times.many / times.few, bound: 'at most', limit: 8.5, unit: '×' },
        how: `${many.manifests.length} objects: ${seconds(times.many)}, ${few.manifests.length}: ${seconds(times.few)}`,
      },
    ];
  },
};

function render(specs: readonly TenantSpec[]): string {
  return yamlOf(manifestsOf(planOf(specs)));
}
