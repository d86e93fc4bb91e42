import type { TenantProblem } from './calls';
import type { TenantSpec } from './tenant-spec';

/** Domains that two tenants claim. Which of them came first nobody can tell, so it is a problem of both. */
export function sharedDomains(tenants: readonly TenantSpec[]): TenantProblem[] {
  return tenants.flatMap(({ name, domain }) => {
    const other = tenants.find((tenant) => tenant.name !== name && tenant.domain === domain);
    if (!other) return [];
    const problem = `Tenant ${other.name} claims the domain "${domain}" too.`;
    return [{ tenant: name, path: ['domain'], problem, fix: 'Choose another.' }];
  });
}
