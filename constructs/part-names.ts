import { nameOfPart } from './app/part-spec';
import type { AppSpec } from './app-spec';
import type { TenantProblem } from './calls';
import type { Environment } from './environment';
import { serversOf } from './provisioners/provision';
import { strategyOf } from './rollouts/strategy';
import type { TenantSpec } from './tenant-spec';

/** Something that an app runs, as its compartment knows it. */
interface NamedPart {
  readonly app: string;
  readonly path: readonly string[];
  /** What it is called in the cluster: the name of its objects, and the label by which its Deployment knows its pods. */
  readonly name: string;
}

/**
 * Apps, workers and jobs of one tenant that would be called alike in the cluster: `web` with a worker `a`, and `web-a`. What
 * Flagger makes of an app and what serves its data stores counts as well.
 */
export function sharedPartNames(
  tenants: readonly TenantSpec[],
  environment: Pick<Environment, 'rollouts' | 'edge' | 'provisioners'>,
): TenantProblem[] {
  return tenants.flatMap(({ name: tenant, apps }) => {
    const seen = new Map<string, NamedPart>();
    const parts = apps.flatMap((app) => [...partsOf(app), ...madeOf(app, environment)]);
    return [...parts, ...serverParts(apps, environment)].flatMap((part) => {
      const first = seen.get(part.name);
      if (!first) seen.set(part.name, part);
      if (!first) return [];
      // The name of an app is known to its callers, so it is the part that is renamed.
      const [other, renamed] = part.path.length > 1 ? [first, part] : [part, first];
      const problem = `In the cluster it would be called ${part.name}, as ${describe(other)} is.`;
      return [{ tenant, app: renamed.app, path: renamed.path, problem, fix: 'Rename one of the two.' }];
    });
  });
}

function partsOf({ name, workers, jobs }: AppSpec): NamedPart[] {
  const parts = (kind: string, names: readonly string[]) =>
    names.map((part) => ({ app: name, path: [kind, part], name: nameOfPart(name, part) }));
  return [
    { app: name, path: ['name'], name },
    ...parts('workers', Object.keys(workers)),
    ...parts('jobs', Object.keys(jobs)),
  ];
}

/** What serves while requests are moved, and what leads to either version. */
function madeOf(app: AppSpec, environment: Pick<Environment, 'rollouts' | 'edge'>): NamedPart[] {
  if (strategyOf(app, app.expose === 'public', environment) === 'rolling') return [];
  return ['primary', 'canary'].map((made) => ({ app: app.name, path: ['rollout'], name: nameOfPart(app.name, made) }));
}

/** What serves data stores within the compartment. */
function serverParts(apps: TenantSpec['apps'], environment: Pick<Environment, 'provisioners'>): NamedPart[] {
  return serversOf({ apps }, environment).map(({ name, app, use }) => ({ app, path: ['uses', use], name }));
}

function describe({ app, path: [kind, part] }: NamedPart): string {
  if (kind === 'uses') return `what app ${app} uses as ${part}`;
  if (kind === 'rollout') return `what Flagger makes of app ${app}`;
  return part === undefined ? `app ${app}` : `${kind === 'workers' ? 'worker' : 'job'} ${part} of app ${app}`;
}
