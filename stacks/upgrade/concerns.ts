import type { Behaviour } from '../../constructs/component';
import { COMPONENTS } from '../../constructs/components';
import { objectName } from '../diff/compare';
import type { Plan } from '../planned';
import type { Move } from './path';
import { isCrossed } from './steps';

/** A removed or changed behaviour, with the objects of this environment that it concerns. */
export interface Concern extends Behaviour {
  /** `shop HTTPRoute.gateway.networking.k8s.io/web`; none: it concerns everyone. */
  readonly objects: readonly string[];
}

/** What the releases on the way of one component change, as far as a plan is concerned. */
export function concerns({ component, from, to }: Move, plan: Plan): Concern[] {
  const behaviours: readonly Behaviour[] = COMPONENTS[component].behaviours;
  return behaviours
    .filter(({ since }) => isCrossed(since, from, to))
    .flatMap((behaviour): Concern[] => {
      if (!behaviour.where) return [{ ...behaviour, objects: [] }];
      const objects = concernedBy(behaviour.where, plan);
      return objects.length > 0 ? [{ ...behaviour, objects }] : [];
    });
}

function concernedBy(where: NonNullable<Behaviour['where']>, { compartments }: Plan): string[] {
  return compartments.flatMap(({ name, manifests }) =>
    manifests.flatMap(({ manifest }) => {
      const called = objectName(manifest);
      const fields = where.filter(({ kind }) => called.startsWith(`${kind}/`));
      return fields.some(({ path }) => isSet(manifest, path.split('.'))) ? [`${name} ${called}`] : [];
    }),
  );
}

/** Whether an object has a field; `containers[]` means any of them. */
function isSet(value: unknown, [step, ...rest]: readonly string[]): boolean {
  if (step === undefined) return value !== undefined;
  if (typeof value !== 'object' || value === null) return false;
  const key = step.replace(/\[\]$/, '');
  const found: unknown = Reflect.get(value, key);
  if (step === key) return isSet(found, rest);
  return Array.isArray(found) && found.some((each) => isSet(each, rest));
}
