import type { AppSpec } from '../constructs/app-spec';
import type { TenantProblem } from '../constructs/calls';
import type { Environment } from '../constructs/environment';
import { asItWasRendered, withStrategies } from '../constructs/rollouts/strategy';
import type { TenantSpec } from '../constructs/tenant-spec';

/** One step of a procedure: something to type, or something to do. */
export type Step = { readonly type: string } | { readonly do: string };

/** An app whose requests would be moved in another way, or by nobody any more. */
export interface Switch {
  readonly app: string;
  /** @default - the app is gone */
  readonly path?: TenantProblem['path'];
  readonly problem: string;
  /** What lets no request fail. */
  readonly steps: readonly Step[];
}

/**
 * Switches that would cut traffic if they were applied at once: whoever delivers takes down what serves before what replaces it
 * stands. Between the ways in which Flagger moves requests there is none.
 */
export function switchesOf(
  tenant: TenantSpec,
  earlier: TenantSpec,
  environment: string,
  props: Pick<Environment, 'rollouts' | 'edge' | 'scale' | 'delivery'>,
): Switch[] {
  const before = new Map(asItWasRendered(earlier).apps.map((app) => [app.name, app]));
  const now = new Map(withStrategies(tenant, props).apps.map((app) => [app.name, app]));
  return [...before.values()].flatMap((was) => {
    const is = now.get(was.name);
    const place = { environment, tenant: tenant.name, app: was.name, delivery: props.delivery.kind };
    const [moved, moves] = [isMoved(was), is !== undefined && isMoved(is)];
    if (!is) return moved ? [gone(place)] : [];
    if (moved && !moves) return [leaving(place, is, (is.scale ?? props.scale).min)];
    return !moved && moves && was.port !== undefined ? [entering(place, was)] : [];
  });
}

/** The same, as problems of the tenant; not of apps that somebody has switched in the cluster, named `shop/web`. */
export function switchProblems(
  tenant: TenantSpec,
  earlier: TenantSpec,
  { name, environment, switched = [] }: { name: string; environment: Environment; switched?: readonly string[] },
): TenantProblem[] {
  return switchesOf(tenant, earlier, name, environment)
    .filter(({ app }) => !switched.includes(`${tenant.name}/${app}`))
    .map(({ app, path, problem, steps }) => ({
      ...{ tenant: tenant.name, problem, fix: tell(steps) },
      ...(path ? { app, path } : { path: [] }),
    }));
}

function isMoved({ rollout = 'rolling' }: AppSpec): boolean {
  return rollout !== 'rolling';
}

interface Place {
  readonly environment: string;
  readonly tenant: string;
  readonly app: string;
  readonly delivery: Environment['delivery']['kind'];
}

const ROLLOUT = ['rollout'] as const;

/**
 * Flagger's objects go with their Canary and the app's own Deployment stands at zero: so the Canary goes alone, what leads to the
 * app selects both Deployments, and only once its own serves does Flagger's go.
 */
function leaving(place: Place, app: AppSpec, replicas: number): Switch {
  const { environment, tenant, app: name } = place;
  const contents = `next/${environment}/${tenant}/contents`;
  const route = app.expose === 'public' ? ` -f ${contents}/HTTPRoute.gateway.networking.k8s.io.${name}.yaml` : '';
  const on = `kubectl -n ${tenant}`;
  return {
    ...{ app: name, path: ROLLOUT },
    problem: `Flagger serves ${name} in this environment, and nothing would be left if it stopped at once.`,
    steps: [
      { do: `See that "${on} get canary ${name}" says Initialized or Succeeded` },
      ...suspended(place),
      { type: `bulkhead synth ${environment} --out next` },
      { type: `${on} delete canary ${name} --cascade=orphan` },
      { type: `${on} apply --server-side --force-conflicts -f ${contents}/Service.core.${name}.yaml${route}` },
      { type: `${on} scale deployment ${name} --replicas=${replicas}` },
      { type: `${on} rollout status deployment ${name}` },
      { type: `${on} delete deployment/${name}-primary hpa/${name}-primary` },
      { type: `${on} delete service/${name}-primary service/${name}-canary` },
      ...rendered(place),
    ],
  };
}

/** Flagger takes over what leads to the app once its own Deployment is ready; until then it must stay. */
function entering(place: Place, was: AppSpec): Switch {
  const { tenant, app: name, delivery } = place;
  const on = `kubectl -n ${tenant}`;
  const led = [`service/${name}`, ...(was.expose === 'public' ? [`httproute/${name}`] : [])].join(' ');
  const kept = {
    flux: 'kustomize.toolkit.fluxcd.io/prune=disabled',
    argocd: 'argocd.argoproj.io/sync-options=Prune=false',
    none: undefined,
  }[delivery];
  return {
    ...{ app: name, path: ROLLOUT },
    problem: `${name} serves already in this environment, and what leads to it would go before Flagger has made its own.`,
    steps: [
      ...(kept ? [{ type: `${on} annotate ${led} ${kept}` }] : [{ do: `Keep ${led} from being deleted` }]),
      ...rendered(place),
      { do: `See that "${on} get canary ${name}" says Initialized: until then the old way serves` },
    ],
  };
}

/** Nobody prunes a Canary, so that a tree that lost it by mistake takes nothing down. */
function gone(place: Place): Switch {
  const { tenant, app: name } = place;
  return {
    app: name,
    problem: `Flagger serves ${name} in this environment, and would go on when the app is gone.`,
    steps: [...rendered(place), { type: `kubectl -n ${tenant} delete canary ${name}` }],
  };
}

function suspended({ tenant, delivery }: Place): Step[] {
  if (delivery === 'none') return [];
  return [{ do: `Suspend the delivery of ${tenant}-contents` }];
}

function rendered({ environment, tenant, app, delivery }: Place): Step[] {
  return [
    { type: `bulkhead synth ${environment} --switched ${tenant}/${app}` },
    { do: delivery === 'none' ? 'Deliver it' : 'Commit it, and let it be delivered' },
  ];
}

function tell(steps: readonly Step[]): string {
  const lines = steps.map((step, index) => `\n  ${index + 1}. ${'type' in step ? step.type : `${step.do}.`}`);
  return `What to do, step by step:${lines.join('')}`;
}
