import type { TenantProblem } from '../calls';
import { GATEWAY } from '../defaults';
import type { Problem } from '../input/problem';
import type { EdgeSection } from './edge-spec';

/** The namespace of all Gateways. */
export const EDGE = 'edge';

/**
 * The Gateway at which a tenant's clients arrive. The environment says it by name: whatever followed from the number or order of
 * tenants would move somebody to another address when a tenant comes or goes.
 */
export function gatewayOf(tenant: string, { gateways }: Pick<EdgeSection, 'gateways'>): string {
  const number = Object.hasOwn(gateways, tenant) ? gateways[tenant] : undefined;
  return number === undefined ? EDGE : `${EDGE}-${number}`;
}

/** The component that a Gateway's pods are: Istio calls their service account after it and its class. */
export function componentOf(gateway: string): string {
  return `${gateway}-istio`;
}

/** Every Gateway with its tenants, the first one also without any. */
export function tenantsByGateway<T extends { readonly name: string }>(
  tenants: readonly T[],
  section: Pick<EdgeSection, 'gateways'>,
): Map<string, readonly T[]> {
  const names = [EDGE, ...new Set(tenants.map(({ name }) => gatewayOf(name, section)))].sort();
  return new Map(names.map((gateway) => [gateway, tenants.filter(({ name }) => gatewayOf(name, section) === gateway)]));
}

/** Gateways with more tenants than they have listeners for. */
export function crowdedGateways(byGateway: ReadonlyMap<string, readonly { readonly name: string }[]>): Problem[] {
  return [...byGateway].flatMap(([gateway, tenants]) => {
    const last = tenants[GATEWAY.tenants];
    if (!last) return [];
    return {
      path: ['gateways'],
      problem: `Gateway ${gateway} holds ${GATEWAY.tenants} tenants, and there are ${tenants.length}.`,
      fix: `Give some another one, for example "${last.name}: 2".`,
    };
  });
}

/**
 * Tenants that come when their Gateway has no listener left. Whoever is there already stays where it is; of those who come
 * together, the last ones by name wait.
 */
export function tenantsWithoutListener(
  tenants: readonly { readonly name: string }[],
  section: Pick<EdgeSection, 'gateways'>,
  isNew: (tenant: string) => boolean,
): TenantProblem[] {
  const byGateway = tenantsByGateway(tenants, section);
  const hasRoom = (gateway: string) => (byGateway.get(gateway)?.length ?? 0) < GATEWAY.tenants;
  const other = NUMBERS.find((number) => hasRoom(`${EDGE}-${number}`));
  return [...byGateway].flatMap(([gateway, own]) => {
    const over = own.length - GATEWAY.tenants;
    const waiting = over > 0 ? own.filter(({ name }) => isNew(name)).slice(-over) : [];
    return waiting.map(({ name }) => ({
      ...{ tenant: name, path: [], problem: `Gateway ${gateway} holds ${GATEWAY.tenants} tenants and is full.` },
      fix:
        other === undefined
          ? 'Ask the platform team for another environment: every Gateway of this one is full.'
          : `Ask the platform team to give it another one: edge.gateways: { ${JSON.stringify(name)}: ${other} }.`,
    }));
  });
}

/** What the environment can write for a tenant that is not at the first Gateway. */
const NUMBERS = Array.from({ length: GATEWAY.count - 1 }, (_, index) => index + 2);
