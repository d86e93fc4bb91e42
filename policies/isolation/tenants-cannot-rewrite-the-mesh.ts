import type { Invariant } from './invariant';
import { changingVerbs, type Right } from './rights';
import { TenantSubjects } from './tenant-subjects';

/** Groups whose kinds shape proxies, most of them beyond the compartment that they lie in. */
const SHAPING: readonly string[] = [
  'telemetry.istio.io',
  'extensions.istio.io',
  'networking.istio.io',
  'security.istio.io',
];

/** Nobody in a tenant's compartment may write what shapes proxies, or holds a role that nobody can read. */
export const tenantsCannotRewriteTheMesh: Invariant = {
  id: 'tenants-cannot-rewrite-the-mesh',
  why: 'A tenant switches its telemetry off, runs code in its proxies, opens its own doors, or answers for hostnames of another.',
  how: 'Every role bound in a tenant namespace, or to whoever acts for a tenant: no verb but get, list, watch on kinds of Istio, and the role is rendered.',
  *check(inventory) {
    const tenants = new TenantSubjects(inventory);
    const told = new Set<string>();
    for (const grant of inventory.grants) {
      if (!tenants.areIn(grant)) continue;
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

function shapes(right: Right): boolean {
  const groups = right.groups.some((group) => group === '*' || SHAPING.includes(group));
  return groups && right.resources.length > 0 && changingVerbs(right).length > 0;
}
