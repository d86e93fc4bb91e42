import type { Manifest } from '../manifest';
import type { Complaint, Rule } from '../rule';

interface Selector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly unknown[];
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr?: string };
}

interface Direction {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly unknown[];
}

interface Spec {
  readonly podSelector?: Selector;
  readonly ingress?: readonly Direction[];
  readonly egress?: readonly Direction[];
}

/** In a NetworkPolicy whatever is empty or left out means everything, so none of ours may leave anything out. */
export const networkPoliciesNeverMeanEverything: Rule = {
  id: 'network-policies-never-mean-everything',
  why: 'An empty selector, peer or port list opens a compartment to all, and looks like it closes it.',
  *check(manifests) {
    for (const manifest of manifests) {
      if (manifest.kind !== 'NetworkPolicy') continue;
      for (const complaint of complaints(manifest)) yield { manifest, ...complaint };
    }
  },
};

function* complaints(manifest: Manifest): Iterable<Complaint> {
  const spec = (manifest.spec ?? {}) as Spec;
  for (const direction of ['ingress', 'egress'] as const) {
    const rules = spec[direction];
    if (rules === undefined) continue;
    const path = `spec.${direction}`;
    if (rules.length === 0) {
      yield complain(
        path,
        'An empty list is dropped by the API server, and each apply counts as a change.',
        'Leave it out.',
      );
    }
    if (isEmpty(spec.podSelector)) {
      yield complain('spec.podSelector', 'Opens every pod of the namespace.', 'Select the app that it is for.');
    }
    for (const [index, rule] of rules.entries()) yield* ruleComplaints(rule, direction, `${path}[${index}]`);
  }
}

function* ruleComplaints(rule: Direction, direction: 'ingress' | 'egress', path: string): Iterable<Complaint> {
  const key = direction === 'ingress' ? 'from' : 'to';
  const peers = rule[key] ?? [];
  if (peers.length === 0) yield complain(`${path}.${key}`, 'No peers means every peer.', 'Name the peers.');
  if ((rule.ports ?? []).length === 0) yield complain(`${path}.ports`, 'No ports means every port.', 'Name the ports.');
  for (const [index, peer] of peers.entries()) {
    const at = `${path}.${key}[${index}]`;
    if (peer.ipBlock) {
      if (/\/0$/.test(peer.ipBlock.cidr ?? '/0')) {
        yield complain(`${at}.ipBlock.cidr`, 'Means every address.', 'Name the ranges that are meant.');
      }
      continue;
    }
    for (const selector of ['namespaceSelector', 'podSelector'] as const) {
      if (isEmpty(peer[selector])) yield complain(`${at}.${selector}`, 'Selects everything.', 'Name what is meant.');
    }
  }
}

function isEmpty(selector: Selector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length + (selector?.matchExpressions ?? []).length === 0;
}

function complain(path: string, problem: string, fix: string): Complaint {
  return { path, problem, fix };
}
