import type { Manifest } from '../manifest';
import { at, fieldsOf, listOf, textOf, textsOf } from './json';

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

interface Subject {
  readonly kind: string;
  readonly name: string;
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
    const subjects = listOf(binding.subjects).map((subject): Subject => {
      const { kind, name, namespace } = fieldsOf(subject);
      return { kind: textOf(kind), name: textOf(name), namespace: textOf(namespace) };
    });
    return { binding, subjects, role: `${kind}/${name}`, rights: role && rightsOf(role) };
  });
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

/** Whether a grant reaches service accounts of this namespace, by name or as members of a group. */
export function reachesAccountsOf({ subjects }: Grant, namespace: string): boolean {
  const groups = [`system:serviceaccounts:${namespace}`, 'system:serviceaccounts', 'system:authenticated'];
  return subjects.some((subject) =>
    subject.kind === 'ServiceAccount' ? subject.namespace === namespace : groups.includes(subject.name),
  );
}

const LOOKING: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/** The verbs of a right that change something. */
export function changingVerbs({ verbs }: Right): readonly string[] {
  return verbs.filter((verb) => !LOOKING.has(verb));
}
