import type { Manifest } from '../manifest';
import { nameObject } from '../rule';
import { type Block, type Place, parseBlock } from './addresses';
import type { Cluster } from './cluster';
import type { DeclaredAddresses } from './declared';
import type { Cause, Door, Verdict, Way } from './gate';
import { groupBy } from './group-by';
import type { Pods } from './pods';
import { ALL_PORTS, coversPorts, describePorts, NO_PORTS, type Ports, portRange, unionOf } from './ports';
import { readFields, readLabels, readList, readTexts, refuseOthers, Unreadable } from './read';
import { requireLabels, type Selector, selects } from './selector';
import { type Service, targetsOf } from './service';

/** One Sidecar: what the proxies of some pods know of the world. */
export interface Sidecar {
  readonly manifest: Manifest;
  readonly namespace: string;
  /** @default - all pods of its namespace */
  readonly pods: Selector | undefined;
  /** @default - everything */
  readonly hosts: readonly VisibleHost[] | undefined;
  /** Whether what is not known is refused. Otherwise it is passed on as it is. */
  readonly isRegistryOnly: boolean;
}

interface VisibleHost {
  readonly namespace: string;
  readonly host: string;
}

/** One ServiceEntry: what lies outside the mesh, by name. */
export interface ServiceEntry {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly hosts: readonly string[];
  readonly ports: Ports;
  readonly blocks: readonly Block[];
  readonly isPrivate: boolean;
}

/** @throws {Unreadable} when it does more than show or hide what is called */
export function readSidecar(manifest: Manifest): Sidecar {
  const spec = readFields(manifest.spec, 'spec');
  refuseOthers(spec, ['workloadSelector', 'egress', 'outboundTrafficPolicy'], 'spec');
  const labels = readLabels(readFields(spec.workloadSelector, 'spec.workloadSelector').labels, 'spec.workloadSelector');
  const { mode } = readFields(spec.outboundTrafficPolicy, 'spec.outboundTrafficPolicy');
  const hosts = readList(spec.egress, 'spec.egress').flatMap((egress, index) => {
    const path = `spec.egress[${index}]`;
    const fields = readFields(egress, path);
    refuseOthers(fields, ['hosts'], path);
    return readTexts(fields.hosts, `${path}.hosts`).map(readHost);
  });
  return {
    ...{ manifest, namespace: manifest.metadata.namespace ?? 'default' },
    pods: Object.keys(labels).length > 0 ? requireLabels(labels) : undefined,
    hosts: hosts.length > 0 ? hosts : undefined,
    isRegistryOnly: mode === 'REGISTRY_ONLY',
  };
}

function readHost(text: string): VisibleHost {
  const slash = text.indexOf('/');
  if (slash < 0) throw new Unreadable('spec.egress', 'hosts as "namespace/name"');
  return { namespace: text.slice(0, slash), host: text.slice(slash + 1) };
}

/** @throws {Unreadable} */
export function readServiceEntry(manifest: Manifest): ServiceEntry {
  const spec = readFields(manifest.spec, 'spec');
  refuseOthers(spec, ['hosts', 'addresses', 'ports', 'location', 'resolution', 'endpoints', 'exportTo'], 'spec');
  const endpoints = readList(spec.endpoints, 'spec.endpoints').map(
    (endpoint) => readFields(endpoint, 'spec.endpoints').address,
  );
  const addresses = [...readTexts(spec.addresses, 'spec.addresses'), ...readTexts(endpoints, 'spec.endpoints')];
  const ports = readList(spec.ports, 'spec.ports').map((port, index) => {
    const { number } = readFields(port, `spec.ports[${index}]`);
    if (typeof number !== 'number') throw new Unreadable(`spec.ports[${index}].number`, 'a number');
    return portRange('TCP', number);
  });
  const exportTo = readTexts(spec.exportTo, 'spec.exportTo');
  const hosts = readTexts(spec.hosts, 'spec.hosts');
  const isPrivate = exportTo.length > 0 && exportTo.every((namespace) => namespace === '.');
  if (hosts.some(meansServices)) {
    if (addresses.length > 0) throw new Unreadable('spec.hosts', 'names from outside the cluster');
    if (!isPrivate) throw new Unreadable('spec.exportTo', 'only "."');
  }
  return {
    ...{ manifest, namespace: manifest.metadata.namespace ?? 'default', hosts, isPrivate },
    ports: unionOf(ports),
    blocks: addresses.flatMap((address) => parseBlock(address) ?? []),
  };
}

/** Whether a name is, or may be, that of a Service: whoever gives it addresses takes what is sent to the Service. */
function meansServices(host: string): boolean {
  const services = '.svc.cluster.local';
  return host.endsWith('.svc') || host.endsWith(services) || (host.startsWith('*') && services.endsWith(host.slice(1)));
}

/** A port of a Service, with what it leads to at some pods. */
interface Known {
  readonly service: Service;
  readonly port: number;
  readonly ports: Ports;
}

/** What the sidecars' own configuration may keep from going out. A pod can go around it: it never closes anything for sure. */
export class SidecarGate {
  private readonly services = new Map<Pods, Known[]>();

  private readonly sidecars: ReadonlyMap<string, readonly Sidecar[]>;
  private readonly shared: readonly ServiceEntry[];
  private readonly own: ReadonlyMap<string, readonly ServiceEntry[]>;
  private readonly views = new Map<Sidecar | undefined, Map<string, View>>();

  constructor(
    sidecars: readonly Sidecar[],
    entries: readonly ServiceEntry[],
    private readonly ends: readonly DeclaredAddresses[],
    private readonly meshNamespace: string,
    services: readonly Service[],
    cluster: Cluster,
  ) {
    this.sidecars = groupBy(sidecars, ({ namespace }) => namespace);
    this.shared = entries.filter(({ isPrivate }) => !isPrivate);
    this.own = groupBy(
      entries.filter(({ isPrivate }) => isPrivate),
      ({ namespace }) => namespace,
    );
    for (const service of services) {
      for (const { port } of service.ports) {
        for (const [pods, ports] of targetsOf(service, cluster, port)) {
          this.services.set(pods, [...(this.services.get(pods) ?? []), { service, port, ports }]);
        }
      }
    }
  }

  doorAt(pods: Pods): Door {
    const sidecar = pods.proxy === 'sidecar' ? this.sidecarOf(pods) : undefined;
    const closes = sidecar?.isRegistryOnly && sidecar.hosts ? sidecar : undefined;
    return new SidecarDoor(
      pods,
      closes,
      this.viewFrom(pods.namespace ?? '', closes),
      this.services,
      this.meshNamespace,
    );
  }

  /** The same for all pods of a namespace that share a Sidecar, so made once. */
  private viewFrom(namespace: string, sidecar: Sidecar | undefined): View {
    const views = this.views.get(sidecar) ?? new Map<string, View>();
    const known = views.get(namespace);
    if (known) return known;
    const view = new View(namespace, sidecar, [...this.shared, ...(this.own.get(namespace) ?? [])], this.ends);
    this.views.set(sidecar, views.set(namespace, view));
    return view;
  }

  /** The one for these pods counts before their namespace's, and that before the mesh's. */
  private sidecarOf({ namespace, labels }: Pods): Sidecar | undefined {
    const own = this.sidecars.get(namespace ?? '') ?? [];
    return (
      own.find(({ pods }) => pods && selects(pods, labels)) ??
      own.find(({ pods }) => !pods) ??
      this.sidecars.get(this.meshNamespace)?.find(({ pods }) => !pods)
    );
  }
}

/** What proxies of one namespace know of the world beside pods. */
class View {
  readonly everyone: readonly Way[];
  readonly places: readonly (Place & { readonly by: Cause })[];
  readonly closedBy: readonly Cause[];

  constructor(
    private readonly namespace: string,
    private readonly sidecar: Sidecar | undefined,
    readonly entries: readonly ServiceEntry[],
    private readonly ends: readonly DeclaredAddresses[],
  ) {
    this.everyone = sidecar ? [] : [{ ports: ALL_PORTS, by: undefined }];
    this.closedBy = sidecar ? [{ manifest: sidecar.manifest, path: 'spec.egress' }] : [];
    const seen = entries.filter((entry) => entry.hosts.some((host) => this.sees(entry.namespace, host)));
    this.places = sidecar ? [...seen.flatMap((entry) => this.placesOf(entry)), ...this.placesInCluster(sidecar)] : [];
  }

  sees(namespace: string, host: string): boolean {
    return (this.sidecar?.hosts ?? []).some(
      (visible) =>
        this.isMeant(visible.namespace, namespace) &&
        (visible.host === host || (visible.host.startsWith('*') && host.endsWith(visible.host.slice(1)))),
    );
  }

  /** Of a namespace whose Services nobody rendered, only its name tells what is seen. */
  portsInUnknown(namespace: string): Ports {
    if (this.sidecar?.hosts?.some((visible) => this.isMeant(visible.namespace, namespace))) return ALL_PORTS;
    const entries = this.entries.filter((entry) =>
      entry.hosts.some((host) => host.endsWith(`.${namespace}.svc.cluster.local`) && this.sees(entry.namespace, host)),
    );
    return unionOf(entries.map(({ ports }) => ports));
  }

  /** What answers outside under the name of a Service, as the API server does. */
  private placesInCluster(sidecar: Sidecar): (Place & { readonly by: Cause })[] {
    const named = this.ends.filter(({ hosts }) =>
      hosts.some((host) => this.sees(/\.([^.]+)\.svc\.cluster\.local$/.exec(host)?.[1] ?? '', host)),
    );
    const by = { manifest: sidecar.manifest, path: 'spec.egress' };
    return named.flatMap(({ cidrs }) =>
      cidrs.flatMap((cidr) => {
        const block = parseBlock(cidr);
        return block ? [{ block, ports: ALL_PORTS, by }] : [];
      }),
    );
  }

  private placesOf({ manifest, ports, hosts, blocks }: ServiceEntry): (Place & { readonly by: Cause })[] {
    const named = this.ends
      .filter((end) => end.hosts.some((host) => hosts.includes(host)))
      .flatMap(({ cidrs }) => cidrs.flatMap((cidr) => parseBlock(cidr) ?? []));
    return [...blocks, ...named].map((block) => ({ block, ports, by: { manifest, path: 'spec' } }));
  }

  private isMeant(written: string, namespace: string): boolean {
    return written === '*' || (written === '.' ? this.namespace : written) === namespace;
  }
}

const NOT_TCP = ALL_PORTS.filter(({ protocol }) => protocol !== 'TCP');

const NOBODY: ReadonlySet<Pods> = new Set();

class SidecarDoor implements Door {
  readonly gate = 'the Sidecar at the source';
  readonly free = NOT_TCP;
  readonly others = NOBODY;
  readonly whenOpen = '';

  constructor(
    readonly pods: Pods,
    private readonly sidecar: Sidecar | undefined,
    private readonly view: View,
    private readonly services: ReadonlyMap<Pods, readonly Known[]>,
    private readonly meshNamespace: string,
  ) {}

  get everyone(): readonly Way[] {
    return this.view.everyone;
  }

  get places(): readonly (Place & { readonly by: Cause })[] {
    return this.view.places;
  }

  get closedBy(): readonly Cause[] {
    return this.view.closedBy;
  }

  toward(other: Pods): Verdict {
    const does = unionOf([this.free, this.visiblePorts(other)]);
    return { may: ALL_PORTS, does, ways: this.everyone, closedBy: this.closedBy };
  }

  mend(other: Pods | undefined, ports: Ports): string {
    const [by] = this.closedBy;
    if (!by) return '';
    const [known] = other ? (this.services.get(other) ?? []) : [];
    if (known && coversPorts(known.ports, ports))
      return `Add "${known.service.namespace}/${known.service.host}" to spec.egress[0].hosts of ${nameObject(by.manifest)}.`;
    if (other?.isOurs) return `Add a Service for ${other.name} on ${describePorts(ports)}.`;
    return `Add a ServiceEntry for ${other?.name ?? 'these addresses'} on ${describePorts(ports)}.`;
  }

  private visiblePorts(other: Pods): Ports {
    // Towards its control plane a proxy speaks for itself, and asks nobody.
    if (!this.sidecar || other.namespace === this.meshNamespace) return ALL_PORTS;
    const known = this.services.get(other);
    if (!known)
      return other.makers.length > 0 && other.isOurs ? NO_PORTS : this.view.portsInUnknown(other.namespace ?? '');
    const visible = known.filter(({ service, port }) => {
      const elsewhere = this.view.entries.filter(
        ({ hosts, ports }) => hosts.includes(service.host) && coversPorts(ports, portRange('TCP', port)),
      );
      return [service, ...elsewhere].some(({ namespace }) => this.view.sees(namespace, service.host));
    });
    return unionOf(visible.map(({ ports }) => ports));
  }
}
