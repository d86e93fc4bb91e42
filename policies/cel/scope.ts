import { PLANE_LABEL } from '../names';

/** The namespaces in which a rule holds, by one of their labels. */
export interface Scope {
  readonly name: string;
  readonly key: string;
  /** Empty: whatever value the label has. */
  readonly values: readonly string[];
}

const LEVEL = 'pod-security.kubernetes.io/enforce';

/** Namespaces under the *baseline* level of the Pod Security Standards, or above it. */
export const BASELINE: Scope = { name: 'baseline', key: LEVEL, values: ['baseline', 'restricted'] };
/** Namespaces under the *restricted* level. */
export const RESTRICTED: Scope = { name: 'restricted', key: LEVEL, values: ['restricted'] };
/** Every compartment. Namespaces that are none, such as those of Kubernetes itself, are nobody's business here. */
export const COMPARTMENTS: Scope = { name: 'compartments', key: PLANE_LABEL, values: [] };
/** Compartments of tenants. */
export const TENANTS: Scope = { name: 'tenants', key: PLANE_LABEL, values: ['tenant'] };
/** The namespace that whoever names none ends up in. */
export const DEFAULT_NAMESPACE: Scope = { name: 'default', key: 'kubernetes.io/metadata.name', values: ['default'] };

/** Whether a namespace with these labels lies in the scope. */
export function covers({ key, values }: Scope, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[key];
  return value !== undefined && (values.length === 0 || values.includes(value));
}

/** The scope as a namespaceSelector. */
export function selectorOf({ key, values }: Scope): object {
  return { matchExpressions: [values.length === 0 ? { key, operator: 'Exists' } : { key, operator: 'In', values }] };
}
