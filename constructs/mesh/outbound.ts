import type { Construct } from 'constructs';
import { MESHED_PLANES } from '../defaults';
import { type AppEnd, type End, nameOfEnd } from '../end';
import type { Port } from '../network/network-policy';
import { MESH } from './revision';
import { ServiceEntry } from './service-entry';
import { Sidecar } from './sidecar';

/** How services are called within the cluster. */
const CLUSTER_DOMAIN = 'svc.cluster.local';

/** The API server under the address that Kubernetes gives every pod. */
const API_SERVER = `default/kubernetes.default.${CLUSTER_DOMAIN}`;

/**
 * Where the sidecars of one compartment may send: its Sidecar, and a ServiceEntry for each end of its passages that the mesh
 * does not know by itself.
 */
export class Outbound {
  private readonly sidecar: Sidecar;
  private readonly entries = new Map<string, ServiceEntry>();

  /** @param dnsNamespace namespace of the cluster DNS, which is asked over TCP too */
  constructor(
    private readonly scope: Construct,
    private readonly namespace: string,
    dnsNamespace: string,
  ) {
    this.sidecar = new Sidecar(scope, namespace, ['./*', `${MESH}/*`, `${dnsNamespace}/*`]);
  }

  /** Lets the sidecars send to the other end of a passage. Datagrams do not pass through them. */
  allow(to: End, ports: readonly Port[]): void {
    const numbers = ports.filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port);
    if (numbers.length === 0) return;
    if (to.kind === 'apiServer') this.sidecar.know(API_SERVER);
    if (to.kind === 'outside') this.entry(to, to.name).add(numbers, to.cidrs);
    if (to.kind === 'app') this.allowApp(to, numbers);
  }

  private allowApp(to: AppEnd, ports: readonly number[]): void {
    const { compartment, app } = to;
    if (compartment.name === this.namespace || compartment.name === MESH) return;
    const host = app === undefined ? '*' : `${app}.${compartment.name}.${CLUSTER_DOMAIN}`;
    if (isKnownToMesh(compartment)) this.sidecar.know(`${compartment.name}/${host}`);
    else this.entry(to, app === undefined ? `*.${compartment.name}.${CLUSTER_DOMAIN}` : host).add(ports, []);
  }

  /** One for each end, however many passages lead there: two of one host would contradict each other. */
  private entry(to: End, host: string): ServiceEntry {
    const name = `to.${nameOfEnd(to)}`;
    const known = this.entries.get(name);
    if (known) return known;
    const entry = new ServiceEntry(this.scope, { name, namespace: this.namespace, host });
    this.entries.set(name, entry);
    return entry;
  }
}

/** Whether the control planes watch the namespace of a compartment. */
function isKnownToMesh(compartment: AppEnd['compartment']): boolean {
  return 'plane' in compartment && MESHED_PLANES.some((plane) => plane === compartment.plane);
}
