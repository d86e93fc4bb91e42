import type { Manifest } from '../manifest';
import { PLANE_LABEL } from '../names';
import { type Collector, collectorOf } from './collector';
import { textOf } from './json';
import { type Opening, openingsOf } from './opening';
import { type Release, releaseOf } from './release';
import { type Grant, grantsOf } from './rights';
import { type Workload, workloadOf } from './workload';

const RBAC = 'rbac.authorization.k8s.io';

/** The planes that only observe: whatever becomes of them, nothing else may notice. */
const OBSERVING: ReadonlySet<string | undefined> = new Set(['logging', 'telemetry']);

/** Whether a plane only observes. */
export function observes(plane: string | undefined): boolean {
  return OBSERVING.has(plane);
}

/** All manifests of an environment, sorted once for every check. */
export class Inventory {
  /** Namespaces by name. */
  readonly namespaces: ReadonlyMap<string, Manifest>;
  /** Everything from which pods come. */
  readonly workloads: readonly Workload[];
  /** Those of the compartments that only observe. */
  readonly observers: readonly Workload[];
  /** The configurations of collectors on the observing planes. */
  readonly collectors: readonly Collector[];
  /** What Flux or Argo CD install. */
  readonly releases: readonly Release[];
  /** What every binding of a role grants. */
  readonly grants: readonly Grant[];
  /** Every rule of every NetworkPolicy. */
  readonly openings: readonly Opening[];
  private readonly kinds: ReadonlyMap<string, readonly Manifest[]>;

  constructor(readonly manifests: readonly Manifest[]) {
    this.kinds = byKind(manifests);
    this.namespaces = new Map(this.of('', 'Namespace').map((namespace) => [namespace.metadata.name, namespace]));
    this.workloads = manifests.flatMap((manifest) => workloadOf(manifest, this.planeOf(manifest)) ?? []);
    this.observers = this.workloads.filter(({ plane }) => observes(plane));
    this.collectors = this.of('', 'ConfigMap')
      .filter((configMap) => this.isObserving(configMap))
      .flatMap((configMap) => collectorOf(configMap, this.observers) ?? []);
    this.releases = manifests.flatMap((manifest) => releaseOf(manifest) ?? []);
    this.grants = grantsOf(
      ['Role', 'ClusterRole'].flatMap((kind) => this.of(RBAC, kind)),
      ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => this.of(RBAC, kind)),
    );
    this.openings = openingsOf(this.of('networking.k8s.io', 'NetworkPolicy'), this.namespaces);
  }

  /** The manifests of one kind. The core group is `''`. */
  of(group: string, kind: string): readonly Manifest[] {
    return this.kinds.get(`${group}/${kind}`) ?? [];
  }

  /** The plane of a namespace; `undefined`: it has none, or is not rendered. */
  planeNamed(namespace: string | undefined): string | undefined {
    return textOf(this.namespaces.get(namespace ?? '')?.metadata.labels?.[PLANE_LABEL]) || undefined;
  }

  /** The plane of the compartment that a manifest lies in. */
  planeOf({ metadata }: Manifest): string | undefined {
    return this.planeNamed(metadata.namespace);
  }

  /** Whether a manifest lies in a compartment that only observes. */
  isObserving(manifest: Manifest): boolean {
    return observes(this.planeOf(manifest));
  }

  /** Names of the namespaces on the planes for which `wanted` holds. */
  namespacesOn(wanted: (plane: string | undefined) => boolean): readonly string[] {
    return [...this.namespaces.keys()].filter((name) => wanted(this.planeNamed(name)));
  }
}

function byKind(manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> {
  const kinds = new Map<string, Manifest[]>();
  for (const manifest of manifests) {
    const key = `${groupOf(manifest.apiVersion)}/${manifest.kind}`;
    const list = kinds.get(key);
    if (list) list.push(manifest);
    else kinds.set(key, [manifest]);
  }
  return kinds;
}

/** The API group of a manifest's kind; the core group is `''`. */
function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}
