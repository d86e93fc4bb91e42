import type { Manifest } from '../manifest';
import { nameObject } from '../rule';
import { type AuthorizationPolicy, type AuthorizationRule, meets } from './authorization-policy';
import type { Cluster } from './cluster';
import type { Cause, Door, Verdict, Way } from './gate';
import { type Identity, NO_IDENTITY } from './identity';
import type { MutualTls, Proven } from './mutual-tls';
import type { Pods } from './pods';
import {
  ALL_PORTS,
  coversPorts,
  describePorts,
  differenceOf,
  intersectionOf,
  NO_PORTS,
  type Ports,
  unionOf,
} from './ports';
import { PROXY_PORTS } from './workload';

/** What sidecars let in, once they know who calls. */
export class MeshGate {
  private readonly selected = new Map<Pods, AuthorizationPolicy[]>();

  constructor(
    private readonly policies: readonly AuthorizationPolicy[],
    private readonly mutualTls: MutualTls,
    private readonly cluster: Cluster,
    meshNamespace: string,
  ) {
    for (const policy of policies) {
      const chosen =
        policy.namespace === meshNamespace
          ? cluster.podsOf([], policy.pods)
          : cluster.podsIn(policy.namespace, policy.pods);
      for (const pods of chosen) this.selected.set(pods, [...(this.selected.get(pods) ?? []), policy]);
    }
  }

  /** Policies that select a gateway's pods. */
  get atGateways(): Set<Manifest> {
    const chosen = [...this.selected].filter(([{ proxy }]) => proxy === 'gateway');
    return new Set(chosen.flatMap(([, policies]) => policies.map(({ manifest }) => manifest)));
  }

  doorAt(pods: Pods): Door {
    return new MeshDoor(pods, this.selected.get(pods) ?? [], this.mutualTls.at(pods), this.policies, this.cluster);
  }
}

class MeshDoor implements Door {
  readonly gate = 'the mesh at the destination';
  readonly free = UNGUARDED;
  readonly everyone: readonly Way[];
  readonly others: ReadonlySet<Pods>;
  readonly places = [];
  readonly closedBy: readonly Cause[];
  private readonly captured: Ports;
  private readonly strict: Ports;
  /** Whatever the proxy takes without proof, and whatever it does not take. */
  private readonly plain: Ports;
  private readonly outside: Ports;
  // Every caller is judged by the same rules: there are as many callers as pods.
  private readonly allowing: readonly RuleOf[];
  private readonly denying: readonly RuleOf[];

  constructor(
    readonly pods: Pods,
    private readonly selected: readonly AuthorizationPolicy[],
    private readonly proven: Proven,
    private readonly policies: readonly AuthorizationPolicy[],
    private readonly cluster: Cluster,
  ) {
    this.captured = pods.proxy === 'none' ? NO_PORTS : differenceOf(GUARDED, pods.uncaptured);
    this.strict = intersectionOf(proven.strict, this.captured);
    this.plain = differenceOf(this.captured, this.strict);
    this.outside = differenceOf(ALL_PORTS, this.captured);
    this.allowing = rulesOf(selected, 'ALLOW');
    this.denying = rulesOf(selected, 'DENY');
    // Whatever opens nothing is there to close.
    this.closedBy = selected
      .toSorted((a, b) => Math.min(a.rules.length, 1) - Math.min(b.rules.length, 1))
      .map(({ manifest }) => ({ manifest, path: '' }));
    this.everyone = [...this.unproven(), ...this.unnamed()].filter(({ ports }) => ports.length > 0);
    this.others = new Set(this.allowing.flatMap(({ rule }) => this.named(rule)));
  }

  get whenOpen(): string {
    if (this.pods.proxy === 'none')
      return 'Label its namespace with the "istio.io/rev" of an injector that fails closed, and let its pods not say no.';
    return this.selected.some(({ action }) => action === 'ALLOW')
      ? 'Add a PeerAuthentication of mode STRICT to the namespace of the mesh.'
      : 'Add an AuthorizationPolicy with "spec: {}" to its namespace.';
  }

  toward(other: Pods): Verdict {
    const isKnown = other.identity !== NO_IDENTITY;
    const judged = this.judge(other.identity);
    const reached = isKnown ? this.captured : this.plain;
    return {
      may: unionOf([this.outside, this.plain, isKnown ? intersectionOf(judged.may, this.strict) : NO_PORTS]),
      does: unionOf([this.outside, intersectionOf(judged.does, reached)]),
      ways: [...this.everyone, ...judged.ways],
      closedBy: isKnown || !this.proven.by ? [...judged.denied, ...this.closedBy] : [this.proven.by],
    };
  }

  mend(other: Pods | undefined, ports: Ports): string {
    if (!other) return '';
    if (other.identity === NO_IDENTITY)
      return `Give ${other.name} a sidecar, or leave ${describePorts(ports)} uncaptured.`;
    const { denied } = this.judge(other.identity);
    const [deny] = denied;
    if (deny) return `Remove ${deny.path} from ${nameObject(deny.manifest)}.`;
    for (const { policy, rule } of this.allowing) {
      if (this.named(rule).includes(other)) {
        const lacking = differenceOf(ports, meets(rule, other.identity).may);
        return lacking.length > 0
          ? `Add ${describePorts(lacking)} to ${rule.path}.to[0].operation.ports of ${nameObject(policy.manifest)}.`
          : `Leave out of ${rule.path} of ${nameObject(policy.manifest)} what asks for more than caller and port.`;
      }
    }
    return this.mendSelector(other, ports) ?? this.mendSource(other, ports);
  }

  /** A policy that opens just this, but for nobody who is there. */
  private mendSelector(other: Pods, ports: Ports): string | undefined {
    const near = this.policies.find(
      ({ namespace, action, pods, rules }) =>
        namespace === this.pods.namespace &&
        action === 'ALLOW' &&
        this.cluster.podsIn(namespace, pods).every(({ makers }) => makers.length === 0) &&
        rules.some((rule) => rule.sources && coversPorts(meets(rule, other.identity).does, ports)),
    );
    return near && `Have spec.selector of ${nameObject(near.manifest)} select ${this.pods.name}.`;
  }

  private mendSource(other: Pods, ports: Ports): string {
    const near = this.allowing.find(
      ({ rule }) =>
        this.named(rule).every(({ makers }) => makers.length === 0) &&
        rule.operations.some((operation) => coversPorts(operation.ports, ports)),
    );
    if (near) return `Have ${near.rule.path}.from of ${nameObject(near.policy.manifest)} name ${other.name}.`;
    return `Add an AuthorizationPolicy that allows ${other.name} to call ${this.pods.name} on ${describePorts(ports)}.`;
  }

  /** What is open because nobody asks callers to prove who they are. */
  private unproven(): Way[] {
    const [maker] = this.pods.makers;
    const isTaken = this.pods.proxy !== 'none';
    const taken = isTaken ? intersectionOf(GUARDED, this.pods.uncaptured) : GUARDED;
    const mend = 'Leave these ports to the sidecar.';
    return [
      { ports: taken, by: isTaken && maker ? { manifest: maker, path: '', mend } : undefined },
      { ports: this.plain, by: this.proven.by },
    ];
  }

  /** What is open to whoever can prove anything. */
  private unnamed(): Way[] {
    if (!this.selected.some(({ action }) => action === 'ALLOW')) return [{ ports: this.strict, by: undefined }];
    return this.allowing
      .filter(({ rule }) => isForAnyone(rule))
      .map(({ policy, rule }) => ({
        ports: intersectionOf(this.strict, unionOf(rule.operations.map(({ ports }) => ports))),
        by: { manifest: policy.manifest, path: rule.path },
      }));
  }

  /** The pods that a rule names as callers. */
  private named({ sources }: AuthorizationRule): Pods[] {
    return (sources ?? []).flatMap(({ wanted }) =>
      wanted.flatMap(({ kind, patterns }) => patterns.flatMap((pattern) => this.cluster.podsLike(kind, pattern))),
    );
  }

  private judge(caller: Identity) {
    const allowed = this.allowing.map(({ policy, rule }) => ({
      ...meets(rule, caller),
      by: { manifest: policy.manifest, path: rule.path },
    }));
    const denials = this.denying
      .map(({ policy, rule }) => ({
        ...meets(rule, caller),
        by: { manifest: policy.manifest, path: rule.path },
      }))
      .filter(({ may }) => may.length > 0);
    const isOpen = !this.selected.some(({ action }) => action === 'ALLOW');
    const may = isOpen ? ALL_TCP : unionOf(allowed.map((each) => each.may));
    const does = isOpen ? ALL_TCP : unionOf(allowed.map((each) => each.does));
    return {
      may: differenceOf(may, unionOf(denials.map((denial) => denial.does))),
      does: differenceOf(does, unionOf(denials.map((denial) => denial.may))),
      ways: allowed.filter((each) => each.may.length > 0).map((each) => ({ ports: each.may, by: each.by })),
      denied: denials.map(({ by }) => by),
    };
  }
}

interface RuleOf {
  readonly policy: AuthorizationPolicy;
  readonly rule: AuthorizationRule;
}

function rulesOf(policies: readonly AuthorizationPolicy[], wanted: AuthorizationPolicy['action']): RuleOf[] {
  return policies
    .filter(({ action }) => action === wanted)
    .flatMap((policy) => policy.rules.map((rule) => ({ policy, rule })));
}

const ALL_TCP = ALL_PORTS.filter(({ protocol }) => protocol === 'TCP');

/** A sidecar takes TCP alone, and leaves some ports to the proxy itself. */
const GUARDED = differenceOf(ALL_TCP, PROXY_PORTS);

const UNGUARDED = differenceOf(ALL_PORTS, GUARDED);

/** Whether a rule lets callers in without naming any. */
function isForAnyone({ sources }: AuthorizationRule): boolean {
  return sources === undefined || sources.some(({ wanted }) => wanted.length === 0);
}
