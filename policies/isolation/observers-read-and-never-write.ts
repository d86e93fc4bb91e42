import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { changingVerbs, type Grant, type Right } from './rights';

/** What observes may look at named kinds, Secrets excepted, and change nothing. */
export const observersReadAndNeverWrite: Invariant = {
  id: 'observers-read-and-never-write',
  why: 'A collector that is taken over reads every Secret, or rewrites what it was to watch.',
  how: 'Every role bound to service accounts of logging and telemetry is rendered, has only get, list and watch, and names neither * nor secrets.',
  *check(inventory) {
    for (const { binding, role, rights } of inventory.grants.filter((grant) => concernsObservers(grant, inventory))) {
      if (!rights) {
        const problem = `Nobody can say what ${role} grants: it is not rendered.`;
        yield { manifest: binding, path: 'roleRef', problem, fix: 'Bind a role that is.' };
      }
      for (const right of rights ?? []) {
        const fault = faultOf(right);
        const fix = 'Grant get, list and watch of the kinds that it needs.';
        if (fault) yield { manifest: right.manifest, path: right.path, problem: fault, fix };
      }
    }
  },
};

function concernsObservers({ subjects }: Grant, inventory: Inventory): boolean {
  return subjects.some(({ namespace }) => observes(inventory.planeNamed(namespace)));
}

function faultOf(right: Right): string | undefined {
  const changing = changingVerbs(right);
  if (changing.length > 0) return `It may ${changing.join(', ')}.`;
  if (right.groups.includes('*') || right.resources.includes('*')) return 'It may look at everything.';
  return right.resources.some((resource) => /^secrets(\/|$)/.test(resource)) ? 'It may read Secrets.' : undefined;
}
