import { unfitness } from '../app/rollout-spec';
import type { AppSpec, Workload } from '../app-spec';
import type { Environment } from '../environment';
import type { TenantSpec } from '../tenant-spec';

/** How versions of an app take over. */
export type Strategy = NonNullable<Workload['rollout']>;

/** A strategy that moves requests, which Flagger does. */
export type Shifting = Exclude<Strategy, 'rolling'>;

/** How versions of an app take over in an environment: as it says itself or, if it can be so, as the environment does. */
export function strategyOf(
  app: Workload,
  isPublic: boolean,
  { rollouts, edge }: Pick<Environment, 'rollouts' | 'edge'>,
): Strategy {
  if (app.rollout !== undefined) return app.rollout;
  const fits = isPublic && edge !== undefined && unfitness(app) === undefined;
  return fits ? (rollouts?.default ?? 'rolling') : 'rolling';
}

/** A tenant whose apps all say how their versions take over. Kept with what was rendered, it outlives the environment's word. */
export function withStrategies(tenant: TenantSpec, environment: Pick<Environment, 'rollouts' | 'edge'>): TenantSpec {
  return saying(tenant, (app) => strategyOf(app, app.expose === 'public', environment));
}

/** A tenant as it was kept: whoever said nothing was rolling when there was nothing else. */
export function asItWasRendered(tenant: TenantSpec): TenantSpec {
  return saying(tenant, ({ rollout = 'rolling' }) => rollout);
}

/** In the same place among the members whoever says it, so that what is kept stays the same byte by byte. */
function saying(tenant: TenantSpec, strategy: (app: AppSpec) => Strategy): TenantSpec {
  const apps = tenant.apps.map(({ rollout, ...app }) => ({ ...app, rollout: strategy({ ...app, rollout }) }));
  return { ...tenant, apps };
}
