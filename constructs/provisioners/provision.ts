import type { ResourceTypeName } from '../app/resource-types';
import { outputsOf } from '../app/resource-types';
import type { Use, Uses } from '../app/uses-spec';
import type { TenantProblem } from '../calls';
import { type OutsideEnd, outside } from '../end';
import type { Environment } from '../environment';
import { closest } from '../input/did-you-mean';
import type { Problem } from '../input/problem';
import type { NonEmpty, Port } from '../network/network-policy';
import type { TenantSpec } from '../tenant-spec';
import type { Provisioner } from './provisioners-spec';

type Section = Pick<Environment, 'provisioners'>;

/** Who provides a resource in an environment; `undefined`: nobody. */
export function provisionerOf({ type, class: of }: Pick<Use, 'type' | 'class'>, { provisioners }: Section) {
  const classes: Readonly<Record<string, Provisioner>> = provisioners[type];
  return Object.hasOwn(classes, of) ? classes[of] : undefined;
}

/**
 * The Secret of a resource, in the compartment of whoever uses it. Dots part it: no name of ours holds one, so that what one
 * app has for itself is never what apps share.
 */
export function secretNameOf(
  app: string,
  name: string,
  { type, class: of, id }: Pick<Use, 'type' | 'class' | 'id'>,
): string {
  return [type, of, ...(id === undefined ? [app, name] : [id])].join('.');
}

/** What an app is told of a resource: a text, or a key of its Secret. */
export type Output = { readonly text: string } | { readonly secret: string; readonly key: string };

/** @throws when nobody provides the resource, or it has no such output */
export function outputOf(app: string, name: string, use: Use, output: string, environment: Section): Output {
  const provisioner = provisionerOf(use, environment);
  const source = outputsOf(use.type)[output];
  if (!provisioner || !source) throw new Error(`${app} uses ${name}: ${output} of ${use.type} is provided by nobody.`);
  if (typeof source === 'object') return { secret: secretNameOf(app, name, use), key: source.key };
  const { host, port } = provisioner;
  const texts = { host, port: `${port}`, endpoint: `https://${host}${port === 443 ? '' : `:${port}`}` };
  return { text: texts[source] };
}

/** Why nobody provides a resource in an environment, and what it offers; `undefined`: somebody does. */
export function unprovided(use: Use, environment: Section): Pick<Problem, 'problem' | 'fix'> | undefined {
  if (provisionerOf(use, environment)) return undefined;
  const { type } = use;
  const classes = Object.keys(environment.provisioners[type]);
  if (classes.length > 0) {
    const meant = closest(use.class, classes);
    const fix = meant ? `Did you mean "${meant}"?` : `Possible: ${classes.join(', ')}.`;
    return { problem: `This environment provides no ${type} of class "${use.class}".`, fix };
  }
  const offered = (Object.keys(environment.provisioners) as ResourceTypeName[]).filter(
    (other) => Object.keys(environment.provisioners[other]).length > 0,
  );
  const instead =
    offered.length > 0 ? `use what it provides: ${offered.join(', ')}` : 'leave it out: it provides nothing';
  return {
    problem: `This environment provides no ${type}.`,
    fix: `Ask the platform team for it, under provisioners.${type}; or ${instead}.`,
  };
}

/** Resources that apps use and nobody provides. */
export function unprovidedUses(tenants: readonly TenantSpec[], environment: Section): TenantProblem[] {
  return tenants.flatMap(({ name: tenant, apps }) =>
    apps.flatMap((app) =>
      Object.entries(app.uses).flatMap(([name, use]) => {
        const advice = unprovided(use, environment);
        return advice ? [{ tenant, app: app.name, path: ['uses', name], ...advice }] : [];
      }),
    ),
  );
}

/** Where an app must be let through to reach what it uses. */
export interface WayOut {
  readonly to: OutsideEnd;
  readonly ports: NonEmpty<Port>;
  readonly why: string;
}

/** The ways to what an app uses, one for each resource. */
export function waysOut(uses: Uses, environment: Section): WayOut[] {
  return Object.entries(uses).flatMap(([name, use]) => {
    const provisioner = provisionerOf(use, environment);
    if (!provisioner) return [];
    const { host, port, cidrs } = provisioner;
    return [
      {
        to: outside(host, ...cidrs),
        ports: [{ protocol: 'TCP', port }],
        why: `uses ${use.type} ${name}`,
      } satisfies WayOut,
    ];
  });
}
