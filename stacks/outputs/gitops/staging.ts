import fs from 'node:fs';
import { kindOf, tolerate } from './on-disk';
import { directoriesOf, linkFault, refuse } from './tree-path';

/** The folder beside a tree in which a run prepares its changes: on the same file system, so that a file can be renamed. */
export const stagingOf = (root: string) => `${root}.staging`;

/** Where the staged files wait, at the paths that they will have below the root. */
export const stagedOf = (root: string) => `${stagingOf(root)}/tree`;

/** There once the staged changes are complete; from then on they are carried through, by this run or the next. */
export const journalOf = (root: string) => `${stagingOf(root)}/journal.json`;

/** Where the journal is written before it is renamed into place. */
export const draftOf = (root: string) => `${journalOf(root)}.draft`;

/**
 * Runs an operation while no other process of this machine does so for the same root. Afterwards the staging folder is
 * gone, unless it holds a journal.
 *
 * Each process puts its own file there before it looks for others: of two that start together, at least one sees the
 * other, and the file of a dead process needs no taking over.
 *
 * @throws when another living process has its file there, with its id, or when the staging folder is a symbolic link.
 */
export function withStaging<T>(root: string, operation: () => T): T {
  const mine = `pid-${process.pid}`;
  refuse(kindOf(stagingOf(root)) === 'link' ? [linkFault(stagingOf(root))] : []);
  fs.mkdirSync(stagingOf(root), { recursive: true });
  fs.writeFileSync(`${stagingOf(root)}/${mine}`, '');
  try {
    const others = fs.readdirSync(stagingOf(root)).filter((name) => /^pid-\d+$/.test(name) && name !== mine);
    refuse(others.filter(isAlive).map((name) => busyFault(root, name)));
    for (const name of others) fs.rmSync(`${stagingOf(root)}/${name}`, { force: true });
    return stageAlone(root, operation);
  } finally {
    fs.rmSync(`${stagingOf(root)}/${mine}`, { force: true });
    tolerate(['ENOTEMPTY', 'EEXIST', 'ENOENT'], () => fs.rmdirSync(stagingOf(root)));
  }
}

/** Writes files to the staging folder. */
export function stage(root: string, files: ReadonlyMap<string, string>): void {
  const staged = stagedOf(root);
  fs.mkdirSync(staged, { recursive: true });
  for (const directory of [...directoriesOf(files.keys())].sort()) fs.mkdirSync(`${staged}/${directory}`);
  for (const [path, text] of files) fs.writeFileSync(`${staged}/${path}`, text);
}

/** Removes staged files that no journal promises to carry through. */
export function discard(root: string): void {
  if (fs.existsSync(journalOf(root))) return;
  fs.rmSync(draftOf(root), { force: true });
  fs.rmSync(stagedOf(root), { recursive: true, force: true });
}

function stageAlone<T>(root: string, operation: () => T): T {
  try {
    return operation();
  } finally {
    discard(root);
  }
}

function isAlive(name: string): boolean {
  const pid = Number(name.slice('pid-'.length));
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, and it belongs to somebody else.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function busyFault(root: string, name: string): string {
  return (
    `${stagingOf(root)}/${name}: process ${name.slice('pid-'.length)} is writing ${root} now. ` +
    'Wait until it ends; if that process is something else, delete this file.'
  );
}
