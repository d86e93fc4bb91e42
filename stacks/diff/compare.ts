import { groupOf, type Manifest } from '../../constructs/manifest';
import { changedFields, type FieldChange } from './fields';

/** What would become of one object. */
export interface ObjectChange {
  /** `Deployment.apps/web`. */
  readonly object: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Only of changed ones. */
  readonly fields: readonly FieldChange[];
  /** Whether its pods are replaced, one after another. */
  readonly restarts: boolean;
}

/** What would become of one compartment. */
export interface CompartmentChange {
  readonly compartment: string;
  readonly plane: string;
  readonly objects: readonly ObjectChange[];
}

/** The objects of one compartment, by what they are called. */
export interface ComparedCompartment {
  readonly plane: string;
  readonly objects: ReadonlyMap<string, Manifest>;
}

/** `Deployment.apps/web`, and with the namespace in front if it lies in another than its compartment's. */
export function objectName({ apiVersion, kind, metadata }: Manifest): string {
  const group = groupOf(apiVersion);
  return `${kind}${group ? `.${group}` : ''}/${metadata.name}`;
}

/** Everything that would change on the way from `before` to `after`, by compartment. Compartments without a change are left out. */
export function compare(
  before: ReadonlyMap<string, ComparedCompartment>,
  after: ReadonlyMap<string, ComparedCompartment>,
): CompartmentChange[] {
  const names = [...after.keys(), ...[...before.keys()].filter((name) => !after.has(name))];
  return names.flatMap((compartment) => {
    const [old, now] = [before.get(compartment), after.get(compartment)];
    const objects = compareObjects(old?.objects ?? new Map(), now?.objects ?? new Map());
    return objects.length === 0 ? [] : [{ compartment, plane: (now ?? old)?.plane ?? '', objects }];
  });
}

/** Workloads that replace their pods, one after another, when their template changes. */
const HAS_PODS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function changesPods({ path }: FieldChange): boolean {
  return path.startsWith('spec.template');
}

function compareObjects(before: ReadonlyMap<string, Manifest>, after: ReadonlyMap<string, Manifest>): ObjectChange[] {
  const names = [...new Set([...after.keys(), ...before.keys()])];
  return names.flatMap((object): ObjectChange[] => {
    const [old, now] = [before.get(object), after.get(object)];
    if (!old) return [{ object, change: 'added', fields: [], restarts: false }];
    if (!now) return [{ object, change: 'removed', fields: [], restarts: false }];
    const fields = old === now ? [] : changedFields(old, now);
    if (fields.length === 0) return [];
    return [{ object, change: 'changed', fields, restarts: HAS_PODS.has(now.kind) && fields.some(changesPods) }];
  });
}
