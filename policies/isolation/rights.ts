import type { Manifest } from '../manifest';
import { at, listOf, textOf, textsOf } from './json';

/** One rule of a role, bound to somebody. */
export interface Right {
  /** The role, and where in it. */
  readonly manifest: Manifest;
  readonly path: string;
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly urls: readonly string[];
}

/** Whom a binding binds. A user by whose name the API server knows a service account is told as the account. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  /** Of a service account; others have none. */
  readonly namespace: string;
}

/** A binding, whom it binds, and what it grants. */
export interface Grant {
  readonly binding: Manifest;
  readonly subjects: readonly Subject[];
  readonly role: string;
  /** `undefined`: nobody renders the role, so nobody can say what it grants. */
  readonly rights: readonly Right[] | undefined;
}

/** What each binding grants, of these roles. */
export function grantsOf(roles: readonly Manifest[], bindings: readonly Manifest[]): Grant[] {
  const byKey = new Map(roles.map((role) => [keyOf(role), role]));
  return bindings.map((binding) => {
    const kind = textOf(at(binding, 'roleRef', 'kind'));
    const name = textOf(at(binding, 'roleRef', 'name'));
    const role = byKey.get(kind === 'Role' ? `${binding.metadata.namespace}/${name}` : `/${name}`);
    const subjects = listOf(binding.subjects).map(subjectOf);
    return { binding, subjects, role: `${kind}/${name}`, rights: role && rightsOf(role) };
  });
}

function subjectOf(value: unknown): Subject {
  const [kind, name, namespace] = ['kind', 'name', 'namespace'].map((key) => textOf(at(value, key)));
  const [, of, account] = /^system:serviceaccount:([^:]+):(.+)$/.exec(name ?? '') ?? [];
  if (kind === 'User' && of && account) return { kind: 'ServiceAccount', name: account, namespace: of };
  return { kind: kind ?? '', name: name ?? '', namespace: kind === 'ServiceAccount' ? (namespace ?? '') : '' };
}

function keyOf({ metadata }: Manifest): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function rightsOf(manifest: Manifest): Right[] {
  return listOf(manifest.rules).map((rule, index) => ({
    manifest,
    path: `rules[${index}]`,
    groups: textsOf(at(rule, 'apiGroups')),
    resources: textsOf(at(rule, 'resources')),
    verbs: textsOf(at(rule, 'verbs')),
    urls: textsOf(at(rule, 'nonResourceURLs')),
  }));
}

const LOOKING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/** The verbs of a right that change something. */
export function changingVerbs({ verbs }: Right): readonly string[] {
  return verbs.filter((verb) => !LOOKING.has(verb));
}

/** Whether a right is about some of these resources, by API group, or about what lies below one. */
export function mentions({ groups, resources }: Right, kinds: Readonly<Record<string, readonly string[]>>): boolean {
  return Object.entries(kinds).some(
    ([group, plurals]) =>
      groups.some((each) => each === '*' || each === group) &&
      resources.some((each) => each.startsWith('*') || plurals.includes(each.split('/')[0] ?? '')),
  );
}
