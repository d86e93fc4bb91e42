import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { changingVerbs, type Grant, type Right, reachesAccountsOf } from './rights';

/** What shapes proxies beyond the compartment that it lies in, by API group. */
const SHAPING: Readonly<Record<string, readonly string[]>> = {
  'telemetry.istio.io': ['telemetries'],
  'extensions.istio.io': ['wasmplugins', 'trafficextensions'],
  'networking.istio.io': ['envoyfilters', 'sidecars', 'gateways', 'proxyconfigs'],
};

/** Nobody in a tenant's compartment may write what shapes proxies, or holds a role that nobody can read. */
export const tenantsCannotRewriteTheMesh: Invariant = {
  id: 'tenants-cannot-rewrite-the-mesh',
  why: 'A tenant switches its telemetry off, runs code in its proxies, or answers for hostnames of another.',
  how: 'Every role bound in a tenant namespace or to its service accounts: no verb but get, list, watch on those kinds, and the role is rendered.',
  *check(inventory) {
    const told = new Set<string>();
    for (const grant of inventory.grants) {
      if (!concernsTenants(grant, inventory)) continue;
      const { binding, role, rights } = grant;
      if (!rights) {
        const problem = `Nobody can say what ${role} grants: it is not rendered.`;
        yield { manifest: binding, path: 'roleRef', problem, fix: 'Bind a role that is.' };
      }
      for (const right of rights ?? []) {
        const key = `${right.manifest.metadata.namespace}/${right.manifest.metadata.name} ${right.path}`;
        if (!shapes(right) || told.has(key)) continue;
        told.add(key);
        const problem = `It lets ${binding.metadata.namespace ?? 'tenants'} change what shapes proxies.`;
        yield { manifest: right.manifest, path: right.path, problem, fix: 'Grant get, list and watch alone.' };
      }
    }
  },
};

function concernsTenants(grant: Grant, inventory: Inventory): boolean {
  const namespace = grant.binding.metadata.namespace;
  if (namespace !== undefined) return inventory.planeNamed(namespace) === 'tenant';
  return inventory.namespacesOn((plane) => plane === 'tenant').some((name) => reachesAccountsOf(grant, name));
}

function shapes(right: Right): boolean {
  if (changingVerbs(right).length === 0) return false;
  return Object.entries(SHAPING).some(
    ([group, kinds]) =>
      right.groups.some((each) => each === '*' || each === group) &&
      right.resources.some((each) => each === '*' || kinds.includes(each)),
  );
}
