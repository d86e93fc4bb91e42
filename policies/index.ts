import type { Finding } from './finding';
import { namespacesAreClosedByDefault } from './isolation/namespaces-are-closed-by-default';
import { networkPoliciesNeverMeanEverything } from './isolation/network-policies-never-mean-everything';
import type { Manifest } from './manifest';
import { compartmentOf, nameObject, type Rule } from './rule';

/** Every rule, and so the table of contents of this folder. */
export const RULES: readonly Rule[] = [namespacesAreClosedByDefault, networkPoliciesNeverMeanEverything];

/** Holds all rules against one environment's manifests. Findings come by rule, then in the manifests' order. */
export function checkManifests(manifests: readonly Manifest[]): Finding[] {
  return RULES.flatMap((rule) =>
    [...rule.check(manifests)].map(({ manifest, ...complaint }) => ({
      rule: rule.id,
      object: nameObject(manifest),
      compartment: compartmentOf(manifest),
      ...complaint,
    })),
  );
}
