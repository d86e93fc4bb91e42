import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import { observes } from './inventory';
import { type Opening, opensPort, peerNamespaces } from './opening';

/** What every tenant needs, and how it is told that it is missing. */
const NEEDS = [
  { port: 53, protocol: 'UDP', meshed: false, what: 'the cluster DNS' },
  { port: 53, protocol: 'TCP', meshed: false, what: 'the cluster DNS over TCP' },
  { port: 15012, protocol: 'TCP', meshed: true, what: 'the control plane of its mesh' },
] as const;

/** A tenant reaches what it needs by rules of its own, and what observes by rules that can be taken away. */
export const tenantsLiveWithoutObservers: Invariant = {
  id: 'tenants-live-without-observers',
  why: 'Telemetry is removed, and with its NetworkPolicy goes the way of apps to what they live on.',
  how: 'Tenants have egress to DNS and, if meshed, to port 15012; no NetworkPolicy of another plane names peers of logging or telemetry beside others.',
  *check(inventory) {
    const isObserving = (name: string) => observes(inventory.planeNamed(name));
    for (const manifest of mixedPolicies(inventory.openings, isObserving)) {
      if (inventory.isObserving(manifest)) continue;
      const problem = 'It names what observes beside others.';
      yield { manifest, path: 'spec', problem, fix: 'Write a NetworkPolicy of its own for what observes.' };
    }
    const egress = egressOf(inventory.openings, isObserving);
    for (const name of inventory.namespacesOn((plane) => plane === 'tenant')) {
      const manifest = inventory.namespaces.get(name);
      const isMeshed = manifest?.metadata.labels?.['istio.io/rev'] !== undefined;
      for (const { port, protocol, meshed, what } of NEEDS) {
        const isOpen = egress.get(name)?.some((opening) => opensPort(opening, port, protocol));
        if (!manifest || isOpen || (meshed && !isMeshed)) continue;
        const problem = `Its pods do not reach ${what}.`;
        yield { manifest, path: '', problem, fix: `Open ${protocol} ${port} to it by an egress NetworkPolicy.` };
      }
    }
  },
};

function mixedPolicies(openings: readonly Opening[], isObserving: (namespace: string) => boolean): Set<Manifest> {
  const kinds = new Map<Manifest, Set<boolean>>();
  for (const opening of openings) {
    const seen = kinds.get(opening.manifest) ?? new Set<boolean>();
    kinds.set(opening.manifest, seen);
    for (const { namespaces } of opening.peers) seen.add(namespaces?.some(isObserving) ?? false);
    if (peerNamespaces(opening).some((name) => !isObserving(name))) seen.add(false);
  }
  return new Set([...kinds].filter(([, seen]) => seen.size > 1).map(([manifest]) => manifest));
}

/** Egress rules by namespace, without those that lead to what observes. */
function egressOf(openings: readonly Opening[], isObserving: (namespace: string) => boolean): Map<string, Opening[]> {
  const egress = new Map<string, Opening[]>();
  for (const opening of openings) {
    const { direction, manifest } = opening;
    if (direction !== 'egress' || peerNamespaces(opening).some(isObserving)) continue;
    const namespace = manifest.metadata.namespace ?? '';
    const list = egress.get(namespace);
    if (list) list.push(opening);
    else egress.set(namespace, [opening]);
  }
  return egress;
}
