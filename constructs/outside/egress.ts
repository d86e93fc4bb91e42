import { type Egress, readAddress } from '../app/egress-spec';
import type { TenantProblem } from '../calls';
import { outside } from '../end';
import type { Environment } from '../environment';
import { closest } from '../input/did-you-mean';
import type { Problem } from '../input/problem';
import type { WayOut } from '../provisioners/provision';
import type { TenantSpec } from '../tenant-spec';

type Section = Pick<Environment, 'outside'>;

/** The ways to what an app reaches outside, one for each port that it names and the environment allows. */
export function egressWays(egress: Egress, environment: Section): WayOut[] {
  return Object.entries(egress).flatMap(([written, why]) => {
    const { host, port } = readAddress(written);
    const allowed = allowedAt(host, environment);
    if (!allowed?.ports.includes(port)) return [];
    return [{ to: outside(host, ...allowed.cidrs), ports: [{ protocol: 'TCP', port }], why } satisfies WayOut];
  });
}

/** Why an app may not go where it says; `undefined`: it may. */
export function notAllowed(written: string, environment: Section): Pick<Problem, 'problem' | 'fix'> | undefined {
  const { host, port } = readAddress(written);
  const allowed = allowedAt(host, environment);
  if (allowed?.ports.includes(port)) return undefined;
  if (allowed) {
    const problem = `This environment lets nobody reach port ${port} of ${host}.`;
    return {
      problem,
      fix: `Ask the platform team to allow it, under outside; or write one of ${allowed.ports.join(', ')}.`,
    };
  }
  const hosts = Object.keys(environment.outside);
  const meant = closest(host, hosts);
  const offer = hosts.length > 0 ? `It allows: ${hosts.join(', ')}.` : 'It allows none.';
  return {
    problem: `This environment lets nobody reach ${host}.`,
    fix: meant ? `Did you mean "${meant}"?` : `Ask the platform team to allow it, under outside. ${offer}`,
  };
}

/** Hosts that apps name and their environment does not allow. */
export function forbiddenEgress(tenants: readonly TenantSpec[], environment: Section): TenantProblem[] {
  return tenants.flatMap(({ name: tenant, apps }) =>
    apps.flatMap((app) =>
      Object.keys(app.egress).flatMap((written) => {
        const advice = notAllowed(written, environment);
        return advice ? [{ tenant, app: app.name, path: ['egress', written], ...advice }] : [];
      }),
    ),
  );
}

function allowedAt(host: string, { outside: hosts }: Section) {
  return Object.hasOwn(hosts, host) ? hosts[host] : undefined;
}
