import { App as Cdk8sApp } from 'cdk8s';
import { agreeCalls, type Call } from './calls';
import { Delivery } from './delivery';
import { sharedDomains } from './domains';
import { Edge } from './edge';
import { bindEnvironment, type Environment, type EnvironmentInput, environmentSchema } from './environment';
import { formatPath } from './input/problem';
import { parseInput } from './input/read-input';
import { Passage } from './passage';
import { Planes } from './planes';
import { Tenant } from './tenant';
import type { TenantSpec } from './tenant-spec';

/**
 * Completes an environment that is written in code.
 * @throws {ProblemsError} when something is not valid; the message lists every problem with its path
 */
export function defineEnvironment(input: EnvironmentInput): Environment {
  return parseInput(environmentSchema, input, 'environment');
}

export interface PlatformProps {
  readonly environment: Environment;
  /** @default - none: the platform compartments alone */
  readonly tenants?: readonly TenantSpec[];
  /** The calls to open. @default - those on which the tenants agree; a call that only one end declares is a problem */
  readonly calls?: readonly Call[];
}

/**
 * The whole platform of one environment, as the root of a construct tree: its compartments in the order in which they are
 * delivered, then the tenants and every passage on which both ends agree. Add compartments of your own below it.
 *
 * It writes nothing; hand it to `plan`.
 */
export class Platform extends Cdk8sApp {
  readonly planes: Planes;
  readonly delivery: Delivery;
  readonly edge: Edge;
  readonly tenants: ReadonlyMap<string, Tenant>;

  constructor({ environment, tenants = [], calls }: PlatformProps) {
    super();
    bindEnvironment(this, environment);
    this.planes = new Planes(this);
    this.delivery = new Delivery(this, environment.owner).after(this.planes);
    this.edge = new Edge(this, environment.owner).after(this.planes);
    const sorted = tenants.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.tenants = new Map(sorted.map((spec) => [spec.name, this.addTenant(spec)]));

    const agreement = agreeCalls(sorted, new Set());
    for (const call of calls ?? agreement.calls) this.openCall(call);
    const problems = [...sharedDomains(sorted), ...(calls ? [] : agreement.problems)];
    this.node.addValidation({
      validate: () =>
        problems.map(({ tenant, app, path, problem, fix }) =>
          [`tenants ${tenant}${app ? `/${app}` : ''} ${formatPath(path)}:`, problem, fix].join(' '),
        ),
    });
  }

  private addTenant(spec: TenantSpec): Tenant {
    this.delivery.addDeliverer(spec.name);
    const tenant = new Tenant(this, spec, this.delivery.name).after(this.planes);
    for (const app of spec.apps) if (app.expose === 'public') this.expose(tenant, app.name);
    return tenant;
  }

  private expose(tenant: Tenant, name: string): void {
    const app = tenant.apps.get(name);
    if (app?.workload.port === undefined) return;
    new Passage(this, {
      from: this.edge.gateway,
      to: app.end,
      ports: [{ protocol: 'TCP', port: app.workload.port }],
      why: `${tenant.name}/${name} is public`,
    });
  }

  private openCall({ caller, callee, why, whyAccepted }: Call): void {
    const from = this.tenants.get(caller.tenant)?.apps.get(caller.app);
    const to = this.tenants.get(callee.tenant)?.apps.get(callee.app);
    if (!from || !to) return;
    new Passage(this, {
      from: from.end,
      to: to.end,
      ports: [{ protocol: 'TCP', port: callee.port }],
      why,
      whyAccepted,
    });
  }
}
