import type { Manifest } from '../manifest';
import { type Complaint, nameObject } from '../rule';
import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { changingVerbs, type Grant, mentions, type Right, type Subject } from './rights';
import { TenantSubjects } from './tenant-subjects';

/** What bounds a compartment or opens it to others, by API group. That of the mesh has an invariant of its own. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  '': ['namespaces', 'resourcequotas', 'limitranges', 'serviceaccounts', 'endpoints'],
  'networking.k8s.io': ['networkpolicies', 'ingresses'],
  'discovery.k8s.io': ['endpointslices'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  'gateway.networking.k8s.io': ['gateways', 'listenersets', 'referencegrants'],
};

/** Even to look is too much: a proxy and a running container are entered by get as well. */
const NOT_TO_BE_SEEN = /^\*|^secrets(\/|$)|\/(\*|exec|attach|portforward|proxy)$/;

type Found = { readonly manifest: Manifest } & Complaint;

/** Nobody who acts for a tenant has a right outside its compartment, or one to write what bounds it. */
export const rightsStayInTheirCompartment: Invariant = {
  id: 'rights-stay-in-their-compartment',
  why: "No wall stops whoever holds a right behind it: one tenant's pods, people or deliverer rewrite another, or take down their own walls.",
  how: "A RoleBinding names tenants' pods, owners and deliverers in their own namespace alone, each deliverer in one; none lets them write what bounds it (NetworkPolicies, quotas, accounts, roles, ways in), look at Secrets or enter pods; a ClusterRoleBinding lets them, and groups of everybody, look at most.",
  *check(inventory) {
    const tenants = new TenantSubjects(inventory);
    const told = new Set<string>();
    for (const grant of inventory.grants) {
      yield* strangersIn(grant, tenants, inventory);
      for (const right of tenants.areIn(grant) ? (grant.rights ?? []) : []) {
        const complaint = faultOf(right, grant.binding.metadata.namespace);
        const key = `${nameObject(right.manifest)} ${right.path} ${complaint?.problem}`;
        if (!complaint || told.has(key)) continue;
        told.add(key);
        yield { manifest: right.manifest, path: right.path, ...complaint };
      }
    }
  },
};

/** Whom a binding gives rights in a compartment that is not his. */
function* strangersIn({ binding, subjects }: Grant, tenants: TenantSubjects, inventory: Inventory): Generator<Found> {
  const namespace = binding.metadata.namespace;
  if (namespace === undefined) return;
  const isTenant = inventory.planeNamed(namespace) === 'tenant';
  for (const [index, subject] of subjects.entries()) {
    if (isTenant ? tenants.isOf(namespace, subject) : !tenants.has(subject)) continue;
    const problem = `It gives ${describe(subject)} rights in ${namespace}, for which it does not act.`;
    yield { manifest: binding, path: `subjects[${index}]`, problem, fix: 'Leave it out.' };
  }
}

/** `namespace`: in which the right holds. @default - in all of them */
function faultOf(right: Right, namespace: string | undefined): Omit<Complaint, 'path'> | undefined {
  const whom = namespace ?? 'tenants';
  if (right.resources.some((resource) => NOT_TO_BE_SEEN.test(resource))) {
    return { problem: `It lets ${whom} at Secrets, or into pods.`, fix: 'Leave them out.' };
  }
  if (changingVerbs(right).length === 0) return undefined;
  const fix = 'Grant get, list and watch alone.';
  if (namespace === undefined) return { problem: 'It lets tenants change every compartment.', fix };
  return mentions(right, BOUNDS) ? { problem: `It lets ${whom} rewrite what bounds it.`, fix } : undefined;
}

function describe({ kind, name, namespace }: Subject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}
