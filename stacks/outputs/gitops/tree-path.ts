import { type Kind, kindOf } from './on-disk';

/** What is wrong with a '/' separated path below a folder, or undefined when it names one file there on every system. */
export function pathFault(path: string): string | undefined {
  if (path.includes('\\')) return 'has a backslash';
  if (path.startsWith('/')) return 'is absolute';
  return /(?:^|\/)\.{0,2}(?:\/|$)/.test(path) ? "has a segment that is empty, '.' or '..'" : undefined;
}

/** The directory of a path, '' at the top: 'shop/boundary/a.yaml' → 'shop/boundary'. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Every directory on the way to these paths: 'shop/boundary/a.yaml' → 'shop/boundary', 'shop'. */
export function directoriesOf(paths: Iterable<string>): Set<string> {
  const found = new Set<string>();
  for (const path of paths) {
    for (let at = parentOf(path); at !== '' && !found.has(at); at = parentOf(at)) found.add(at);
  }
  return found;
}

/** What stands on disk where these directories are expected; nothing is looked for behind a link or a file. */
export function survey(root: string, directories: Iterable<string>): Map<string, Kind> {
  const found = new Map<string, Kind>();
  for (const directory of [...directories].sort()) {
    const parent = parentOf(directory);
    if (parent !== '' && found.get(parent) !== 'directory') continue;
    const kind = kindOf(`${root}/${directory}`);
    if (kind !== undefined) found.set(directory, kind);
  }
  return found;
}

/** The complaint about a symbolic link where a directory is expected. */
export function linkFault(path: string): string {
  return `${path}: is a symbolic link, and nothing is written or deleted through one. Replace it with a directory.`;
}

/** A tree that cannot be written as it stands on disk. Its message says where, what and what to do. */
export class TreeError extends Error {
  override readonly name = 'TreeError';
}

/** Throws one error that lists all faults, sorted; returns when there are none. */
export function refuse(faults: readonly string[]): void {
  if (faults.length > 0) throw new TreeError([...new Set(faults)].sort().join('\n'));
}
