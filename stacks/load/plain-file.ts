import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Finding } from '../../policies/finding';

/** Bytes. Hundreds of times what people write; and hardly an object made of more would fit into a cluster. */
const LARGEST = 1024 * 1024;

const PLAIN = 'Make it a plain file that everybody may read.';

/** What keeps a file from being read, and what to do. */
export type Fault = Pick<Finding, 'problem' | 'fix'>;

/** The text of a file, or why there is none. */
export type PlainFile = { readonly text: string } | Fault;

/**
 * Reads a file of a folder that others write into. A link is followed while it stays in that folder: behind it may lie a file
 * of this machine, whose first words a message would show.
 */
export function readPlainFile(file: string, folder: string): PlainFile {
  try {
    if (leadsOut(file, folder)) {
      return { problem: `Is a link that leads out of ${folder}.`, fix: 'Put the file itself here.' };
    }
    return faultOf(file) ?? { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return unreadable(error);
  }
}

/** Why a file should not be opened: pipes and devices never end. */
export function faultOf(file: string): Fault | undefined {
  try {
    const status = statSync(file);
    if (!status.isFile()) return { problem: 'Is no plain file.', fix: PLAIN };
    if (status.size > LARGEST) return { problem: 'Is larger than 1 MiB.', fix: 'Leave out what belongs in an image.' };
    return undefined;
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Fault {
  const { code = 'unknown' } = error as NodeJS.ErrnoException;
  return { problem: `Cannot be read (${code}).`, fix: PLAIN };
}

/**
 * Whether this is a link to what does not lie in the folder.
 * @throws when it leads nowhere
 */
export function leadsOut(path: string, folder: string): boolean {
  if (!lstatSync(path).isSymbolicLink()) return false;
  const way = relative(realpathSync(folder), realpathSync(path));
  return way === '' || way === '..' || way.startsWith(`..${sep}`);
}
