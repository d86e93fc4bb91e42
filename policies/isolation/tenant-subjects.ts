import type { Inventory } from './inventory';
import type { Grant, Subject } from './rights';

/** Groups that tenants' pods, or people, are in with everybody else. */
const EVERYBODY: ReadonlySet<string> = new Set([
  'system:authenticated',
  'system:unauthenticated',
  'system:serviceaccounts',
  'system:anonymous',
]);

/** Who acts for tenants: their pods, the groups that own them, and the accounts that deliver them. */
export class TenantSubjects {
  private readonly names: ReadonlySet<string>;
  private readonly owners: ReadonlySet<string>;
  /** The tenants whose contents each account of the delivery plane may write, by `namespace/name`. */
  private readonly delivered: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(private readonly inventory: Inventory) {
    this.names = new Set(inventory.namespacesOn((plane) => plane === 'tenant'));
    const ownersOn = (wanted: (plane: string | undefined) => boolean) =>
      inventory.namespacesOn(wanted).flatMap((name) => this.ownerOf(name) ?? []);
    // Whoever owns a compartment of the platform as well acts for the platform.
    const platform = new Set(ownersOn((plane) => plane !== 'tenant'));
    this.owners = new Set(ownersOn((plane) => plane === 'tenant').filter((owner) => !platform.has(owner)));
    this.delivered = deliveredBy(inventory, this.names);
  }

  /** Whether a grant holds in a tenant's compartment, or anywhere for somebody who acts for a tenant. */
  areIn({ binding, subjects }: Grant): boolean {
    return this.names.has(binding.metadata.namespace ?? '') || subjects.some((subject) => this.has(subject));
  }

  has({ kind, name, namespace }: Subject): boolean {
    if (kind === 'ServiceAccount') return this.names.has(namespace) || this.delivered.has(`${namespace}/${name}`);
    const [, group = ''] = /^system:serviceaccounts:(.+)$/.exec(name) ?? [];
    const delivers = [...this.delivered.keys()].some((account) => account.startsWith(`${group}/`));
    return EVERYBODY.has(name) || this.owners.has(name) || this.names.has(group) || delivers;
  }

  /** Whether somebody acts for this tenant and for no other. */
  isOf(tenant: string, { kind, name, namespace }: Subject): boolean {
    if (kind === 'Group') return name === this.ownerOf(tenant) || name === `system:serviceaccounts:${tenant}`;
    if (kind !== 'ServiceAccount') return false;
    return namespace === tenant || this.delivered.get(`${namespace}/${name}`)?.size === 1;
  }

  private ownerOf(namespace: string): string | undefined {
    return this.inventory.namespaces.get(namespace)?.metadata.annotations?.['bulkhead.dev/owner'];
  }
}

function deliveredBy(inventory: Inventory, tenants: ReadonlySet<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const delivered = new Map<string, Set<string>>();
  for (const { binding, subjects } of inventory.grants) {
    const tenant = binding.metadata.namespace ?? '';
    if (!tenants.has(tenant)) continue;
    for (const { kind, name, namespace } of subjects) {
      if (kind !== 'ServiceAccount' || inventory.planeNamed(namespace) !== 'delivery') continue;
      const key = `${namespace}/${name}`;
      delivered.set(key, (delivered.get(key) ?? new Set()).add(tenant));
    }
  }
  return delivered;
}
