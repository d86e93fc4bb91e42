import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import { type Inventory, observes } from './inventory';
import { at, listOf, textOf } from './json';

/** What Flux or Argo CD deliver, with the compartment that it goes to. */
interface Delivery {
  readonly manifest: Manifest;
  /** `undefined`: none that has a namespace. */
  readonly compartment: string | undefined;
}

/** One thing that waits for another. */
interface Wait {
  readonly path: string;
  /** Key of a delivery, or the compartment that is waited for. */
  readonly on: string;
}

const DELIVERIES = [
  ['kustomize.toolkit.fluxcd.io', 'Kustomization'],
  ['helm.toolkit.fluxcd.io', 'HelmRelease'],
  ['argoproj.io', 'Application'],
] as const;

/** No delivery waits for one of an observing compartment, those wait for no other compartment, and none waits in a circle. */
export const nothingWaitsForObservers: Invariant = {
  id: 'nothing-waits-for-observers',
  why: 'Parts that only observe do not come up, and the parts that serve wait for them: only a restart in a secret order helps.',
  how: 'The dependsOn and healthChecks of Kustomizations and HelmReleases and the sync waves of Applications, as a graph of compartments.',
  *check(inventory) {
    const deliveries = deliveriesOf(inventory);
    for (const { manifest, compartment } of deliveries.values()) {
      for (const { path, on } of waitsOf(manifest)) {
        const other = deliveries.get(on) ?? { compartment: on };
        const problem = crossing(compartment, other.compartment, inventory);
        if (problem) yield { manifest, path, problem, fix: 'Leave it out: order with them must never matter.' };
      }
    }
    yield* wavesBehindObservers([...deliveries.values()], inventory);
    for (const circle of circles(deliveries)) {
      const problem = `It waits for itself, by way of ${circle.slice(1).join(', ') || 'nothing else'}.`;
      const manifest = deliveries.get(circle[0] ?? '')?.manifest;
      if (manifest) yield { manifest, path: 'spec.dependsOn', problem, fix: 'Break the circle.' };
    }
  },
};

function deliveriesOf(inventory: Inventory): ReadonlyMap<string, Delivery> {
  const manifests = DELIVERIES.flatMap(([group, kind]) => inventory.of(group, kind));
  return new Map(
    manifests.map((manifest) => {
      const { kind, metadata } = manifest;
      return [keyOf(kind, metadata.namespace, metadata.name), { manifest, compartment: compartmentOf(manifest) }];
    }),
  );
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

/** The compartment whose half it delivers, `…/<compartment>/contents`, or else the namespace that it delivers to. */
function compartmentOf({ spec, metadata }: Manifest): string | undefined {
  const folder = textOf(at(spec, 'path') ?? at(spec, 'source', 'path'));
  const named = /([^/]+)\/(?:boundary|contents)$/.exec(folder)?.[1];
  const target = at(spec, 'targetNamespace') ?? at(spec, 'destination', 'namespace');
  return named ?? (textOf(target) || metadata.namespace);
}

function waitsOf({ kind, metadata, spec }: Manifest): Wait[] {
  const dependencies = listOf(at(spec, 'dependsOn')).map((other, index) => ({
    path: `spec.dependsOn[${index}]`,
    on: keyOf(kind, textOf(at(other, 'namespace')) || metadata.namespace, textOf(at(other, 'name'))),
  }));
  const checks = listOf(at(spec, 'healthChecks')).map((check, index) => ({
    path: `spec.healthChecks[${index}]`,
    on: textOf(at(check, 'namespace')),
  }));
  return [...dependencies, ...checks];
}

function crossing(from: string | undefined, to: string | undefined, inventory: Inventory): string | undefined {
  if (from === to) return undefined;
  if (observes(inventory.planeNamed(to))) return `It waits for ${to}, which only observes.`;
  const waitsForServing = observes(inventory.planeNamed(from)) && inventory.planeNamed(to) !== undefined;
  return waitsForServing ? `${from} only observes, and waits for ${to}.` : undefined;
}

/** Argo CD brings a wave up once all before it are healthy, among what lies in one namespace. */
function* wavesBehindObservers(deliveries: readonly Delivery[], inventory: Inventory) {
  const applications = deliveries.filter(({ manifest }) => manifest.kind === 'Application');
  const observing = applications.filter(({ compartment }) => observes(inventory.planeNamed(compartment)));
  for (const { manifest, compartment } of applications) {
    const before = observing.find(
      (other) =>
        other.manifest.metadata.namespace === manifest.metadata.namespace &&
        other.compartment !== compartment &&
        waveOf(other.manifest) < waveOf(manifest),
    );
    if (!before) continue;
    const problem = `Its wave comes after that of ${before.compartment}, which only observes.`;
    yield { manifest, path: 'metadata.annotations', problem, fix: 'Give what observes no earlier wave.' };
  }
}

function waveOf({ metadata }: Manifest): number {
  return Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
}

/** Every delivery that waits for itself, first in the list of those by way of which it does. */
function circles(deliveries: ReadonlyMap<string, Delivery>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (key: string, trail: readonly string[]): void => {
    if (trail.includes(key)) found.push(trail.slice(trail.indexOf(key)));
    const delivery = deliveries.get(key);
    if (!delivery || done.has(key) || trail.includes(key)) return;
    for (const { on } of waitsOf(delivery.manifest)) visit(on, [...trail, key]);
    done.add(key);
  };
  for (const key of deliveries.keys()) visit(key, []);
  return found;
}
