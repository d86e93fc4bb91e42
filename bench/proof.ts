import { proveIsolation } from '../policies/reachability/prove';
import {
  type AppSpecInput,
  defineEnvironment,
  defineTenant,
  type Environment,
  type Plan,
  Platform,
  plan,
  type TenantSpecInput,
} from '../stacks';
import { declaredOf, judgedBy } from '../stacks/proof';
import { ENVIRONMENT, tenantName } from './fixture';
import type { Measurement, Run } from './measurement';
import { processorTimes, seconds } from './stopwatch';

const APPS = 10;
const FEW = 13;
const MANY = 100;

const environment: Environment = defineEnvironment(ENVIRONMENT);

/** The isolation proof of a hundred tenants of ten apps: against building the same platform, and against an eighth of it. */
export const proof: Measurement = {
  what: 'isolation proof',
  isLong: false,
  measure: ({ rounds }: Run) => {
    const [few, many] = [planOf(FEW), planOf(MANY)];
    const prove = (planned: Plan) => {
      const { findings } = proveIsolation(judgedBy(planned), declaredOf(planned, environment));
      if (findings.length > 0)
        throw new Error(`The platform of this measurement is not sound: ${findings[0]?.problem}`);
    };
    const repeated = MANY / FEW;
    const times = processorTimes(rounds, {
      build: () => planOf(MANY),
      many: () => prove(many),
      few: () => {
        for (let count = 0; count < repeated; count++) prove(few);
      },
    });
    const timeOfFew = times.few / Math.ceil(repeated);
    const how = `${MANY * APPS} workloads, ${many.passages.length} passages: ${seconds(times.many)}`;
    return [
      {
        what: `isolation proof of ${MANY * APPS} workloads / building them`,
        ...{ measured: times.many / times.build, bound: 'at most', limit: 4, unit: '×' },
        how: `${how}, built in ${seconds(times.build)}`,
      },
      {
        what: 'growth: proof by passages, warmed',
        ...{
          measured: times.many / timeOfFew,
          bound: 'at most',
          limit: (1.2 * many.passages.length) / few.passages.length,
          unit: '×',
        },
        how: `${how}; ${few.passages.length} passages: ${seconds(timeOfFew)}`,
      },
    ];
  },
};

function planOf(tenants: number): Plan {
  const specs = Array.from({ length: tenants }, (_, index) => defineTenant(tenant(index, tenants)));
  return plan(new Platform({ environment, tenants: specs }));
}

function tenant(index: number, all: number): TenantSpecInput {
  const name = tenantName(index);
  return {
    ...{ name, owner: `${name}-developers`, domain: name, size: 'L' },
    ...(index + 1 < all ? { accepts: { 'app-1': { [`${tenantName(index + 1)}/app-0`]: 'builds on it' } } } : {}),
    apps: Array.from({ length: APPS }, (_, app) => appOf(index, app)),
  };
}

/** Every app calls the next one; the first is called by nobody, and calls the tenant before. */
function appOf(tenant: number, index: number): AppSpecInput {
  return {
    name: `app-${index}`,
    image: `images.example.com/app-${index}:1.0.0`,
    port: 8080,
    calls: {
      ...(index + 1 < APPS ? { [`app-${index + 1}`]: 'asks its neighbour' } : {}),
      ...(index === 0 && tenant > 0 ? { [`${tenantName(tenant - 1)}/app-1`]: 'builds on the tenant before' } : {}),
    },
  };
}
