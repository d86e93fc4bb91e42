import { readText } from './on-disk';
import { pathFault, TreeError } from './tree-path';

/** The name of the record in each folder. */
export const RECORD = '.bulkhead.json';

/** What an earlier run wrote into one folder: these files are ours, all others are not. */
export interface FolderRecord {
  /** Paths below the folder, sorted, without the record itself. */
  readonly files: readonly string[];
  /** What the compartment was last rendered from, as it was given to `writeTree`. */
  readonly input?: unknown;
}

/**
 * Reads the record of one folder; undefined when there is none.
 *
 * @throws when the file is not JSON or not a record, with its path.
 */
export function readRecord(root: string, folder: string): FolderRecord | undefined {
  const path = `${root}/${folder}/${RECORD}`;
  const text = readText(path);
  if (text === undefined) return undefined;
  const record = parse(text);
  if (isRecord(record)) return record;
  throw new TreeError(
    `${path}: is not a record of written files. Restore it from version control, or delete it together with the files ` +
      'of its folder that you did not write.',
  );
}

/** The text of a record. Keys inside `input` keep the order they were given in. */
export function recordText(files: Iterable<string>, input: unknown): string {
  return `${JSON.stringify({ files: [...files].sort(), input }, undefined, 2)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The paths are checked too: a record that came with a checkout must not make a run delete files elsewhere. */
function isRecord(value: unknown): value is FolderRecord {
  if (typeof value !== 'object' || value === null || !('files' in value)) return false;
  const { files } = value;
  return Array.isArray(files) && files.every((file) => typeof file === 'string' && pathFault(file) === undefined);
}
