import { unfitness } from '../app/rollout-spec';
import type { AppSpec, Workload } from '../app-spec';
import type { TenantProblem } from '../calls';
import type { Environment } from '../environment';
import type { Problem } from '../input/problem';
import type { TenantSpec } from '../tenant-spec';

type Advice = Pick<Problem, 'problem' | 'fix'>;

/** Why an app's requests cannot be moved from version to version in an environment; `undefined`: they can. */
export function unfitIn(
  app: Workload & Partial<AppSpec>,
  { rollouts, edge }: Pick<Environment, 'rollouts' | 'edge'>,
): Advice | undefined {
  const fix = 'Leave rollout out, or ask the platform team for the section';
  if (!rollouts) return { problem: 'Nobody moves requests in this environment.', fix: `${fix} "rollouts".` };
  if (!edge)
    return { problem: 'Requests are moved at the edge, and this environment has none.', fix: `${fix} "edge".` };
  return unfitness(app);
}

/** Apps that want their requests moved where nobody can. */
export function unmovableApps(tenants: readonly TenantSpec[], environment: Environment): TenantProblem[] {
  return tenants.flatMap(({ name, apps }) =>
    apps.flatMap((app) => {
      const unfit = app.rollout === undefined || app.rollout === 'rolling' ? undefined : unfitIn(app, environment);
      return unfit ? [{ tenant: name, app: app.name, path: ['rollout'], ...unfit }] : [];
    }),
  );
}
