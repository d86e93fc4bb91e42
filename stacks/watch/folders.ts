import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells of every change in a folder and in the folders right in it, those that come later included. Not Node's own way to look
 * into a whole tree, which on Linux loses sight of a file that an editor replaces by renaming another over it.
 */
export class Folders {
  private readonly watchers = new Map<string, FSWatcher>();

  constructor(
    private readonly roots: readonly string[],
    private readonly onChange: (path: string) => void,
  ) {
    for (const root of roots) this.watch(root);
    this.follow();
  }

  close(): void {
    for (const watcher of this.watchers.values()) watcher.close();
  }

  private follow(): void {
    const folders = this.roots.flatMap((root) => foldersIn(root));
    for (const folder of folders) if (!this.watchers.has(folder)) this.watch(folder);
    for (const [folder, watcher] of this.watchers) {
      if (this.roots.includes(folder) || folders.includes(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
  }

  private watch(folder: string): void {
    const watcher = watch(folder, (_event, file) => {
      if (this.roots.includes(folder)) this.follow();
      this.onChange(file === null ? folder : join(folder, file));
    });
    // A folder that goes away is told of by the one around it.
    watcher.on('error', () => watcher.close());
    this.watchers.set(folder, watcher);
  }
}

/** None of a root that is gone, as it is for a moment while another version is checked out. */
function foldersIn(root: string): string[] {
  return namesIn(root)
    .map((name) => join(root, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
