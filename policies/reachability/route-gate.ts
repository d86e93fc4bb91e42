import type { Manifest } from '../manifest';
import { nameObject } from '../rule';
import type { Cluster } from './cluster';
import type { Door, Verdict, Way } from './gate';
import type { Pods } from './pods';
import { ALL_PORTS, coversPorts, describePorts, NO_PORTS, type Ports, unionOf } from './ports';
import { type Fields, readFields, readList, readText, readTexts, Unreadable } from './read';
import { givenLabels, readSelector, selects } from './selector';
import { type Service, targetsOf } from './service';

/** One listener of a Gateway: whose routes it takes, for which names. */
interface Listener {
  readonly name: string;
  readonly hostname: string | undefined;
  readonly port: number;
  readonly takes: (route: Route) => boolean;
}

export interface Gateway {
  readonly manifest: Manifest;
  readonly listeners: readonly Listener[];
}

/** An HTTPRoute or GRPCRoute. */
export interface Route {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly parents: readonly Fields[];
  readonly hostnames: readonly string[];
  readonly backends: readonly Backend[];
}

interface Backend {
  readonly path: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** @throws {Unreadable} */
export function readListeners(manifest: Manifest, namespaces: ReadonlyMap<string, Manifest>): Gateway {
  const spec = readFields(manifest.spec, 'spec');
  const own = manifest.metadata.namespace ?? 'default';
  const listeners = readList(spec.listeners, 'spec.listeners').map((value, index): Listener => {
    const path = `spec.listeners[${index}]`;
    const { name, hostname, port, allowedRoutes } = readFields(value, path);
    const allowed = readFields(allowedRoutes, `${path}.allowedRoutes`);
    const kinds = readList(allowed.kinds, `${path}.allowedRoutes.kinds`).map((kind) => readFields(kind, path).kind);
    const isFrom = readSources(allowed.namespaces, `${path}.allowedRoutes.namespaces`, own, namespaces);
    if (typeof port !== 'number') throw new Unreadable(`${path}.port`, 'a number');
    return {
      name: readText(name, `${path}.name`),
      ...{ port, hostname: hostname === undefined ? undefined : readText(hostname, `${path}.hostname`) },
      takes: ({ manifest: route, namespace }) =>
        isFrom(namespace) && (kinds.length === 0 || kinds.includes(route.kind)),
    };
  });
  return { manifest, listeners };
}

/** @throws {Unreadable} */
function readSources(
  value: unknown,
  path: string,
  own: string,
  namespaces: ReadonlyMap<string, Manifest>,
): (namespace: string) => boolean {
  const { from = 'Same', selector } = readFields(value, path);
  if (from === 'Same') return (namespace) => namespace === own;
  if (from === 'All') return () => true;
  if (from !== 'Selector') throw new Unreadable(`${path}.from`, 'Same, All or Selector');
  const wanted = readSelector(selector, `${path}.selector`);
  return (namespace) => {
    const labels = { ...namespaces.get(namespace)?.metadata.labels, 'kubernetes.io/metadata.name': namespace };
    return selects(wanted, givenLabels(labels));
  };
}

/** @throws {Unreadable} */
export function readRoute(manifest: Manifest): Route {
  const spec = readFields(manifest.spec, 'spec');
  const namespace = manifest.metadata.namespace ?? 'default';
  const parents = readList(spec.parentRefs, 'spec.parentRefs').map((ref, index) =>
    readFields(ref, `spec.parentRefs[${index}]`),
  );
  if (parents.some(({ kind = 'Gateway' }) => kind !== 'Gateway')) throw new Unreadable('spec.parentRefs', 'Gateways');
  const backends = readList(spec.rules, 'spec.rules').flatMap((rule, index) => {
    const path = `spec.rules[${index}]`;
    const { backendRefs, filters } = readFields(rule, path);
    const led = readList(backendRefs, `${path}.backendRefs`).flatMap((ref, place) => {
      const at = `${path}.backendRefs[${place}]`;
      return [readBackend(ref, at, namespace), ...readMirrors(readFields(ref, at).filters, `${at}.filters`, namespace)];
    });
    return [...led, ...readMirrors(filters, `${path}.filters`, namespace)];
  });
  return { manifest, namespace, parents, backends, hostnames: readTexts(spec.hostnames, 'spec.hostnames') };
}

/** Filters that lead nowhere else, but for the first. */
const FILTERS: readonly unknown[] = [
  ...['RequestMirror', 'RequestRedirect', 'RequestHeaderModifier', 'ResponseHeaderModifier', 'URLRewrite', 'CORS'],
];

/** Backends that get a copy of every request, and answer nobody. */
function readMirrors(filters: unknown, path: string, own: string): Backend[] {
  return readList(filters, path).flatMap((filter, index) => {
    const { type, requestMirror } = readFields(filter, `${path}[${index}]`);
    if (!FILTERS.includes(type)) throw new Unreadable(`${path}[${index}].type`, FILTERS.join(', '));
    if (type !== 'RequestMirror') return [];
    const at = `${path}[${index}].requestMirror`;
    return readBackend(readFields(requestMirror, at).backendRef, `${at}.backendRef`, own);
  });
}

function readBackend(value: unknown, path: string, own: string): Backend {
  const { kind = 'Service', namespace = own, name, port } = readFields(value, path);
  if (kind !== 'Service' || typeof port !== 'number') throw new Unreadable(path, 'a port of a Service');
  return { path, namespace: readText(namespace, path), name: readText(name, path), port };
}

/** A ReferenceGrant: routes of which namespaces may lead to what of its own. */
export interface Grant {
  readonly namespace: string;
  readonly from: readonly Fields[];
  readonly to: readonly Fields[];
}

/** @throws {Unreadable} */
export function readGrant({ metadata, spec }: Manifest): Grant {
  const { from, to } = readFields(spec, 'spec');
  return {
    namespace: metadata.namespace ?? 'default',
    from: readList(from, 'spec.from').map((value) => readFields(value, 'spec.from')),
    to: readList(to, 'spec.to').map((value) => readFields(value, 'spec.to')),
  };
}

/** What gateways hand on to pods, and by which route. */
export class RouteGate {
  private readonly services: ReadonlyMap<string, Service>;

  constructor(
    private readonly gateways: readonly Gateway[],
    private readonly routes: readonly Route[],
    private readonly grants: readonly Grant[],
    services: readonly Service[],
    private readonly cluster: Cluster,
  ) {
    this.services = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  }

  /** Backends that lead to nobody beside others that lead somewhere: what a route sends there is lost. */
  get deadBackends(): { readonly manifest: Manifest; readonly path: string }[] {
    return this.routes.flatMap((route) => {
      const isDead = (backend: Backend) => this.targetsOf(route, backend).every(([, ports]) => ports.length === 0);
      const dead = route.backends.filter(isDead);
      return dead.length < route.backends.length ? dead.map(({ path }) => ({ manifest: route.manifest, path })) : [];
    });
  }

  /** None at pods that are no gateway's. */
  doorsAt(pods: Pods): Door[] {
    const own = this.gateways.filter(({ manifest }) => pods.makers.includes(manifest));
    if (own.length === 0) return [];
    const attached = this.routes.filter((route) => own.some((gateway) => isAttached(route, gateway)));
    const ways = new Map<Pods, Way[]>();
    for (const route of attached) {
      for (const backend of route.backends) {
        for (const [target, ports] of this.targetsOf(route, backend)) {
          const way = { ports, by: { manifest: route.manifest, path: backend.path } };
          ways.set(target, [...(ways.get(target) ?? []), way]);
        }
      }
    }
    return [routeDoor(pods, ways, (other, ports) => this.mend(own, other, ports))];
  }

  private targetsOf(route: Route, { namespace, name, port }: Backend): [Pods, Ports][] {
    const service = this.services.get(`${namespace}/${name}`);
    if (!service || (namespace !== route.namespace && !this.isGranted(route, service))) return [];
    // Pods that nothing makes stand behind no Service.
    return targetsOf(service, this.cluster, port).filter(([{ makers }]) => makers.length > 0);
  }

  private isGranted(route: Route, service: Service): boolean {
    return this.grants.some(
      ({ namespace, from, to }) =>
        namespace === service.namespace &&
        from.some((source) => source.kind === route.manifest.kind && source.namespace === route.namespace) &&
        to.some(({ kind, name = service.name }) => kind === 'Service' && name === service.name),
    );
  }

  private mend(gateways: readonly Gateway[], other: Pods, ports: Ports): string {
    const reaches = (route: Route) =>
      route.backends.some((backend) =>
        this.targetsOf(route, backend).some(([pods, open]) => pods === other && coversPorts(open, ports)),
      );
    const near = this.routes.find(reaches);
    const [gateway] = gateways;
    if (near && gateway) {
      return `Attach ${nameObject(near.manifest)} to a listener of ${nameObject(gateway.manifest)} that takes its namespace and hostnames.`;
    }
    return `Add a route that leads to ${other.name} on ${describePorts(ports)}.`;
  }
}

function routeDoor(
  pods: Pods,
  ways: ReadonlyMap<Pods, readonly Way[]>,
  mend: (other: Pods, ports: Ports) => string,
): Door {
  return {
    gate: 'the routes of the gateway',
    ...{ pods, free: NO_PORTS, everyone: [], places: [], whenOpen: '' },
    others: new Set(ways.keys()),
    // A gateway without routes answers, and leads nowhere.
    closedBy: pods.makers.map((manifest) => ({ manifest, path: 'spec.listeners' })),
    toward(other): Verdict {
      // Its routes say which pods it asks, and nothing of what carries the gateway itself.
      const own = ways.get(other) ?? [];
      const ports =
        other.makers.length > 0 && other.proxy === 'sidecar' ? unionOf(own.map((way) => way.ports)) : ALL_PORTS;
      return { may: ports, does: ports, ways: own, closedBy: this.closedBy };
    },
    mend: (other, ports) => (other ? mend(other, ports) : ''),
  };
}

function isAttached(route: Route, { manifest, listeners }: Gateway): boolean {
  const { name, namespace } = manifest.metadata;
  return route.parents.some((parent) => {
    const isMeant = parent.name === name && (parent.namespace ?? route.namespace) === namespace;
    return isMeant && listeners.some((listener) => isTaken(route, parent, listener));
  });
}

function isTaken(route: Route, { sectionName, port }: Fields, listener: Listener): boolean {
  if (sectionName !== undefined && sectionName !== listener.name) return false;
  if (port !== undefined && port !== listener.port) return false;
  const { hostname } = listener;
  const isNamed =
    hostname === undefined || route.hostnames.length === 0 || route.hostnames.some((host) => areMet(host, hostname));
  return isNamed && listener.takes(route);
}

/** Whether some name is meant by both, where `*.` means one label or more. */
function areMet(left: string, right: string): boolean {
  if (left === right) return true;
  const isBelow = (name: string, wildcard: string) => wildcard.startsWith('*.') && name.endsWith(wildcard.slice(1));
  return isBelow(left, right) || isBelow(right, left);
}
