import type { Construct, IConstruct } from 'constructs';
import { defaultDeny, defaultDenyRequests } from './boundary/default-deny';
import { flowSchema } from './boundary/flow-schema';
import { limits } from './boundary/limits';
import { namespace } from './boundary/namespace';
import { amountsQuota, priorityQuota } from './boundary/quotas';
import { delivererRole, ownerRole } from './boundary/roles';
import { serviceAccount } from './boundary/service-account';
import { CompartmentRoot, type Deliverer } from './compartment-root';
import { type ContentManifest, halfOf } from './contents';
import { DNS_PORT, MESH_PORTS, OTLP_PORTS, PLANES, type Plane, type PodSecurity, type Size } from './defaults';
import { type AppEnd, appEnd, componentByName, dns, type End, everyApp } from './end';
import { environmentOf } from './environment';
import { firstOf } from './first';
import type { Manifest } from './manifest';
import { ManifestObject } from './manifest-object';
import type { MeshMode } from './mesh/mesh-mode';
import { Outbound } from './mesh/outbound';
import { ISTIOD, MESH } from './mesh/revision';
import { isKubernetesNamespace } from './names';
import type { Port } from './network/network-policy';
import { Passage } from './passage';
import { priorityClassName } from './planes';
import { tagOf } from './rings';

export interface CompartmentProps {
  /** What the compartment is for: decides priority, share of the API server and Pod Security level. */
  readonly plane: Plane;
  /** The group whose members own the compartment. */
  readonly owner: string;
  /** @default 'S' */
  readonly size?: Size;
  /** How many times that size it holds. @default 1 */
  readonly times?: number;
  /** Has no effect where the environment has no mesh. @default 'none' */
  readonly mesh?: MeshMode;
  /** The service account that applies the contents. @default - none: the platform's own identity applies both halves */
  readonly deliverer?: Deliverer;
  /** Pod Security level. @default - the plane's */
  readonly podSecurity?: PodSecurity;
  /** The PriorityClass that every pod must name. @default - the plane's */
  readonly priorityClass?: string;
  /** Services of type LoadBalancer that it may hold; nobody else in the cluster has one. @default 0 */
  readonly loadBalancers?: number;
  /** The domain below which its hostnames lie. @default - none: it exposes no hostname */
  readonly domain?: string;
}

/**
 * The unit of isolation: one namespace and all that makes it watertight. Creates the namespace, its two quotas, limits,
 * default-deny in both directions, the way to the cluster DNS, the roles of owner and deliverer, a `default` service account
 * without a token and, once a passage leads to the API server, its share of that. As a member of the mesh it also gets what its
 * sidecars may know of the world.
 *
 * Empty, it admits and reaches nothing but DNS, a tenant's own telemetry gateway and, as a member of the mesh, what the mesh
 * itself needs. Only a `Passage` opens it further. It comes after the platform's priorities and, where the API server is to
 * refuse something, after it does.
 *
 * It does not promise isolation of what the kernel, the node or the DNS share, nor anything on a cluster whose network
 * plugin ignores NetworkPolicies.
 */
export class Compartment extends CompartmentRoot {
  override readonly namespace: string;
  override readonly deliverer: Deliverer | undefined;
  readonly owner: string;
  readonly mesh: MeshMode;
  /** The domain below which its hostnames lie. */
  readonly domain: string | undefined;
  /** The PriorityClass that every pod of this compartment must name. */
  readonly priorityClassName: string;
  /** Where its sidecars may send. `undefined`: it has none. */
  private readonly outbound: Outbound | undefined;
  private sharesApiServer = false;

  /** @throws when the name is that of a namespace which Kubernetes itself owns */
  constructor(scope: Construct, name: string, props: CompartmentProps) {
    super(scope, name, props.plane, name);
    if (isKubernetesNamespace(name)) {
      throw new Error(`${name}: this namespace is Kubernetes' own. Choose another name for the compartment.`);
    }
    const environment = environmentOf(this);
    this.after(...firstOf(this, props.plane));
    this.namespace = name;
    this.deliverer = props.deliverer;
    this.owner = props.owner;
    this.domain = props.domain;
    this.priorityClassName = props.priorityClass ?? priorityClassName(props.plane);
    this.mesh = environment.mesh ? (props.mesh ?? 'none') : 'none';

    this.bound(
      namespace({
        name,
        plane: props.plane,
        owner: props.owner,
        level: props.podSecurity ?? PLANES[props.plane].podSecurity,
        podSecurity: environment.podSecurity,
        revisionTag: this.mesh === 'member' ? tagOf(name, environment) : undefined,
        domain: props.domain,
        registries: props.plane === 'tenant' ? environment.registries : undefined,
      }),
    );
    const { size = 'S', times = 1, loadBalancers = 0 } = props;
    this.bound(amountsQuota({ namespace: name, plane: props.plane, size, times, loadBalancers }));
    this.bound(priorityQuota(name, this.priorityClassName));
    this.bound(limits(name));
    this.bound(defaultDeny(name));
    if (this.mesh === 'member') this.bound(defaultDenyRequests(name));
    this.bound(serviceAccount(name, 'default'));
    for (const manifest of ownerRole(name, props.owner)) this.bound(manifest);
    if (props.deliverer) for (const manifest of delivererRole(name, props.deliverer)) this.bound(manifest);
    if (this.mesh === 'member') this.outbound = new Outbound(this, name, environment.dns.namespace);
    this.openDns();
    if (this.mesh === 'member') this.openMesh();
    if (props.plane === 'tenant') this.openTelemetry();
  }

  /** Gives an app or a component of this compartment its identity: a service account of the same name. */
  addIdentity(name: string): void {
    this.bound(serviceAccount(this.namespace, name));
  }

  /** Gives what its service accounts ask of the API server a share of their plane's. Asking twice changes nothing. */
  shareApiServer(): void {
    if (this.sharesApiServer) return;
    this.sharesApiServer = true;
    this.bound(flowSchema(this.name, this.plane));
  }

  sendThroughMesh(to: End, ports: readonly Port[]): void {
    this.outbound?.allow(to, ports);
  }

  /** Adds an object of the boundary, which only the platform applies. */
  addBoundary(manifest: Manifest): void {
    this.bound(manifest);
  }

  /**
   * Adds an object of the contents, below `scope` if it belongs to a part of this compartment.
   * @throws when the object's kind belongs to the boundary, which no type check has stopped
   */
  addContents(manifest: ContentManifest, scope: Construct = this): void {
    if (halfOf(manifest) !== 'contents') {
      throw new Error(`${this.node.path}: ${manifest.kind} ${manifest.metadata.name} belongs to the boundary.`);
    }
    new ManifestObject(scope, manifest);
  }

  /** Over TCP too: an answer too large for a datagram is asked for again over TCP. */
  private openDns(): void {
    new Passage(this, {
      from: everyApp(this),
      to: dns,
      ports: [
        { protocol: 'UDP', port: DNS_PORT },
        { protocol: 'TCP', port: DNS_PORT },
      ],
      why: 'names are resolved by the cluster DNS',
    });
  }

  /** A member waits for the mesh, whose kinds it uses. The way to scrape it stands whether or not telemetry does. */
  private openMesh(): void {
    new Passage(this, {
      from: everyApp(this),
      to: this.joinMesh(),
      ports: [{ protocol: 'TCP', port: MESH_PORTS.controlPlane }],
      why: 'sidecars fetch certificates and configuration',
    });
    new Passage(this, {
      from: componentByName('telemetry', 'agent'),
      to: everyApp(this),
      ports: [{ protocol: 'TCP', port: MESH_PORTS.scrape }],
      why: 'metrics are scraped from the sidecars',
      uncaptured: true,
    });
  }

  /** The control planes of the platform that it stands in. */
  private joinMesh(): AppEnd {
    const mesh = this.node.root.node.tryFindChild(MESH);
    if (!mesh || !isCompartment(mesh)) return componentByName(MESH, ISTIOD);
    this.after(mesh);
    return appEnd(mesh, ISTIOD);
  }

  /** Stands whether or not telemetry does, so that switching it on or off changes nothing here. */
  private openTelemetry(): void {
    new Passage(this, {
      from: everyApp(this),
      to: componentByName('telemetry', `gateway-${this.name}`),
      ports: [
        { protocol: 'TCP', port: OTLP_PORTS.grpc },
        { protocol: 'TCP', port: OTLP_PORTS.http },
      ],
      why: "traces and metrics go to the tenant's own gateway",
    });
  }
}

/** Whether `construct` is a compartment with a namespace. */
function isCompartment(construct: IConstruct): construct is Compartment {
  return CompartmentRoot.isCompartmentRoot(construct) && construct.namespace !== undefined;
}
