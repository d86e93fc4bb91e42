import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { commit, rollForward } from './journal';
import { kindOf } from './on-disk';
import { RECORD, recordText } from './record';
import { stage, stagedOf, withStaging } from './staging';
import { directoriesOf, pathFault, refuse } from './tree-path';
import { planTree, stepsOf, type Wanted } from './tree-plan';

export { type FolderRecord, readRecord } from './record';
export { TreeError } from './tree-path';

/** One compartment's part of the tree: every file that this run wants in it. */
export interface Folder {
  /** The folder's name, one segment: 'shop' → dist/prod/shop/. */
  readonly name: string;
  /** Text by path below the folder, '/' separated: 'boundary/Namespace.core.shop.yaml'. */
  readonly files: ReadonlyMap<string, string>;
  /** Plain JSON kept in the folder's record: what the compartment was last rendered from. @default - not recorded */
  readonly input?: unknown;
}

/** What a run did. Paths are relative to the root and sorted; the folders' records count like other files. */
export interface TreeChanges {
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: number;
}

/**
 * Makes the tree at `root` hold exactly the files of these folders, next to whatever else is there. Each folder gets a
 * record of its files; files in a record that are no longer wanted are deleted, with the directories this empties, and
 * so are whole recorded folders that are not among `folders`. Folders named in `held` stay as they are.
 *
 * A file in no record is never overwritten or deleted, but for those named in `beside`: they stand right in the root, with
 * their text. All changes are staged beside the tree first: a run that fails
 * before they are complete leaves the previous tree, and one cut off later is carried through by the next, which then
 * reports only what was still to do.
 *
 * It does not promise that a tree survives a power failure, does not see runs on other machines, and needs `root` and
 * its sibling `<root>.staging` on one file system.
 *
 * @throws when a path would leave its folder, a record is corrupt, something else is in the way of a file, a file or a
 * directory is a symbolic link, or another process is writing the same tree. Every problem found is in the one error.
 */
export function writeTree(
  root: string,
  folders: readonly Folder[],
  held: ReadonlySet<string> = new Set(),
  beside: ReadonlyMap<string, string> = new Map(),
): TreeChanges {
  const tree = treeAt(root);
  const wanted = wantedFiles(
    tree,
    folders.filter(({ name }) => !held.has(name)),
    beside,
  );
  return withStaging(tree, () => {
    rollForward(tree);
    const plan = planTree(tree, wanted, held);
    if (plan.writes.size + plan.removed.length > 0) {
      stage(tree, plan.writes);
      if (kindOf(tree) === undefined) fs.renameSync(stagedOf(tree), tree);
      else commit(tree, stepsOf(plan));
    }
    return { written: [...plan.writes.keys()].sort(), deleted: plan.removed, unchanged: plan.unchanged };
  });
}

/** The root by a name whose sibling is outside of it and on its file system: no slash at the end, no link. */
function treeAt(root: string): string {
  const tree = join(dirname(root), basename(root));
  refuse(pathFault(basename(tree)) === undefined ? [] : [`${root}: is not a directory's own name. Give its name.`]);
  return kindOf(tree) === 'link' ? fs.realpathSync(tree) : tree;
}

function wantedFiles(root: string, folders: readonly Folder[], beside: ReadonlyMap<string, string>): Wanted {
  const faults: string[] = [];
  const wanted = new Map<string, string>(beside);
  const fault = (path: string, wrong: string) =>
    faults.push(`${root}/${path}: ${wrong}. Name one file below its folder, with '/' between segments.`);
  for (const { name, files, input } of folders) {
    const wrong = name.includes('/') ? 'is a folder of more than one segment' : pathFault(name);
    if (wrong !== undefined) fault(name, wrong);
    if (wanted.has(`${name}/${RECORD}`)) fault(name, 'is the folder of two compartments');
    for (const [path, text] of files) {
      const wrong = pathFault(path);
      if (wrong === undefined) wanted.set(`${name}/${path}`, text);
      else fault(`${name}/${path}`, wrong);
    }
    if (files.has(RECORD)) fault(`${name}/${RECORD}`, 'is the place of the record');
    wanted.set(`${name}/${RECORD}`, recordText(files.keys(), input));
  }
  const directories = directoriesOf(wanted.keys());
  for (const path of directories) if (wanted.has(path)) fault(path, 'is the directory of another file');
  refuse(faults);
  return { files: wanted, directories, named: new Set(beside.keys()) };
}
