import type { TenantSpec } from '../constructs/tenant-spec';

/** A tenant and all those that it has, or would have, calls with: nobody else shows in its compartment. */
export function withPartners(name: string, tenants: readonly TenantSpec[]): TenantSpec[] {
  const named = new Map(tenants.map((tenant) => [tenant.name, tenantsNamedBy(tenant)]));
  return tenants.filter(
    (tenant) => tenant.name === name || named.get(name)?.has(tenant.name) || named.get(tenant.name)?.has(name),
  );
}

/** Whom its apps call, and whose calls they accept. */
function tenantsNamedBy({ apps, accepts }: TenantSpec): Set<string> {
  const references = [
    ...apps.flatMap(({ calls }) => Object.keys(calls)),
    ...Object.values(accepts).flatMap((callers) => Object.keys(callers)),
  ];
  return new Set(references.flatMap((reference) => (reference.includes('/') ? (reference.split('/')[0] ?? []) : [])));
}
