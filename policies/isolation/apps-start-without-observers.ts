import type { Invariant } from './invariant';
import { observes } from './inventory';
import type { Container } from './workload';

/** Parts of a container that decide whether its pod starts, serves and ends. */
const DECIDING = ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;

/** No init container, hook or probe outside the observing planes names something on them. */
export const appsStartWithoutObservers: Invariant = {
  id: 'apps-start-without-observers',
  why: 'The collector is down, and apps that restart never come back.',
  how: 'The text of init containers, hooks and probes is searched for names of Services in the namespaces of logging and telemetry.',
  *check(inventory) {
    const names = inventory.namespacesOn(observes);
    if (names.length === 0) return;
    const target = new RegExp(`[a-z0-9]\\.(${names.join('|')})(?![a-z0-9-])`);
    for (const { manifest, containers } of inventory.workloads.filter(({ plane }) => !observes(plane))) {
      for (const container of containers) {
        for (const [part, text] of decidingTexts(container)) {
          const namespace = target.exec(text)?.[1];
          if (namespace === undefined) continue;
          const problem = `It waits for ${namespace}, which only observes.`;
          yield { manifest, path: `${container.path}${part}`, problem, fix: 'Start without it.' };
        }
      }
    }
  },
};

/** An init container that must end first decides with all that it does. */
function decidingTexts({ fields, startsFirst }: Container): [part: string, text: string][] {
  const { image, ...rest } = fields;
  const parts: [string, unknown][] = startsFirst ? [['', rest]] : DECIDING.map((part) => [`.${part}`, fields[part]]);
  return parts.flatMap(([part, value]) => (value === undefined ? [] : [[part, JSON.stringify(value)]]));
}
