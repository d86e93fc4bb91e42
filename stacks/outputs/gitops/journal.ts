import fs from 'node:fs';
import { kindOf, readText, tolerate } from './on-disk';
import { discard, draftOf, journalOf, stagedOf } from './staging';
import { directoriesOf, linkFault, pathFault, refuse, survey, TreeError } from './tree-path';

/** What a step does at its path. Each may be repeated: after a cut, the next run repeats all steps from the first. */
const VERBS = {
  /** Makes the directory. */
  make: (root: string, path: string) => fs.mkdirSync(`${root}/${path}`, { recursive: true }),
  /** Renames the staged file into the tree; one that is not staged any more was moved before the cut. */
  move: (root: string, path: string) =>
    tolerate(['ENOENT'], () => fs.renameSync(`${stagedOf(root)}/${path}`, `${root}/${path}`)),
  /** Deletes the file; a directory there was made by a later step, before the cut. */
  remove: (root: string, path: string) => {
    const kind = kindOf(`${root}/${path}`);
    if (kind !== undefined && kind !== 'directory') fs.unlinkSync(`${root}/${path}`);
  },
  /** Removes the directory if it is empty. */
  prune: (root: string, path: string) =>
    tolerate(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], () => fs.rmdirSync(`${root}/${path}`)),
} as const;

/** One file operation below the root. */
export type Step = readonly [verb: keyof typeof VERBS, path: string];

/** Carries the steps through. Cut off before the journal is in place, nothing has changed; after, `rollForward` ends it. */
export function commit(root: string, steps: readonly Step[]): void {
  fs.writeFileSync(draftOf(root), JSON.stringify(steps), { flush: true });
  fs.renameSync(draftOf(root), journalOf(root));
  apply(root, steps);
}

/**
 * Ends what an earlier run began: with a journal all its steps are carried through, without one its staged files are
 * discarded.
 *
 * @throws when the journal was altered, or when a directory of the tree has become a symbolic link.
 */
export function rollForward(root: string): void {
  const text = readText(journalOf(root));
  if (text !== undefined) {
    const steps = parse(root, text);
    const kinds = survey(root, directoriesOf(steps.map(([, path]) => path)));
    refuse([...kinds].filter(([, kind]) => kind === 'link').map(([path]) => linkFault(`${root}/${path}`)));
    apply(root, steps);
  }
  discard(root);
}

function apply(root: string, steps: readonly Step[]): void {
  for (const [verb, path] of steps) VERBS[verb](root, path);
  fs.unlinkSync(journalOf(root));
}

function parse(root: string, text: string): readonly Step[] {
  try {
    const steps: unknown = JSON.parse(text);
    if (Array.isArray(steps) && steps.every(isStep)) return steps;
  } catch {
    // Not JSON: the same fault.
  }
  throw new TreeError(
    `${journalOf(root)}: is not a journal. Delete it, restore ${root} from version control, and run again.`,
  );
}

function isStep(value: unknown): value is Step {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [verb, path]: unknown[] = value;
  return typeof verb === 'string' && Object.hasOwn(VERBS, verb) && typeof path === 'string' && !pathFault(path);
}
