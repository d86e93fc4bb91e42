import { nameObject } from '../rule';
import type { Place } from './addresses';
import type { Cluster } from './cluster';
import type { Cause, Door, Verdict, Way } from './gate';
import { type Direction, type NetworkPolicy, type Peer, podsOfPeer, type Rule } from './network-policy';
import type { Pods } from './pods';
import { ALL_PORTS, coversPorts, describePorts, differenceOf, NO_PORTS, type Ports, unionOf } from './ports';

interface Selected {
  readonly policy: NetworkPolicy;
  readonly rules: readonly Rule[];
}

/** What NetworkPolicies let through, at either end. */
export class NetworkGate {
  private readonly selected = { ingress: new Map<Pods, Selected[]>(), egress: new Map<Pods, Selected[]>() };
  private readonly meant = new Map<Peer, readonly Pods[]>();

  constructor(
    private readonly policies: readonly NetworkPolicy[],
    private readonly cluster: Cluster,
  ) {
    for (const policy of policies) {
      for (const pods of cluster.podsIn(policy.namespace, policy.pods)) {
        this.select('ingress', pods, policy);
        this.select('egress', pods, policy);
      }
    }
  }

  /** What goes out of, or comes into, these pods. */
  doorAt(pods: Pods, direction: Direction): Door {
    return new NetworkDoor(pods, direction, this.selected[direction].get(pods) ?? [], {
      policies: this.policies,
      podsOf: (peer, { namespace }) => this.podsOf(peer, namespace),
      selectsNobody: ({ namespace, pods }) =>
        this.cluster.podsIn(namespace, pods).every(({ makers }) => makers.length === 0),
    });
  }

  private select(direction: Direction, pods: Pods, policy: NetworkPolicy): void {
    const rules = policy.rules[direction];
    if (!rules) return;
    const known = this.selected[direction].get(pods);
    if (known) known.push({ policy, rules });
    else this.selected[direction].set(pods, [{ policy, rules }]);
  }

  private podsOf(peer: Peer, namespace: string): readonly Pods[] {
    const known = this.meant.get(peer);
    if (known) return known;
    const pods = podsOfPeer(peer, namespace, this.cluster);
    this.meant.set(peer, pods);
    return pods;
  }
}

interface Surroundings {
  readonly policies: readonly NetworkPolicy[];
  readonly podsOf: (peer: Peer, policy: NetworkPolicy) => readonly Pods[];
  readonly selectsNobody: (policy: NetworkPolicy) => boolean;
}

interface Opening {
  readonly rule: Rule;
  readonly by: Cause;
}

class NetworkDoor implements Door {
  readonly gate;
  readonly free = NO_PORTS;
  readonly everyone: readonly Way[];
  readonly places: readonly (Place & { readonly by: Cause })[];
  readonly closedBy: readonly Cause[];
  readonly whenOpen = 'Add a NetworkPolicy with "podSelector: {}", "policyTypes: [Ingress, Egress]" and no rules.';
  private readonly openings = new Map<Pods, Opening[]>();

  constructor(
    readonly pods: Pods,
    private readonly direction: Direction,
    private readonly selected: readonly Selected[],
    private readonly around: Surroundings,
  ) {
    this.gate = direction === 'ingress' ? GATES.ingress : GATES.egress;
    // Whatever opens nothing is there to close.
    this.closedBy = selected
      .toSorted((a, b) => Math.min(a.rules.length, 1) - Math.min(b.rules.length, 1))
      .map(({ policy }) => ({ manifest: policy.manifest, path: '' }));
    const everyone: Way[] = selected.length === 0 ? [{ ports: ALL_PORTS, by: undefined }] : [];
    const places: (Place & { readonly by: Cause })[] = [];
    for (const { policy, rules } of selected) {
      for (const rule of rules) {
        if (!rule.peers) everyone.push({ ports: this.portsToAnyone(rule), by: causeIn(policy, rule.path) });
        for (const peer of rule.peers ?? []) {
          const by = causeIn(policy, peer.path);
          for (const block of peer.blocks) places.push({ block, ports: this.portsToAnyone(rule), by });
          for (const other of around.podsOf(peer, policy)) this.open(other, { rule, by });
        }
      }
    }
    this.everyone = everyone;
    this.places = places;
  }

  get others(): Iterable<Pods> {
    return this.openings.keys();
  }

  toward(other: Pods): Verdict {
    const own = (this.openings.get(other) ?? []).map(({ rule, by }) => ({
      by,
      ports: rule.portsAt(this.listener(other)),
    }));
    const ways = [...this.everyone, ...own];
    const ports = unionOf(ways.map((way) => way.ports));
    return { may: ports, does: ports, ways, closedBy: this.closedBy };
  }

  mend(other: Pods | undefined, ports: Ports): string {
    for (const { policy, rules } of this.selected) {
      for (const rule of rules) {
        if (this.isMeant(rule, policy, other)) {
          const lacking = differenceOf(ports, this.portsFor(rule, other));
          return `Add ${describePorts(lacking)} to ${rule.path}.ports of ${nameObject(policy.manifest)}.`;
        }
      }
    }
    if (!other) return this.mendAddresses(ports);
    return this.mendSelector(other, ports) ?? this.mendPeer(other, ports) ?? this.mendByPolicy(other, ports);
  }

  /** A policy that opens just this, but for nobody who is there. */
  private mendSelector(other: Pods, ports: Ports): string | undefined {
    const near = this.around.policies.find(
      (policy) =>
        policy.namespace === this.pods.namespace &&
        this.around.selectsNobody(policy) &&
        (policy.rules[this.direction] ?? []).some(
          (rule) => this.isMeant(rule, policy, other) && coversPorts(this.portsFor(rule, other), ports),
        ),
    );
    return near && `Have spec.podSelector of ${nameObject(near.manifest)} select ${this.pods.name}.`;
  }

  private mendAddresses(ports: Ports): string {
    const near = this.places.find((place) => coversPorts(place.ports, ports) && coversPorts(ports, place.ports));
    const way = this.direction === 'ingress' ? 'from' : 'to';
    return near
      ? `Add these addresses beside ${near.by.path} of ${nameObject(near.by.manifest)}.`
      : `Add a NetworkPolicy that opens ${this.pods.name} ${way} these addresses on ${describePorts(ports)}.`;
  }

  /** A rule for these pods that opens just these ports, but to somebody who is not there. */
  private mendPeer(other: Pods, ports: Ports): string | undefined {
    for (const { policy, rules } of this.selected) {
      for (const rule of rules) {
        const peers = rule.peers ?? [];
        const meansNobody = peers.every((peer) =>
          this.around.podsOf(peer, policy).every(({ makers }) => makers.length === 0),
        );
        const isExact =
          other && coversPorts(this.portsFor(rule, other), ports) && coversPorts(ports, this.portsFor(rule, other));
        if (isExact && meansNobody && peers[0]?.pods)
          return `Have ${peers[0].path} of ${nameObject(policy.manifest)} select ${other.name}.`;
      }
    }
    return undefined;
  }

  private mendByPolicy(other: Pods, ports: Ports): string {
    const way = this.direction === 'ingress' ? 'from' : 'to';
    return `Add a NetworkPolicy that opens ${this.pods.name} ${way} ${other.name} on ${describePorts(ports)}.`;
  }

  private isMeant(rule: Rule, policy: NetworkPolicy, other: Pods | undefined): boolean {
    return other !== undefined && (rule.peers ?? []).some((peer) => this.around.podsOf(peer, policy).includes(other));
  }

  private open(other: Pods, opening: Opening): void {
    const known = this.openings.get(other);
    if (known) known.push(opening);
    else this.openings.set(other, [opening]);
  }

  private listener(other: Pods | undefined): Pods | undefined {
    return this.direction === 'ingress' ? this.pods : other;
  }

  private portsFor(rule: Rule, other: Pods | undefined): Ports {
    return rule.portsAt(this.listener(other));
  }

  private portsToAnyone(rule: Rule): Ports {
    return rule.portsAt(this.listener(undefined));
  }
}

const GATES = {
  ingress: 'NetworkPolicies at the destination',
  egress: 'NetworkPolicies at the source',
} as const;

function causeIn({ manifest }: NetworkPolicy, path: string): Cause {
  return { manifest, path };
}
