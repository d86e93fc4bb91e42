import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import type { TenantSpec } from './tenant-spec';

/** Tenants called like a namespace that is another's in this environment, though anywhere else they may be called so. */
export function takenNames(tenants: readonly TenantSpec[], { dns }: Pick<Environment, 'dns'>): TenantProblem[] {
  return tenants
    .filter(({ name }) => name === dns.namespace)
    .map(({ name }) => ({
      ...{ tenant: name, path: [] },
      problem: `In this environment the namespace "${name}" is that of the cluster DNS.`,
      fix: 'Choose another name for the tenant.',
    }));
}
