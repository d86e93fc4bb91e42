import fs from 'node:fs';
import type { Step } from './journal';
import { type Kind, kindOf, readText } from './on-disk';
import { RECORD, readRecord } from './record';
import { directoriesOf, linkFault, parentOf, refuse, survey, TreeError } from './tree-path';

/** Every file that a run wants, by its path below the root. */
export interface Wanted {
  /** Text by path, the records included. */
  readonly files: ReadonlyMap<string, string>;
  /** Every directory on the way to them. */
  readonly directories: ReadonlySet<string>;
  /** Those right in the root: no record lists them, and whatever file stands there is an earlier run's. */
  readonly named: ReadonlySet<string>;
}

/** What has to happen for the tree on disk to become the wanted one. Paths are relative to the root. */
export interface Plan {
  /** The files to write, with their text. */
  readonly writes: ReadonlyMap<string, string>;
  /** The files to delete, sorted. */
  readonly removed: readonly string[];
  /** How many wanted files are on disk already. */
  readonly unchanged: number;
}

/** What earlier runs wrote. */
interface Recorded {
  /** Whether a wanted file was written by an earlier run. */
  isOurs(path: string): boolean;
  /** The recorded files that are not wanted. */
  readonly stale: readonly string[];
}

/**
 * Compares the wanted files with those on disk. Reads only.
 *
 * @throws when a record is corrupt, when a wanted file would replace something that no earlier run wrote, or when it or a
 * directory on the way to it is a symbolic link; all such paths in one error.
 */
export function planTree(root: string, wanted: Wanted, held: ReadonlySet<string>): Plan {
  const { isOurs, stale } = recorded(root, wanted, held);
  const kinds = survey(root, new Set([...wanted.directories, ...directoriesOf(stale)]));
  const isReal = (directory: string) => kinds.get(directory) === 'directory';
  const absent = new Set([...wanted.directories].filter((directory) => !isReal(directory)));

  const removed = stale.filter((path) => isReal(parentOf(path)) && isFile(kindOf(`${root}/${path}`))).sort();
  const emptied = directoriesOf(removed);
  const faults = [...unusable(root, absent, kinds, removed), ...unrelated(root, emptied, wanted.files, removed)];

  const writes = new Map<string, string>();
  for (const [path, text] of wanted.files) {
    const isFree = emptied.has(path) || (absent.size > 0 && absent.has(parentOf(path)));
    const present = isFree ? undefined : read(root, path, faults);
    if (present === text) continue;
    if (present !== undefined && !isOurs(path)) faults.push(occupiedFault(`${root}/${path}`));
    writes.set(path, text);
  }
  refuse(faults);
  return { writes, removed, unchanged: wanted.files.size - writes.size };
}

/**
 * The steps of a plan in an order that is safe to be cut anywhere: no file is deleted before the new ones are in place,
 * except one that stands in the way; a record changes after the files that it lists.
 */
export function stepsOf({ writes, removed }: Plan): readonly Step[] {
  const directories = directoriesOf(writes.keys());
  const isInTheWay = (path: string) => directories.has(path) || [...directoriesOf([path])].some((at) => writes.has(at));
  const inTheWay = removed.filter(isInTheWay);
  const others = removed.filter((path) => !isInTheWay(path));
  return [
    ...steps('remove', inTheWay),
    ...steps('prune', innermostFirst(inTheWay)),
    ...steps('make', [...directories].sort()),
    ...steps('move', [...writes.keys()].filter(isContent)),
    ...steps('remove', others.filter(isContent)),
    ...steps('move', [...writes.keys()].filter(isRecord)),
    ...steps('remove', others.filter(isRecord)),
    ...steps('prune', innermostFirst(others)),
  ];
}

/** What the records on disk say. Without all of them nobody can tell what is in the way. */
function recorded(root: string, { files: wanted, named }: Wanted, held: ReadonlySet<string>): Recorded {
  const settled = new Set<string>();
  const ours = new Set<string>();
  const faults: string[] = [];
  for (const folder of foldersOf(root).filter((name) => !held.has(name))) {
    const own = `${folder}/${RECORD}`;
    // The record is the wanted one: all its files are ours and wanted, and 16,000 paths need not be parsed and compared.
    const isSettled = wanted.has(own) && wanted.get(own) === readText(`${root}/${own}`);
    if (isSettled) settled.add(folder);
    else for (const path of recordedFiles(root, folder, faults)) ours.add(path);
  }
  refuse(faults);
  return {
    isOurs: (path) => named.has(path) || ours.has(path) || settled.has(path.slice(0, path.indexOf('/'))),
    stale: [...ours].filter((path) => !wanted.has(path)),
  };
}

function recordedFiles(root: string, folder: string, faults: string[]): string[] {
  try {
    const record = readRecord(root, folder);
    return record === undefined ? [] : [...record.files, RECORD].map((file) => `${folder}/${file}`);
  } catch (error) {
    faults.push((error as Error).message);
    return [];
  }
}

function foldersOf(root: string): string[] {
  const kind = kindOf(root);
  if (kind === 'file') throw new TreeError(occupiedFault(root));
  if (kind === undefined) return [];
  const entries = fs.readdirSync(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** The text at a wanted path; a directory or a link there is a fault. */
function read(root: string, path: string, faults: string[]): string | undefined {
  try {
    return readText(`${root}/${path}`);
  } catch (error) {
    if (!['EISDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    faults.push(occupiedFault(`${root}/${path}`));
    return undefined;
  }
}

/** What stands where a directory is wanted, is none, and is not about to be removed. */
function unusable(
  root: string,
  absent: ReadonlySet<string>,
  kinds: ReadonlyMap<string, Kind>,
  removed: readonly string[],
): string[] {
  return [...absent].flatMap((directory) => {
    const kind = kinds.get(directory);
    if (kind === 'link') return [linkFault(`${root}/${directory}`)];
    return kind === 'file' && !removed.includes(directory) ? [occupiedFault(`${root}/${directory}`)] : [];
  });
}

/** What would keep a directory from being emptied where a file is wanted. */
function unrelated(
  root: string,
  emptied: ReadonlySet<string>,
  wanted: ReadonlyMap<string, string>,
  removed: readonly string[],
): string[] {
  const makeRoom = [...emptied].filter((directory) => wanted.has(directory));
  const below = makeRoom.flatMap((directory) =>
    fs.readdirSync(`${root}/${directory}`, { recursive: true, encoding: 'utf8' }).map((path) => `${directory}/${path}`),
  );
  const rest = below.filter((path) => !emptied.has(path) && !removed.includes(path));
  return rest.map((path) => occupiedFault(`${root}/${path}`));
}

function occupiedFault(path: string): string {
  return `${path}: is in the way of this tree, and no earlier run wrote it. Move it elsewhere or delete it.`;
}

const steps = (verb: Step[0], paths: readonly string[]): Step[] => paths.map((path) => [verb, path]);
const innermostFirst = (paths: readonly string[]): string[] => [...directoriesOf(paths)].sort().reverse();
const isFile = (kind: Kind | undefined): boolean => kind !== undefined && kind !== 'directory';
const isRecord = (path: string): boolean => path.endsWith(`/${RECORD}`) && path.indexOf('/') === path.lastIndexOf('/');
const isContent = (path: string): boolean => !isRecord(path);
