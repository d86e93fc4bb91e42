import type { Finding } from './finding';
import { INVARIANTS } from './isolation';
import { Inventory } from './isolation/inventory';
import { applyWaivers, type Judged, WAIVERS, type Waiver } from './isolation/waivers';
import type { Manifest } from './manifest';
import { compartmentOf, nameObject, type Rule } from './rule';

/** Every rule, and so the table of contents of this folder. */
export const RULES: readonly Rule[] = [...INVARIANTS];

/** Holds all rules against one environment's manifests. Findings come by rule, then in the manifests' order. */
export function checkManifests(manifests: readonly Manifest[]): readonly Finding[] {
  return judgeManifests(manifests).findings;
}

/** The same, with the waivers that were needed. */
export function judgeManifests(manifests: readonly Manifest[], waivers: readonly Waiver[] = WAIVERS): Judged {
  const inventory = new Inventory(manifests);
  return applyWaivers(
    RULES.flatMap((rule) => findingsOf(rule, inventory)),
    waivers,
    inventory,
  );
}

/** What one rule has to say. */
export function findingsOf(rule: Rule, inventory: Inventory): Finding[] {
  return [...rule.check(inventory)].map(({ manifest, ...complaint }) => ({
    rule: rule.id,
    object: nameObject(manifest),
    compartment: compartmentOf(manifest),
    ...complaint,
  }));
}
