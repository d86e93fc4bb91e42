import { manifestsOf, type TenantSpec } from '../stacks';
import { fixtureOf, planOf, yamlOf } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';

const FEW = 2000;
const MANY = 16_000;

/** As often is the small platform rendered in a row, so that it pays for collecting its own garbage, and not the large one. */
const REPEATED = MANY / FEW;

/** Eight times the objects must take little more than eight times as long. */
export const growth: Measurement = {
  what: 'growth',
  isLong: false,
  measure: ({ rounds }: Run) => {
    const few = fixtureOf(FEW);
    const many = fixtureOf(MANY);
    const works = {
      few: () => {
        for (let count = 0; count < REPEATED; count++) render(few.specs);
      },
      many: () => render(many.specs),
    };
    const times = processorTimes(rounds, works);
    const timeOfFew = times.few / REPEATED;
    return [
      {
        what: `growth: time of ${MANY} objects / time of ${FEW}, warmed`,
        ...{ measured: times.many / timeOfFew, bound: 'at most', limit: 8.5, unit: '×' },
        how: `${many.manifests.length} objects: ${seconds(times.many)}, ${few.manifests.length}: ${seconds(timeOfFew)}`,
      },
    ];
  },
};

function render(specs: readonly TenantSpec[]): string {
  return yamlOf(manifestsOf(planOf(specs)));
}
