import type { Finding } from '../finding';
import { nameObject } from '../rule';
import type { Inventory } from './inventory';

/** A finding that is lived with, for a reason that somebody else has to remove. */
export interface Waiver {
  /** Id of the rule. */
  readonly rule: string;
  /** The one object that it is waived for, as findings name it: `metrics DaemonSet/node-exporter`. */
  readonly object: string;
  /** A sentence. */
  readonly why: string;
  /** The day since when, `2026-11-23`. */
  readonly since: string;
}

/** Everything that is waived. */
export const WAIVERS: readonly Waiver[] = [];

/** What findings come to once waivers are honoured. */
export interface Judged {
  /** What remains, and a finding for each waiver that waives nothing of an object that is there. */
  readonly findings: readonly Finding[];
  /** The waivers that were needed. */
  readonly waived: readonly Waiver[];
}

/** Takes out of `findings` what is waived. A waiver for an object that the environment does not have says nothing of it. */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[], inventory: Inventory): Judged {
  const meets = (finding: Finding) => (waiver: Waiver) =>
    waiver.rule === finding.rule && waiver.object === finding.object;
  const waived = waivers.filter((waiver) => findings.some((finding) => meets(finding)(waiver)));
  const objects = new Set(waivers.length === waived.length ? [] : inventory.manifests.map(nameObject));
  const idle = waivers.filter((waiver) => !waived.includes(waiver) && objects.has(waiver.object));
  return {
    findings: [...findings.filter((finding) => !waived.some(meets(finding))), ...idle.map(idleFinding)],
    waived,
  };
}

function idleFinding({ rule, object }: Waiver): Finding {
  return {
    ...{ rule: 'waivers-waive-something', object, path: '', compartment: undefined },
    problem: `"${rule}" is waived for it, and nothing breaks that rule.`,
    fix: 'Remove the waiver.',
  };
}

/** Waivers as people read them: how many, then each on a line of its own. */
export function waiverLines(waived: readonly Waiver[]): string[] {
  if (waived.length === 0) return ['no invariant waived'];
  return [
    waived.length === 1 ? '1 invariant waived:' : `${waived.length} invariants waived:`,
    ...waived.map(({ rule, object, why, since }) => `  ${rule} for ${object} since ${since}: ${why}`),
  ];
}
