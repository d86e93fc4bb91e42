import type { Deliverer } from '../compartment-root';
import { CONTENT_KINDS } from '../contents';
import type { Manifest } from '../manifest';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const LOOK = ['get', 'list', 'watch'] as const;

/** Server-side apply needs create and patch, pruning needs delete; `update` and `deletecollection` nobody needs. */
const DELIVER = [...LOOK, 'create', 'patch', 'delete'] as const;

/** What explains why contents are not well. */
const DIAGNOSIS: readonly Rule[] = [
  { apiGroups: [''], resources: ['pods', 'events'], verbs: LOOK },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: LOOK },
];

/**
 * What the owner's people may do: look, also at logs and at the limits that bind them. Never `edit` or `admin`: both may
 * impersonate service accounts, read Secrets, enter pods and rewrite NetworkPolicies.
 */
const OWNER_RULES: readonly Rule[] = [
  ...contentRules(LOOK),
  ...DIAGNOSIS,
  { apiGroups: [''], resources: ['pods/log', 'resourcequotas', 'limitranges', 'serviceaccounts'], verbs: LOOK },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: LOOK },
];

/** What the deliverer may do: write contents, and see whether they came up. */
const DELIVERER_RULES: readonly Rule[] = [...contentRules(DELIVER), ...DIAGNOSIS];

function contentRules(verbs: readonly string[]): Rule[] {
  const groups = [...new Set(CONTENT_KINDS.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: CONTENT_KINDS.filter((kind) => kind.group === group).map(({ resource }) => resource),
    verbs,
  }));
}

/** Lets the members of `group` look at the compartment. */
export function ownerRole(namespace: string, group: string): Manifest[] {
  const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group };
  return boundRole(namespace, 'owner', OWNER_RULES, subject);
}

/** Lets a service account of the delivery compartment write the compartment's contents. */
export function delivererRole(namespace: string, deliverer: Deliverer): Manifest[] {
  return boundRole(namespace, 'deliverer', DELIVERER_RULES, { kind: 'ServiceAccount', ...deliverer });
}

function boundRole(namespace: string, name: string, rules: readonly Rule[], subject: object): Manifest[] {
  const metadata = { name, namespace };
  return [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [subject],
    },
  ];
}
