import type { ResourceTypeName } from '../app/resource-types';
import { outputsOf } from '../app/resource-types';
import type { Use, Uses } from '../app/uses-spec';
import type { TenantProblem } from '../calls';
import { STORE } from '../defaults';
import { type AppEnd, appEnd, type OpenableCompartment, type OutsideEnd, outside } from '../end';
import type { Environment } from '../environment';
import { closest } from '../input/did-you-mean';
import type { Problem } from '../input/problem';
import { NAME_LENGTH } from '../names';
import type { NonEmpty, Port } from '../network/network-policy';
import { mebibytes } from '../quantity';
import type { TenantSpec } from '../tenant-spec';
import type { InCluster, Provisioner } from './provisioners-spec';
import { SERVERS } from './servers';

type Section = Pick<Environment, 'provisioners'>;

type Identity = Pick<Use, 'type' | 'class' | 'id'>;

/** Who provides a resource in an environment; `undefined`: nobody. */
export function provisionerOf({ type, class: of }: Pick<Use, 'type' | 'class'>, { provisioners }: Section) {
  const classes: Readonly<Record<string, Provisioner>> = provisioners[type];
  return Object.hasOwn(classes, of) ? classes[of] : undefined;
}

/**
 * The Secret of a resource, in the compartment of whoever uses it. Dots part it: no name of ours holds one, so that what one
 * app has for itself is never what apps share.
 */
export function secretNameOf(app: string, name: string, { type, class: of, id }: Identity): string {
  return [type, of, ...(id === undefined ? [app, name] : [id])].join('.');
}

/** What the server of a resource is called within the compartment, where one runs there: in DNS, which knows no dots within names. */
export function serverNameOf(app: string, name: string, { type, class: of, id }: Identity): string {
  return [type, ...(of === 'default' ? [] : [of]), ...(id === undefined ? [app, name] : [id])].join('-');
}

/** What an app is told of a resource: a text, or a key of its Secret. */
export type Output = { readonly text: string } | { readonly secret: string; readonly key: string };

/** @throws when nobody provides the resource, or it has no such output */
export function outputOf(app: string, name: string, use: Use, output: string, environment: Section): Output {
  const provisioner = provisionerOf(use, environment);
  const source = outputsOf(use.type)[output];
  if (!provisioner || !source) throw new Error(`${app} uses ${name}: ${output} of ${use.type} is provided by nobody.`);
  if (typeof source === 'object') return { secret: secretNameOf(app, name, use), key: source.key };
  const { host, port, scheme } = addressOf(app, name, use, provisioner);
  const usual = scheme === 'https' ? 443 : 80;
  const texts = { host, port: `${port}`, endpoint: `${scheme}://${host}${port === usual ? '' : `:${port}`}` };
  return { text: texts[source] };
}

function addressOf(app: string, name: string, use: Identity, provisioner: Provisioner) {
  switch (provisioner.kind) {
    case 'existing':
      return { host: provisioner.host, port: provisioner.port, scheme: 'https' };
    case 'in-cluster':
      return { host: serverNameOf(app, name, use), port: serverOf(use.type).port, scheme: 'http' };
  }
}

/** @throws when none is known: the environment has refused it */
export function serverOf(type: ResourceTypeName) {
  const server = SERVERS[type];
  if (!server) throw new Error(`No server for ${type} is known that runs in the cluster.`);
  return server;
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

/** Why an app cannot use a resource in an environment as it says; `undefined`: it can. */
export function unfit(
  app: string,
  name: string,
  use: Use,
  environment: Section,
): (Pick<Problem, 'problem' | 'fix'> & Partial<Pick<Problem, 'path'>>) | undefined {
  const provisioner = provisionerOf(use, environment);
  if (!provisioner) return unprovided(use, environment);
  const { disk } = use.params;
  if (provisioner.kind === 'existing') {
    if (disk === undefined) return undefined;
    const problem = `Class "${use.class}" of ${use.type} is there already here, and holds what it holds.`;
    return { path: ['params', 'disk'], problem, fix: 'Leave it out, or use a class that is made for the app.' };
  }
  const server = serverNameOf(app, name, use);
  if (server.length > NAME_LENGTH) {
    const problem = `In the cluster it would be called ${server}, which is ${server.length - NAME_LENGTH} characters too long.`;
    return { problem, fix: 'Shorten its name, or give it a short id.' };
  }
  if (disk === undefined || diskOf(use, provisioner).scratch === undefined || mebibytes(disk) <= STORE.mostScratch)
    return undefined;
  const problem = `What it holds is gone with its pod here, and is ${STORE.mostScratch / 1024}Gi at the most.`;
  return { path: ['params', 'disk'], problem, fix: 'Ask for less, or use a class that keeps its data.' };
}

/** Where the server of a resource keeps what it is given: as the environment says, and as much as the app asks for. */
export function diskOf({ params }: Pick<Use, 'params'>, { disk }: InCluster): InCluster['disk'] {
  if (params.disk === undefined) return disk;
  return disk.persistent === undefined ? { scratch: params.disk } : { persistent: params.disk };
}

/** Resources that apps cannot use as they say, because of their environment or of whom they share them with. */
export function unfitUses(tenants: readonly TenantSpec[], environment: Section): TenantProblem[] {
  const alone = tenants.flatMap(({ name: tenant, apps }) =>
    apps.flatMap((app) =>
      Object.entries(app.uses).flatMap(([name, use]) => {
        const advice = unfit(app.name, name, use, environment);
        return advice ? [{ tenant, app: app.name, ...advice, path: ['uses', name, ...(advice.path ?? [])] }] : [];
      }),
    ),
  );
  return [...alone, ...tenants.flatMap(contradictions)];
}

/** Apps that share a resource and do not ask the same of it: nobody could say which of them is meant. */
export function contradictions({ name: tenant, apps }: Pick<TenantSpec, 'name' | 'apps'>): TenantProblem[] {
  const first = new Map<string, { readonly app: string; readonly asked: string }>();
  return apps.flatMap((app) =>
    Object.entries(app.uses).flatMap(([name, use]) => {
      if (use.id === undefined) return [];
      const asked = Object.entries(use.params).map(([param, value]) => `${param} ${value}`);
      const mine = { app: app.name, asked: asked.sort().join(', ') || 'nothing' };
      const secret = secretNameOf(app.name, name, use);
      const other = first.get(secret) ?? mine;
      first.set(secret, other);
      if (other.asked === mine.asked) return [];
      const problem = `It is asked for ${mine.asked} here, and by app ${other.app}, which shares it, for ${other.asked}.`;
      const path = ['uses', name, 'params'];
      return [{ tenant, app: app.name, path, problem, fix: 'Write the same in both, or another id.' }];
    }),
  );
}

/** A server within a tenant's compartment, once for all apps that share it. */
export interface RunningServer {
  readonly name: string;
  /** Tells apart what is called alike. */
  readonly secret: string;
  readonly app: string;
  /** What the app that says it first calls it. */
  readonly use: string;
  readonly size: InCluster['size'];
  readonly disk: InCluster['disk'];
}

/** The servers that run for apps of one tenant. */
export function serversOf({ apps }: Pick<TenantSpec, 'apps'>, environment: Section): RunningServer[] {
  const servers = new Map<string, RunningServer>();
  for (const { name: app, uses } of apps) {
    for (const [name, use] of Object.entries(uses)) {
      const provisioner = provisionerOf(use, environment);
      const secret = secretNameOf(app, name, use);
      if (provisioner?.kind !== 'in-cluster' || servers.has(secret)) continue;
      const [size, disk] = [provisioner.size, diskOf(use, provisioner)];
      servers.set(secret, { name: serverNameOf(app, name, use), secret, app, use: name, size, disk });
    }
  }
  return [...servers.values()];
}

/** Where an app must be let through to reach what it uses. */
export interface WayOut {
  readonly to: OutsideEnd | AppEnd;
  readonly ports: NonEmpty<Port>;
  readonly why: string;
}

interface User {
  readonly name: string;
  readonly uses: Uses;
}

/** The ways to what an app of a compartment uses, one for each resource. */
export function waysOut({ name: app, uses }: User, compartment: OpenableCompartment, environment: Section): WayOut[] {
  return Object.entries(uses).flatMap(([name, use]) => {
    const provisioner = provisionerOf(use, environment);
    if (!provisioner) return [];
    const { host, port } = addressOf(app, name, use, provisioner);
    const to =
      provisioner.kind === 'existing'
        ? outside(host, ...provisioner.cidrs)
        : appEnd(compartment, serverNameOf(app, name, use));
    return [{ to, ports: [{ protocol: 'TCP', port }], why: `uses ${use.type} ${name}` } satisfies WayOut];
  });
}
