import type { PersistentVolumeClaim, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { nameOfDisk, scratchOf } from '../app/disk-spec';
import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { SCRATCH } from '../defaults';
import { appLabels } from '../labels';
import { mebibytes } from '../quantity';

const TMP = '/tmp';

/** Where the pods of an app may write, `/tmp` first. */
export function volumes(app: Workload): Volume[] {
  return disksOf(app).map(({ path, name, scratch }) => ({
    name,
    ...(scratch === undefined
      ? { persistentVolumeClaim: { claimName: claimName(app, path) } }
      : { emptyDir: { sizeLimit: scratch } }),
  }));
}

export function volumeMounts(app: Workload): VolumeMount[] {
  return disksOf(app).map(({ path, name }) => ({ name, mountPath: path }));
}

/** What a pod may write to its node: what is told to be scratch is counted, or one pod's would evict the others. */
export function ephemeralStorage(app: Workload): { readonly request: string; readonly limit: string } {
  const own = scratchOf(app.disk);
  const plus = (base: string) => (own === 0 ? base : `${mebibytes(base) + own}Mi`);
  return { request: plus(SCRATCH.request), limit: plus(SCRATCH.limit) };
}

/**
 * The claims of an app's persistent disks. Whoever delivers never deletes one: what lies on it has no copy in git. When the
 * app is gone for good, a person deletes it. It can grow; Kubernetes lets none shrink, or move to another class.
 */
export function claims(app: Workload, storageClass: string | undefined, namespace: string): ContentManifest[] {
  return Object.entries(app.disk).flatMap(([path, { persistent }]) => {
    if (persistent === undefined) return [];
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name: claimName(app, path),
        namespace,
        labels: appLabels(app.name, namespace),
        annotations: {
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
          'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
        },
      },
      spec: {
        accessModes: ['ReadWriteOnce'],
        ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
        resources: { requests: { storage: persistent } },
      },
    } satisfies PersistentVolumeClaim & ContentManifest;
  });
}

interface DiskAt {
  readonly path: string;
  readonly name: string;
  /** @default - none: it is persistent */
  readonly scratch?: string | undefined;
}

function disksOf({ disk }: Workload): DiskAt[] {
  const own = Object.entries(disk).filter(([path]) => path !== TMP);
  return [
    { path: TMP, name: 'tmp', scratch: disk[TMP]?.scratch ?? SCRATCH.tmp },
    ...own.map(([path, { scratch }]) => ({ path, name: `disk-${nameOfDisk(path)}`, scratch })).sort(byPath),
  ];
}

function byPath(a: DiskAt, b: DiskAt): number {
  return a.path < b.path ? -1 : 1;
}

/** A dot parts it from the app's name, which holds none: two apps' disks are never called alike. */
function claimName({ name }: Workload, path: string): string {
  return `${name}.${nameOfDisk(path)}`;
}
