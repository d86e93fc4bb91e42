import { Construct, type IConstruct } from 'constructs';
import { type AppEnd, compartmentAt, describeEnd, type End, nameOfEnd, outside, peersAt, podsAt } from './end';
import { type Environment, environmentOf } from './environment';
import { authorizationPolicy } from './network/authorization-policy';
import { egressPolicy, ingressPolicy, type NonEmpty, type Port } from './network/network-policy';

export interface PassageProps {
  readonly from: End;
  readonly to: End;
  /** Ports as the pods at the destination listen on them. */
  readonly ports: NonEmpty<Port>;
  /** Shown to whoever reviews the rendered objects. */
  readonly why: string;
  /** What the destination says to it. @default - the same as `why` */
  readonly whyAccepted?: string;
  /**
   * Whether the destination's proxy hands the port over without asking who calls, as it does for its own metrics.
   * @default false
   */
  readonly uncaptured?: boolean;
}

const PASSAGE = Symbol.for('bulkhead.Passage');

/**
 * One declared flow, and the only way to open traffic. Creates the egress NetworkPolicy at the source, the ingress
 * NetworkPolicy at the destination and, at a meshed destination, the AuthorizationPolicy that names the caller's identity.
 * At a meshed source, sidecars learn to send there.
 *
 * It opens nothing at an end outside the cluster, and says nothing about what is sent.
 */
export class Passage extends Construct {
  static isPassage(construct: IConstruct): construct is Passage {
    return PASSAGE in construct;
  }

  /** @throws when neither end is a compartment, a port or an address is none, or a meshed destination could not know who calls */
  constructor(
    scope: Construct,
    readonly props: PassageProps,
  ) {
    super(scope, `${nameOfEnd(props.from)} to ${nameOfEnd(props.to)}`);
    Object.defineProperty(this, PASSAGE, { value: true });
    const environment = environmentOf(this);
    if (!compartmentAt(props.from) && !compartmentAt(props.to)) {
      throw new Error(`${this.describe()}: neither end is a compartment. Give at least one.`);
    }
    this.checkNumbers();
    this.openSource(environment);
    this.openDestination(environment);
  }

  /** For ends and ports that no type checker has seen: an empty list or a bad one must not reach a policy. */
  private checkNumbers(): void {
    const { from, to, ports } = this.props;
    const isPort = ({ port }: Port) => Number.isInteger(port) && port >= 1 && port <= 65_535;
    if (ports.length === 0 || !ports.every(isPort)) {
      throw new Error(`${this.describe()}: ports must be whole numbers from 1 to 65535, at least one. Name them.`);
    }
    for (const end of [from, to]) if (end.kind === 'outside') outside(end.name, ...end.cidrs);
  }

  /** How people call it: `shop/web → payments/api`. */
  describe(): string {
    return `${describeEnd(this.props.from)} → ${describeEnd(this.props.to)}`;
  }

  private openSource(environment: Environment): void {
    const { from, to, ports, why } = this.props;
    const compartment = compartmentAt(from);
    if (!compartment || from.kind !== 'app') return;
    const name = `${from.app ?? 'every'}.to.${otherEnd(to, from)}`;
    const peers = peersAt(to, environment);
    if (to.kind === 'apiServer') compartment.shareApiServer();
    compartment.sendThroughMesh(to, ports);
    compartment.addBoundary(
      egressPolicy({ name, namespace: compartment.namespace, pods: podsAt(from), peers, ports, why }),
    );
  }

  private openDestination(environment: Environment): void {
    const { from, to, ports } = this.props;
    const why = this.props.whyAccepted ?? this.props.why;
    const compartment = compartmentAt(to);
    if (!compartment || to.kind !== 'app') return;
    const name = `${to.app ?? 'every'}.from.${otherEnd(from, to)}`;
    const peers = peersAt(from, environment);
    compartment.addBoundary(
      ingressPolicy({ name, namespace: compartment.namespace, pods: podsAt(to), peers, ports, why }),
    );
    if (compartment.mesh === 'member' && !this.props.uncaptured) {
      compartment.addBoundary(this.authorization(name, compartment.namespace, why, environment));
    }
  }

  private authorization(name: string, namespace: string, why: string, environment: Environment) {
    const { from, to, ports } = this.props;
    const principal = identityOf(from, environment);
    if (!principal || to.kind !== 'app' || to.app === undefined) {
      throw new Error(
        `${this.describe()}: a meshed destination must know who calls. Name one app at each end, the caller in the mesh.`,
      );
    }
    const [first, ...rest] = ports;
    const numbers: NonEmpty<number> = [first.port, ...rest.map(({ port }) => port)];
    return authorizationPolicy({ name, namespace, app: to.app, principals: [principal], ports: numbers, why });
  }
}

/** The identity that the mesh proves for this end. */
function identityOf(end: End, { mesh }: Environment): string | undefined {
  if (end.kind !== 'app' || end.app === undefined || end.compartment.mesh === 'none' || !mesh) return undefined;
  return `${mesh.trustDomain}/ns/${end.compartment.name}/sa/${end.app}`;
}

/** Names the other end within an object's name. Dots part it from the rest: no name of ours holds one. */
function otherEnd(other: End, own: AppEnd): string {
  if (other.kind !== 'app') return nameOfEnd(other);
  const app = other.app ?? 'every';
  return other.compartment.name === own.compartment.name ? app : `${other.compartment.name}.${app}`;
}
