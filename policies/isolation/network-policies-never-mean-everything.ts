import type { Manifest } from '../manifest';
import type { Complaint } from '../rule';
import type { Invariant } from './invariant';
import { at, fieldsOf, listOf, textOf } from './json';

/** In a NetworkPolicy whatever is empty or left out means everything, so none of ours may leave anything out. */
export const networkPoliciesNeverMeanEverything: Invariant = {
  id: 'network-policies-never-mean-everything',
  why: 'An empty selector, peer or port list opens a compartment to all, and looks like it closes it.',
  how: 'No rule of a NetworkPolicy lacks peers or ports, selects everything or opens every pod; every address is named at the edge alone, for its clients.',
  *check(inventory) {
    for (const manifest of inventory.of('networking.k8s.io', 'NetworkPolicy')) {
      for (const complaint of complaints(manifest, inventory.planeOf(manifest) === 'edge')) {
        yield { manifest, ...complaint };
      }
    }
  },
};

/** @param hasClients whether whoever is outside may call it */
function* complaints({ spec }: Manifest, hasClients: boolean): Iterable<Complaint> {
  for (const direction of ['ingress', 'egress'] as const) {
    const rules = at(spec, direction);
    if (rules === undefined) continue;
    const path = `spec.${direction}`;
    if (listOf(rules).length === 0) {
      yield complain(
        path,
        'An empty list is dropped by the API server, and each apply counts as a change.',
        'Leave it out.',
      );
    }
    if (isEmpty(at(spec, 'podSelector'))) {
      yield complain('spec.podSelector', 'Opens every pod of the namespace.', 'Select the app that it is for.');
    }
    for (const [index, rule] of listOf(rules).entries()) {
      yield* ruleComplaints(rule, direction, `${path}[${index}]`, hasClients && direction === 'ingress');
    }
  }
}

function* ruleComplaints(
  rule: unknown,
  direction: 'ingress' | 'egress',
  path: string,
  hasClients: boolean,
): Iterable<Complaint> {
  const key = direction === 'ingress' ? 'from' : 'to';
  const peers = listOf(at(rule, key));
  if (peers.length === 0) yield complain(`${path}.${key}`, 'No peers means every peer.', 'Name the peers.');
  if (listOf(at(rule, 'ports')).length === 0) {
    yield complain(`${path}.ports`, 'No ports means every port.', 'Name the ports.');
  }
  for (const [index, peer] of peers.entries()) yield* peerComplaints(peer, `${path}.${key}[${index}]`, hasClients);
}

function* peerComplaints(peer: unknown, path: string, hasClients: boolean): Iterable<Complaint> {
  const block = at(peer, 'ipBlock');
  if (block !== undefined) {
    if (!hasClients && /\/0$|^$/.test(textOf(at(block, 'cidr')))) {
      yield complain(`${path}.ipBlock.cidr`, 'Means every address.', 'Name the ranges that are meant.');
    }
    return;
  }
  for (const selector of ['namespaceSelector', 'podSelector'] as const) {
    if (isEmpty(at(peer, selector)))
      yield complain(`${path}.${selector}`, 'Selects everything.', 'Name what is meant.');
  }
}

function isEmpty(selector: unknown): boolean {
  const labels = Object.keys(fieldsOf(at(selector, 'matchLabels')));
  return labels.length + listOf(at(selector, 'matchExpressions')).length === 0;
}

function complain(path: string, problem: string, fix: string): Complaint {
  return { path, problem, fix };
}
