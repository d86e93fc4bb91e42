import type { Construct } from 'constructs';
import { App } from './app';
import type { AppSpec } from './app-spec';
import { Compartment } from './compartment';
import { EDGE, gatewayOf } from './edge/gateway-name';
import { type Environment, environmentOf } from './environment';
import { parseInput } from './input/read-input';
import { sizeOf } from './tenant-room';
import { type TenantSpec, type TenantSpecInput, tenantSpecSchema } from './tenant-spec';
import type { Exposure } from './workload/route';

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

/** The domain below which a tenant's hostnames lie. */
export function domainOf({ domain }: Pick<TenantSpec, 'domain'>, environment: Pick<Environment, 'domain'>): string {
  return `${domain}.${environment.domain}`;
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
      size: sizeOf(spec, environment),
      mesh: 'member',
      deliverer: { name: delivererOf(spec.name), namespace: delivery },
      domain: domainOf(spec, environment),
    });
    this.apps = new Map(spec.apps.map((app) => [app.name, new App(this, app, exposureOf(app, spec, environment))]));
  }
}

/** Where clients reach a public app: by its name below the tenant's domain, at the tenant's listener and no other. */
function exposureOf(app: AppSpec, tenant: TenantSpec, environment: Environment): Exposure | undefined {
  if (app.expose !== 'public' || !environment.edge) return undefined;
  return {
    hostname: `${app.name}.${domainOf(tenant, environment)}`,
    parent: { name: gatewayOf(tenant.name, environment.edge), namespace: EDGE, sectionName: tenant.name },
  };
}
