import { CEL_RULES, checkManifests, checkRules, defineEnvironment, type Plan, proofOf } from '../stacks';
import { judgedBy } from '../stacks/proof';
import { ENVIRONMENT, fixtureOf, planOf } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';

const FEW = 2000;
const MANY = 16_000;

/** As often is the small platform judged in a row, so that it pays for collecting its own garbage, and not the large one. */
const REPEATED = MANY / FEW;

const environment = defineEnvironment(ENVIRONMENT);

/** Invariants, rules in CEL and the isolation proof, over all objects of a platform: altogether, and how it grows. */
export const judging: Measurement = {
  what: 'all rules and the proof',
  isLong: false,
  measure: ({ rounds }: Run) => {
    const [few, many] = [planOf(fixtureOf(FEW).specs), planOf(fixtureOf(MANY).specs)];
    const judged = judgedBy(many);
    const times = processorTimes(rounds, {
      all: () => judge(many),
      few: () => {
        for (let count = 0; count < REPEATED; count++) judge(few);
      },
      invariants: () => checkManifests(judged),
      rules: () => rulesOn(many),
      proof: () => proofOf(many, environment),
    });
    const { invariants, rules, proof } = times;
    const parts = `invariants ${seconds(invariants)}, ${CEL_RULES.length} rules ${seconds(rules)}, proof ${seconds(proof)}`;
    return [
      {
        what: `all rules and the proof over ${MANY} objects`,
        ...{ measured: times.all / 1000, bound: 'at most', limit: 3, unit: 's' },
        how: `${judged.length} objects: ${parts}`,
      },
      {
        what: `growth: all rules and the proof, ${MANY} objects / ${FEW}, warmed`,
        ...{ measured: (times.all / times.few) * REPEATED, bound: 'at most', limit: 1.2 * REPEATED, unit: '×' },
        how: `${seconds(times.all)}; ${FEW} objects: ${seconds(times.few / REPEATED)}`,
      },
    ];
  },
};

function judge(planned: Plan): void {
  const findings = [
    ...checkManifests(judgedBy(planned)),
    ...rulesOn(planned),
    ...proofOf(planned, environment).findings,
  ];
  if (findings.length > 0) throw new Error(`The platform of this measurement is not sound: ${findings[0]?.problem}`);
}

function rulesOn(planned: Plan): ReturnType<typeof checkRules> {
  return checkRules(judgedBy(planned), { ...environment, today: '2027-01-31' });
}
