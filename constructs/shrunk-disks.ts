import type { TenantProblem } from './calls';
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
