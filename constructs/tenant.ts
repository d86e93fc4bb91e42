import type { Construct } from 'constructs';
import { App } from './app';
import { Compartment } from './compartment';
import { environmentOf } from './environment';
import { parseInput } from './input/read-input';
import { type TenantSpec, type TenantSpecInput, tenantSpecSchema } from './tenant-spec';

/**
 * Completes a tenant that is written in code.
 * @throws {ProblemsError} when something is not valid; the message lists every problem with its path
 */
export function defineTenant(input: TenantSpecInput): TenantSpec {
  return parseInput(tenantSpecSchema, input, `tenant ${input.name}`);
}

/** Name of the service account, in the delivery compartment, that delivers a tenant's contents. */
export function delivererOf(tenant: string): string {
  return `tenant-${tenant}`;
}

/**
 * An app team: one compartment with its apps, one domain. Its calls are opened by the Platform, which alone knows both ends.
 */
export class Tenant extends Compartment {
  readonly apps: ReadonlyMap<string, App>;

  constructor(
    scope: Construct,
    readonly spec: TenantSpec,
    delivery: string,
  ) {
    const environment = environmentOf(scope);
    super(scope, spec.name, {
      plane: 'tenant',
      owner: spec.owner,
      size: environment.sizes[spec.name] ?? spec.size,
      mesh: 'member',
      deliverer: { name: delivererOf(spec.name), namespace: delivery },
      domain: `${spec.domain}.${environment.domain}`,
    });
    this.apps = new Map(spec.apps.map((app) => [app.name, new App(this, app)]));
  }
}
