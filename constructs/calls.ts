import type { AppSpec } from './app-spec';
import { closest } from './input/did-you-mean';
import type { Problem } from './input/problem';
import { type TenantSpec, tenantSpecSchema } from './tenant-spec';

/** A call that its caller makes and, between two tenants, its callee accepts. */
export interface Call {
  readonly caller: { readonly tenant: string; readonly app: string };
  readonly callee: { readonly tenant: string; readonly app: string; readonly port: number };
  /** Why the caller calls. */
  readonly why: string;
  /** Why the callee accepts. */
  readonly whyAccepted: string;
}

/** A problem of one tenant: in the file of one of its apps, or in its own. */
export interface TenantProblem extends Problem {
  readonly tenant: string;
  /** @default - the tenant's own file */
  readonly app?: string;
}

/** What all tenants together say of their calls. */
export interface Agreement {
  readonly calls: readonly Call[];
  readonly problems: readonly TenantProblem[];
}

/**
 * Finds the calls on which both ends agree, and every line that stands alone. Within one tenant the caller's word is enough.
 *
 * `held` tenants are rendered from an older word of theirs, or not at all. Against one of them nothing is ever missing: a
 * broken tenant must not make another one's files wrong. Nor is an app missing that a tenant may have.
 */
export function agreeCalls(
  tenants: readonly TenantSpec[],
  held: ReadonlySet<string>,
  mayHave: MayHave = () => false,
): Agreement {
  const directory = new Directory(tenants, held, mayHave);
  const calls: Call[] = [];
  const problems: TenantProblem[] = [];
  for (const tenant of tenants) {
    for (const app of tenant.apps) {
      for (const reference of Object.keys(app.calls)) {
        const outcome = directory.resolveCall(tenant, app, reference);
        if (outcome && 'callee' in outcome) calls.push(outcome);
        else if (outcome && !held.has(tenant.name)) problems.push(outcome);
      }
    }
    if (!held.has(tenant.name)) problems.push(...directory.checkAccepts(tenant));
  }
  return { calls, problems };
}

/** Whether a tenant may have an app that is not among those known. */
export type MayHave = (tenant: string, app: string) => boolean;

class Directory {
  private readonly tenants: ReadonlyMap<string, TenantSpec>;

  constructor(
    tenants: readonly TenantSpec[],
    private readonly held: ReadonlySet<string>,
    private readonly mayHave: MayHave,
  ) {
    this.tenants = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  }

  /** The call, or what is wrong with it; nothing where a held tenant leaves it open. */
  resolveCall(tenant: TenantSpec, app: AppSpec, reference: string): Call | TenantProblem | undefined {
    const wrong = (problem: string, fix: string): TenantProblem => ({
      ...{ tenant: tenant.name, app: app.name, path: ['calls', reference] },
      ...{ problem, fix },
    });
    const [calleeTenant, calleeApp] = split(reference, tenant.name);
    // One callee, one spelling: the same call written twice would be two passages of one name.
    if (reference === `${tenant.name}/${calleeApp}`) {
      return wrong(`${calleeApp} is an app of ${tenant.name} itself.`, `Write "${calleeApp}", without the tenant.`);
    }
    const callee = this.find(calleeTenant, calleeApp);
    if (!callee.app) return callee.open ? undefined : wrong(callee.problem, callee.fix);
    if (callee.app.port === undefined) {
      return wrong(`${reference} listens on no port.`, 'Call an app that has one, or remove this line.');
    }
    const asked = app.callPorts[reference];
    const answers = callee.app.servicePort ?? callee.app.port;
    if (asked !== undefined && asked !== answers) {
      const path = ['callPorts', reference];
      return { ...wrong(`${reference} answers under ${answers}.`, `Write ${answers}.`), path };
    }
    const why = app.calls[reference] ?? '';
    const accepted = calleeTenant === tenant.name ? why : acceptedBy(callee.tenant, calleeApp, tenant.name, app.name);
    if (accepted === undefined) {
      if (this.isOpen(calleeTenant)) return undefined;
      return wrong(
        `${calleeTenant} does not accept this call.`,
        `Have ${calleeTenant} add "${tenant.name}/${app.name}: <why>" under accepts.${calleeApp}.`,
      );
    }
    return {
      caller: { tenant: tenant.name, app: app.name },
      callee: { tenant: calleeTenant, app: calleeApp, port: callee.app.port },
      why,
      whyAccepted: accepted,
    };
  }

  checkAccepts(tenant: TenantSpec): TenantProblem[] {
    return Object.entries(tenant.accepts).flatMap(([app, callers]) => {
      const own = this.find(tenant.name, app);
      if (!own.app && !own.open) {
        return [{ tenant: tenant.name, path: ['accepts', app], problem: own.problem, fix: own.fix }];
      }
      return Object.keys(callers).flatMap((caller) => {
        const alone = this.acceptedAlone(tenant.name, app, caller);
        return alone ? [{ tenant: tenant.name, path: ['accepts', app, caller], ...alone }] : [];
      });
    });
  }

  private acceptedAlone(tenant: string, app: string, caller: string): Pick<Problem, 'problem' | 'fix'> | undefined {
    const [callerTenant, callerApp] = split(caller, tenant);
    if (callerTenant === tenant) {
      return {
        problem: `${caller} is an app of ${tenant} itself, which needs no acceptance.`,
        fix: `Remove this line, or write which tenant it belongs to: "<tenant>/${callerApp}".`,
      };
    }
    if (this.isOpen(callerTenant)) return undefined;
    const found = this.find(callerTenant, callerApp);
    if (!found.app) return found.open ? undefined : found;
    if (Object.hasOwn(found.app.calls, `${tenant}/${app}`)) return undefined;
    return {
      problem: `${caller} does not call ${tenant}/${app}.`,
      fix: `Have ${callerTenant} add "${tenant}/${app}: <why>" under calls of ${callerApp}, or remove this line.`,
    };
  }

  /** Whether what a tenant says is not known. Under a name that no tenant can have, there is nothing to know. */
  private isOpen(tenantName: string): boolean {
    return this.held.has(tenantName) && tenantSpecSchema.shape.name.safeParse(tenantName).success;
  }

  private find(tenantName: string, appName: string): Found {
    const open = this.isOpen(tenantName) || this.mayHave(tenantName, appName);
    const tenant = this.tenants.get(tenantName);
    if (!tenant) {
      const fix = suggest(tenantName, [...this.tenants.keys()], 'Remove this line: there are no tenants.');
      return { app: undefined, open, problem: `There is no tenant "${tenantName}" in this environment.`, fix };
    }
    const app = tenant.apps.find(({ name }) => name === appName);
    if (app) return { tenant, app };
    const names = tenant.apps.map(({ name }) => name);
    const fix = suggest(appName, names, `Remove this line: ${tenantName} has no apps.`);
    return { app: undefined, open, problem: `${tenantName} has no app "${appName}".`, fix };
  }
}

type Found =
  | { readonly tenant: TenantSpec; readonly app: AppSpec }
  | { readonly app: undefined; readonly open: boolean; readonly problem: string; readonly fix: string };

function acceptedBy(callee: TenantSpec, app: string, callerTenant: string, callerApp: string): string | undefined {
  return callee.accepts[app]?.[`${callerTenant}/${callerApp}`];
}

function split(reference: string, ownTenant: string): [tenant: string, app: string] {
  const slash = reference.indexOf('/');
  return slash < 0 ? [ownTenant, reference] : [reference.slice(0, slash), reference.slice(slash + 1)];
}

function suggest(written: string, names: readonly string[], otherwise: string): string {
  const meant = closest(written, names);
  if (meant) return `Did you mean "${meant}"?`;
  return names.length > 0 ? `Possible: ${names.join(', ')}.` : otherwise;
}
