import type { TenantProblem } from './calls';
import type { TenantSpec } from './tenant-spec';

/**
 * Domains that a tenant claims while another has them, or had them when it was last rendered: if that one is held, it has them
 * again. Whoever had a domain first keeps it; where nobody had it, nobody can tell who came first, so it is a problem of both.
 * @param had the domain with which a tenant was last rendered. @default - nobody was
 */
export function sharedDomains(
  tenants: readonly TenantSpec[],
  had: (tenant: string) => string | undefined = () => undefined,
): TenantProblem[] {
  return tenants.flatMap(({ name, domain }) => {
    const others = tenants.filter((other) => other.name !== name);
    const before = others.find((other) => had(other.name) === domain);
    const other = before ?? (had(name) === domain ? undefined : others.find((each) => each.domain === domain));
    if (!other) return [];
    if (other.domain === domain) {
      const problem = `Tenant ${other.name} claims the domain "${domain}" too.`;
      return [{ tenant: name, path: ['domain'], problem, fix: 'Choose another.' }];
    }
    const problem = `Tenant ${other.name} has the domain "${domain}" until it is rendered with another.`;
    return [{ tenant: name, path: ['domain'], problem, fix: 'Choose another, or wait until it is.' }];
  });
}
