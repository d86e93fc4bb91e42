import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Environment } from '../../constructs/environment';
import type { Finding } from '../../policies/finding';
import { type Outcome, type SynthOptions, write } from '../commands/synth';
import { earlierIn } from '../load/earlier';
import type { LoadedEnvironment } from '../load/environments';
import { type LoadedTenant, loadTenant } from '../load/tenants';
import { loadWorkspace } from '../load/workspace';
import { withPartners } from '../partners';
import { render } from '../render';
import { today } from '../today';

/** What a changed tenant comes to in one environment. */
export interface Answer {
  readonly tenant: string;
  readonly environment: string;
  readonly findings: readonly Finding[];
}

/**
 * Everything that was read, kept so that of a change only what it touches is read again and, for a first answer, rendered: a tenant
 * with those that it has calls with, beside the platform. That answer leaves out what only all tenants together show, such as a
 * domain that two claim; what is written is always rendered and checked in whole.
 */
export class Workbench {
  private environments: readonly LoadedEnvironment[];
  private readonly tenants: Map<string, LoadedTenant>;

  /** @throws {UsageError} when a folder is missing or an environment is not there */
  constructor(
    private readonly names: readonly string[],
    private readonly options: SynthOptions,
  ) {
    const { environments, tenants } = loadWorkspace(names, options);
    this.environments = environments;
    this.tenants = new Map(tenants.map((tenant) => [tenant.name, tenant]));
  }

  /** Reads again what lies at these paths. Returns the tenants that it belongs to. */
  reload(paths: readonly string[]): string[] {
    const tenantsAt = paths.map((path) => relative(this.options.tenants, path));
    const touched = new Set(tenantsAt.flatMap((path) => (isBelow(path) ? (path.split(sep)[0] ?? []) : [])));
    if (paths.some((path) => isBelow(relative(this.options.environments, path)))) {
      this.environments = loadWorkspace(this.names, this.options).environments;
    }
    for (const name of touched) {
      const folder = join(this.options.tenants, name);
      if (existsSync(folder)) this.tenants.set(name, loadTenant(folder));
      else this.tenants.delete(name);
    }
    return [...touched].filter((name) => this.tenants.has(name)).sort();
  }

  /** What a tenant's files come to, in each environment that it lives in. */
  answer(tenant: string): Answer[] {
    return this.environments.flatMap((loaded) => {
      const { environment, name } = loaded;
      if (!environment || !livesIn(environment, tenant)) return [];
      const meant = this.around(tenant);
      const own = { ...loaded, environment: onlyWith(environment, new Set(meant.map((each) => each.name))) };
      const { findings } = render(own, meant, earlierIn(join(this.options.out, name)), today());
      const concerning = findings.filter(({ compartment }) => compartment === undefined || compartment === tenant);
      return [{ tenant, environment: name, findings: concerning }];
    });
  }

  /** Renders and writes every environment, as `synth` does. */
  write(): Outcome[] {
    const tenants = [...this.tenants.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return this.environments.map((environment) => write(environment, tenants, this.options));
  }

  private around(name: string): LoadedTenant[] {
    const specs = [...this.tenants.values()].flatMap(({ spec, sound }) => spec ?? sound?.spec ?? []);
    const names = new Set([name, ...withPartners(name, specs).map((tenant) => tenant.name)]);
    return [...this.tenants.values()].filter((tenant) => names.has(tenant.name));
  }
}

/** Whether a path that was made relative to a folder lies in it. */
function isBelow(path: string): boolean {
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`);
}

function livesIn({ tenants }: Environment, tenant: string): boolean {
  return tenants === 'all' || tenants.includes(tenant);
}

/** The environment as if there were no other tenants. */
function onlyWith(environment: Environment, names: ReadonlySet<string>): Environment {
  const only = <T>(byName: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(byName).filter(([name]) => names.has(name)));
  const { edge, sizes, images, rings, tenants } = environment;
  return {
    ...environment,
    sizes: only(sizes),
    rings: Object.fromEntries(
      Object.entries(rings).map(([ring, members]) => [ring, members.filter((name) => names.has(name))]),
    ),
    images: Object.fromEntries(Object.entries(images).filter(([app]) => names.has(app.split('/')[0] ?? ''))),
    tenants: tenants === 'all' ? tenants : tenants.filter((name) => names.has(name)),
    ...(edge ? { edge: { ...edge, gateways: only(edge.gateways) } } : {}),
  };
}
