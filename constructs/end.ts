import * as z from 'zod';
import type { Plane } from './defaults';
import type { Environment } from './environment';
import { parseInput } from './input/read-input';
import { LABEL, NAMESPACE_NAME } from './labels';
import type { Manifest } from './manifest';
import type { MeshMode } from './mesh/mesh-mode';
import { cidr } from './names';
import type { NonEmpty, Peer, Port, Selector } from './network/network-policy';

/** What a passage needs of a compartment at one of its ends. */
export interface OpenableCompartment {
  readonly name: string;
  readonly namespace: string;
  readonly plane: Plane;
  readonly mesh: MeshMode;
  addBoundary(manifest: Manifest): void;
  shareApiServer(): void;
  /** Lets its sidecars, if it has any, send to the other end of a passage. */
  sendThroughMesh(to: End, ports: readonly Port[]): void;
}

/** A platform compartment that this environment may leave out: switching it on or off changes nothing at the other end. */
export interface AbsentCompartment {
  readonly name: string;
  readonly mesh: 'none';
  readonly absent: true;
}

/** An end inside the cluster: one app or component of a compartment, or all of them. */
export interface AppEnd {
  readonly kind: 'app';
  readonly compartment: OpenableCompartment | AbsentCompartment;
  /** Label and service account; `undefined` means every app of the compartment. */
  readonly app: string | undefined;
}

/** An end outside the cluster. There is no "anywhere": its addresses are always named. */
export interface OutsideEnd {
  readonly kind: 'outside';
  /** How people call it, for example its hostname. */
  readonly name: string;
  readonly cidrs: NonEmpty<string>;
}

/** Whoever calls from outside. Only the edge has such callers, so only there may the addresses mean everyone. */
export interface ClientsEnd {
  readonly kind: 'clients';
  readonly cidrs: NonEmpty<string>;
}

/** What the cluster itself runs: its API server, or its DNS. Where they answer, the environment says. */
export interface ClusterEnd {
  readonly kind: 'apiServer' | 'dns';
}

/** One end of a passage. */
export type End = AppEnd | OutsideEnd | ClientsEnd | ClusterEnd;

/** One app or component: its pods carry `bulkhead.dev/app: <app>` and run as the service account of the same name. */
export function appEnd(compartment: AppEnd['compartment'], app: string): AppEnd {
  return { kind: 'app', compartment, app };
}

/** Every app of a compartment. */
export function everyApp(compartment: AppEnd['compartment']): AppEnd {
  return { kind: 'app', compartment, app: undefined };
}

/** A component of a platform compartment that may not be there. Only the end that is there gets policies. */
export function componentByName(compartment: string, app: string): AppEnd {
  return appEnd({ name: compartment, mesh: 'none', absent: true }, app);
}

/**
 * What answers at these addresses outside the cluster.
 * @throws {ProblemsError} when an address is no CIDR range, or means everything
 */
export function outside(name: string, ...cidrs: NonEmpty<string>): OutsideEnd {
  const [first, ...rest] = parseInput(z.tuple([cidr], cidr), cidrs, name);
  return { kind: 'outside', name, cidrs: [first, ...rest] };
}

export const apiServer: ClusterEnd = { kind: 'apiServer' };

export const dns: ClusterEnd = { kind: 'dns' };

/** The compartment at this end, if policies can be put there. */
export function compartmentAt(end: End): OpenableCompartment | undefined {
  return end.kind === 'app' && !('absent' in end.compartment) ? end.compartment : undefined;
}

/** How people call this end: `shop/web`, `shop/*`, `api-server`, `payments.example.net`. */
export function describeEnd(end: End): string {
  switch (end.kind) {
    case 'app':
      return `${end.compartment.name}/${end.app ?? '*'}`;
    case 'apiServer':
      return 'api-server';
    case 'dns':
      return 'dns';
    case 'outside':
      return end.name;
    case 'clients':
      return 'clients';
  }
}

/** Tells an end from any other within an object's name: a host outside may be called like a tenant's app, `payments.api`. */
export function nameOfEnd(end: End): string {
  if (end.kind === 'outside') return `outside.${end.name}`;
  return describeEnd(end).replaceAll('/', '.').replaceAll('*', 'every');
}

/** The pods at this end, in their own namespace. */
export function podsAt({ app }: AppEnd): Selector {
  return app === undefined
    ? { matchExpressions: [{ key: LABEL.app, operator: 'Exists' }] }
    : { matchLabels: { [LABEL.app]: app } };
}

/** This end as the other end's NetworkPolicy names it. */
export function peersAt(end: End, environment: Environment): NonEmpty<Peer> {
  switch (end.kind) {
    case 'app':
      return [
        {
          namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: end.compartment.name } },
          podSelector: podsAt(end),
        },
      ];
    case 'apiServer':
      return blocks(environment.apiServer.cidrs);
    case 'dns':
      return [
        {
          namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: environment.dns.namespace } },
          podSelector: { matchLabels: environment.dns.labels },
        },
      ];
    case 'outside':
    case 'clients':
      return blocks(end.cidrs);
  }
}

function blocks([first, ...rest]: NonEmpty<string>): NonEmpty<Peer> {
  return [{ ipBlock: { cidr: first } }, ...rest.map((cidr) => ({ ipBlock: { cidr } }))];
}
