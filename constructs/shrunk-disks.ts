import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import { serversOf } from './provisioners/provision';
import { mebibytes } from './quantity';
import type { TenantSpec } from './tenant-spec';

/** Disks that hold more already than their app asks for now: Kubernetes shrinks none, and would refuse all that comes with it. */
export function shrunkDisks(tenant: TenantSpec, earlier: TenantSpec): TenantProblem[] {
  return tenant.apps.flatMap((app) => {
    const before = earlier.apps.find(({ name }) => name === app.name)?.disk ?? {};
    return Object.entries(app.disk).flatMap(([path, { persistent }]) => {
      const held = before[path]?.persistent;
      if (persistent === undefined || held === undefined || mebibytes(persistent) >= mebibytes(held)) return [];
      return {
        ...{ tenant: tenant.name, app: app.name, path: ['disk', path, 'persistent'] },
        problem: `This disk is of ${held} already, and none can shrink.`,
        fix: `Write ${held} or more; or another path, for a new disk, and move there what is needed.`,
      };
    });
  });
}

/** Data stores in the cluster whose disks hold more already than is asked for now. */
export function shrunkStores(
  tenant: TenantSpec,
  earlier: TenantSpec,
  environment: Pick<Environment, 'provisioners'>,
): TenantProblem[] {
  const before = new Map(serversOf(earlier, environment).map(({ secret, disk }) => [secret, disk.persistent]));
  return serversOf(tenant, environment).flatMap(({ secret, app, use, disk: { persistent } }) => {
    const held = before.get(secret);
    if (persistent === undefined || held === undefined || mebibytes(persistent) >= mebibytes(held)) return [];
    const problem = `Its disk is of ${held} already, and none can shrink.`;
    const fix = `Write ${held} or more under params.disk; or another id, for another data store, and move there what is needed.`;
    return [{ tenant: tenant.name, app, path: ['uses', use], problem, fix }];
  });
}
