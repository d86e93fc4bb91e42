import type { ProjectedVolumeSource, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Companion } from '../app/companions-spec';
import type { Files } from '../app/files-spec';
import { secretOf } from '../app/secret-reference';
import type { Workload } from '../app-spec';
import type { ContentManifest } from '../contents';
import { fingerprint } from '../fingerprint';
import { ANNOTATION, appLabels } from '../labels';

type Annotations = Readonly<Record<string, string>>;

type Source = NonNullable<ProjectedVolumeSource['sources']>[number];

/** The files of one container, and under which name their objects and their volume stand. */
export interface FileSet {
  /** Of the ConfigMap that holds their texts. */
  readonly name: string;
  readonly volume: string;
  readonly files: Files;
}

/** The files of an app's own container. */
export function fileSet(app: { readonly name: string; readonly files: Files }): FileSet {
  return { name: `${app.name}-files`, volume: 'files', files: app.files };
}

/** The files of one of its companions. A dot parts its name: no app's name holds one. */
export function companionFileSet(app: { readonly name: string }, name: string, { files }: Companion): FileSet {
  return { name: `${app.name}.${name}-files`, volume: `files-${name}`, files };
}

/** The files of all containers of an app's pods. */
export function fileSets(app: Workload): FileSet[] {
  const beside = Object.entries(app.companions).map(([name, companion]) => companionFileSet(app, name, companion));
  return [fileSet(app), ...beside.sort((a, b) => (a.volume < b.volume ? -1 : 1))];
}

/**
 * What holds the contents of files: a ConfigMap for their texts, and one for their bytes, whose name changes with them. Flagger
 * follows and copies texts alone; bytes under a name of their own need neither. Where a job runs before every release, they
 * come before it.
 * @see https://docs.flagger.app/faq
 */
export function fileConfigMaps(app: Workload, namespace: string): ContentManifest[] {
  const first: Annotations = Object.values(app.jobs).some(({ beforeRelease }) => beforeRelease)
    ? { [ANNOTATION.beforeRelease]: 'true' }
    : {};
  const configMap = (name: string, annotations: Annotations, contents: object): ContentManifest => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      ...{ name, namespace, labels: appLabels(app.name, namespace) },
      ...(isEmpty(annotations) ? {} : { annotations }),
    },
    ...contents,
  });
  const untracked = { ...first, 'flagger.app/config-tracking': 'disabled' };
  return fileSets(app).flatMap(({ name, files }) => {
    const texts = keysOf(files, 'content');
    const bytes = keysOf(files, 'binary');
    return [
      ...(isEmpty(texts) ? [] : [configMap(name, first, { data: texts })]),
      ...(isEmpty(bytes)
        ? []
        : [configMap(binaryName(name, bytes), untracked, { binaryData: bytes, immutable: true })]),
    ];
  });
}

/** Changes when the contents of files do, so that pods are made anew. Nothing where there are none. */
export function filesFingerprint(sets: readonly FileSet[]): string | undefined {
  const texts = sets.map(({ files }) => keysOf(files, 'content')).filter((contents) => !isEmpty(contents));
  return texts.length > 0 ? fingerprint(JSON.stringify(texts)) : undefined;
}

/** One volume with all files of a container, from wherever they come. */
export function fileVolumes({ name, volume, files }: FileSet): Volume[] {
  if (isEmpty(files)) return [];
  const secrets = [...new Set(sorted(files).flatMap(([, { secret }]) => (secret ? [secretOf(secret).name] : [])))];
  const sources: Source[] = [
    ...configMapSource(name, files, 'content'),
    ...configMapSource(binaryName(name, keysOf(files, 'binary')), files, 'binary'),
    ...secrets.map((secret) => secretSource(secret, files)),
  ];
  return [{ name: volume, projected: { sources } }];
}

/** Each file by itself, so that the rest of its folder stays as the image has it. */
export function fileMounts({ volume, files }: FileSet): VolumeMount[] {
  return sorted(files).map(([path]) => ({ name: volume, mountPath: path, subPath: keyOf(path), readOnly: true }));
}

function configMapSource(name: string, files: Files, kind: 'content' | 'binary'): Source[] {
  const items = sorted(files)
    .filter(([, file]) => file[kind] !== undefined)
    .map(([path, { mode }]) => ({ key: keyOf(path), path: keyOf(path), mode: Number.parseInt(mode, 8) }));
  return items.length > 0 ? [{ configMap: { name, items } }] : [];
}

function secretSource(name: string, files: Files): Source {
  const items = sorted(files).flatMap(([path, { secret, mode }]) => {
    const reference = secret === undefined ? undefined : secretOf(secret);
    return reference?.name === name ? [{ key: reference.key, path: keyOf(path), mode: Number.parseInt(mode, 8) }] : [];
  });
  return { secret: { name, items } };
}

function keysOf(files: Files, kind: 'content' | 'binary'): Record<string, string> {
  return Object.fromEntries(
    sorted(files).flatMap(([path, file]) => (file[kind] === undefined ? [] : [[keyOf(path), file[kind]]])),
  );
}

/** In the order of their paths: the order in which they were written says nothing. */
function sorted(files: Files): [string, Files[string]][] {
  return Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
}

function binaryName(name: string, bytes: Readonly<Record<string, string>>): string {
  return `${name}-${fingerprint(JSON.stringify(bytes))}`;
}

function isEmpty(map: object): boolean {
  return Object.keys(map).length === 0;
}

/** `/etc/app/settings.yaml` as `etc_app_settings.yaml`. What a key cannot hold, or would not tell apart, a fingerprint does. */
function keyOf(path: string): string {
  const plain = path.slice(1).replaceAll('/', '_');
  if (/^\/[A-Za-z0-9./-]+$/.test(path)) return plain;
  return `${plain.replaceAll(/[^\w.-]/g, '-')}-${fingerprint(path).slice(0, 8)}`;
}
