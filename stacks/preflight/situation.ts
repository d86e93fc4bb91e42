import type { Environment } from '../../constructs/environment';
import type { Manifest } from '../../constructs/manifest';
import type { Finding } from '../../policies/finding';
import type { Plan, PlannedRelease } from '../planned';
import type { LiveCluster } from './live-cluster';

/** An environment as it would be applied, and the cluster as it is: everything that a check sees. */
export interface Situation {
  /** What the environment is called. */
  readonly name: string;
  readonly environment: Environment;
  /** What would be applied. */
  readonly plan: Plan;
  /** What the environment installs as a whole, and in which compartment. */
  readonly releases: readonly (PlannedRelease & { readonly compartment: string })[];
  readonly cluster: LiveCluster;
}

/** What a check has to say of one thing: what is and would happen, what to do. */
export type Discovery = Omit<Finding, 'rule'> & {
  /** Whether applying the environment now would fail or cut somebody off. Otherwise an upgrade or a drain would. */
  readonly stops: boolean;
};

/** A finding about a live cluster. */
export interface PreflightFinding extends Finding {
  readonly stops: boolean;
}

/** A statement about a live cluster that should hold before an environment is applied to it. */
export interface PreflightCheck {
  /** A sentence. */
  readonly id: string;
  readonly check: (situation: Situation) => Iterable<Discovery>;
}

/** The situation of `plan` at `cluster`. @param undelivered the same plan with its releases as releases */
export function situationOf(
  name: string,
  environment: Environment,
  { plan, undelivered }: { readonly plan: Plan; readonly undelivered: Plan },
  cluster: LiveCluster,
): Situation {
  const releases = undelivered.compartments.flatMap(({ name, releases }) =>
    releases.map((release) => ({ ...release, compartment: name })),
  );
  return { name, environment, plan, releases, cluster };
}

/** An object of ours, rendered or run by a release, with its compartment. */
export interface OwnObject {
  readonly compartment: string;
  readonly manifest: Manifest;
}

/** Everything that is ours in a cluster: what is applied, and what the releases run. */
export function ownObjects({ plan, releases }: Situation): OwnObject[] {
  const applied = plan.compartments.flatMap(({ name, manifests }) =>
    manifests.map(({ manifest }) => ({ compartment: name, manifest })),
  );
  return [
    ...applied,
    ...releases.flatMap(({ compartment, runs }) => runs.map((manifest) => ({ compartment, manifest }))),
  ];
}

/** The compartment that a namespace belongs to; `undefined`: it is none of ours. */
export function compartmentOfNamespace({ plan }: Situation, namespace: string | undefined): string | undefined {
  return plan.compartments.find((compartment) => namespace !== undefined && compartment.namespace === namespace)?.name;
}
