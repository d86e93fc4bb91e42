import type { Environment } from '../constructs/environment';
import { closest } from '../constructs/input/did-you-mean';
import { judgeManifests } from '../policies';
import { checkExemptions, checkObjects } from '../policies/cel/check';
import { checkAdmission } from '../policies/cel/check-admission';
import type { Finding } from '../policies/finding';
import type { Waiver } from '../policies/isolation/waivers';
import type { Memory } from '../policies/memory';
import type { Proof } from '../policies/reachability/prove';
import { checkSchemas } from '../policies/schema';
import { admissionOf } from './admission';
import { manifestsOf } from './plan';
import type { Plan } from './planned';
import { proofOf, unseenIn } from './proof';

/** A plan as it is delivered, and without what carries it: its releases are still releases there. */
export interface Plans {
  readonly plan: Plan;
  readonly undelivered: Plan;
}

/** What a plan is judged by, beside its environment. */
export interface JudgedBy {
  /** The day, `2027-01-31`, by which exemptions expire. */
  readonly today: string;
  /** Tenants that are at their last good word. */
  readonly held: ReadonlySet<string>;
  /** Of renderings that hardly differ. @default - everything is judged */
  readonly memory?: Memory | undefined;
}

/** What all checks say of a plan. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** What is wrong with the exemptions themselves. */
  readonly ledger: readonly Finding[];
  /** The invariants that were waived for an object. */
  readonly waived: readonly Waiver[];
  readonly proof: Proof;
}

/** Holds every check against a plan: invariants, rules at this gate and at the API server, the isolation proof and the schemas. */
export function judge(plans: Plans, environment: Environment, { today, held, memory }: JudgedBy): Judgement {
  const { kubernetes, podSecurity, exemptions } = environment;
  const manifests = manifestsOf(plans.plan);
  const judged = [...manifests, ...unseenIn(plans.undelivered)];
  const proof = proofOf(plans.undelivered, environment, memory);
  const props = { kubernetes, podSecurity, exemptions, today };
  const invariants = memory ? memory.last('invariants', judged, () => judgeManifests(judged)) : judgeManifests(judged);
  return {
    findings: [
      ...invariants.findings,
      ...checkObjects(judged, props, held, memory),
      ...checkAdmission(manifests, admissionOf(environment)),
      ...proof.findings,
      ...checkSchemas(manifests, kubernetes, closest, memory),
    ],
    ledger: checkExemptions(judged, props),
    waived: invariants.waived,
    proof,
  };
}
