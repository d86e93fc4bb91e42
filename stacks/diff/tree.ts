import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import { LABEL } from '../../constructs/labels';
import type { Manifest } from '../../constructs/manifest';
import { kindOf, readText } from '../outputs/gitops/on-disk';
import { readRecord } from '../outputs/gitops/record';
import type { Folder } from '../outputs/gitops/write-tree';
import { type ComparedCompartment, objectName } from './compare';

/** Both sides of a comparison, with what is the same on both left out. */
export interface Sides {
  readonly before: ReadonlyMap<string, ComparedCompartment>;
  readonly after: ReadonlyMap<string, ComparedCompartment>;
}

/**
 * What the tree at `root` holds, and what it would hold. Files that are the same, byte by byte, are not even parsed.
 * @throws when a file that differs is no YAML, with its path
 */
export function compareTree(root: string, folders: readonly Folder[]): Sides {
  const before = new Map<string, ComparedCompartment>();
  const after = new Map<string, ComparedCompartment>();
  const gone = foldersAt(root).filter((name) => !folders.some((folder) => folder.name === name));
  for (const { name, files } of [...folders, ...gone.map((name) => ({ name, files: new Map<string, string>() }))]) {
    const sides = compareFolder(root, name, files);
    const plane = planeOf(files, name) ?? planeOf(sides.old, name) ?? '';
    before.set(name, { plane, objects: parseAll(sides.old, `${root}/${name}`) });
    after.set(name, { plane, objects: parseAll(sides.now, `rendered ${name}`) });
  }
  return { before, after };
}

/** A tree that is rendered already, for a comparison with another one: what its records name, and nothing else. */
export function renderedTree(root: string): Folder[] {
  return foldersAt(root).map((name) => ({ name, files: filesAt(root, name) }));
}

function filesAt(root: string, folder: string): Map<string, string> {
  return new Map(
    (readRecord(root, folder)?.files ?? []).flatMap((path) => {
      const text = readText(`${root}/${folder}/${path}`);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}

/** Folders that an earlier run wrote; whatever else lies there is somebody else's. */
function foldersAt(root: string): string[] {
  if (kindOf(root) !== 'directory') return [];
  return readdirSync(root)
    .filter((name) => readRecord(root, name) !== undefined)
    .sort();
}

function compareFolder(root: string, folder: string, files: ReadonlyMap<string, string>) {
  const old = new Map<string, string>();
  const now = new Map<string, string>();
  for (const path of new Set([...files.keys(), ...(readRecord(root, folder)?.files ?? [])])) {
    // Which files there are is told by the objects in them.
    if (basename(path) === 'kustomization.yaml') continue;
    const [was, is] = [readText(`${root}/${folder}/${path}`), files.get(path)];
    if (was === is) continue;
    if (was !== undefined) old.set(path, was);
    if (is !== undefined) now.set(path, is);
  }
  return { old, now };
}

function parseAll(files: ReadonlyMap<string, string>, place: string): Map<string, Manifest> {
  return new Map(
    [...files].map(([path, text]) => {
      const value = parse(text, `${place}/${path}`);
      return [path.startsWith('releases/') ? `Release/${basename(path, '.yaml')}` : objectName(value), value];
    }),
  );
}

function parse(text: string, place: string): Manifest {
  try {
    return load(text, { schema: CORE_SCHEMA }) as Manifest;
  } catch (error) {
    throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function planeOf(files: ReadonlyMap<string, string>, name: string): string | undefined {
  const namespace = files.get(`boundary/Namespace.core.${name}.yaml`);
  return namespace === undefined ? undefined : parse(namespace, name).metadata.labels?.[LABEL.plane];
}
