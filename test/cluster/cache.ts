import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What this process has made or is making. */
const making = new Map<string, Promise<string>>();

/**
 * The path of a file or folder that is made at its first use and then kept, under `$BULKHEAD_CACHE` or `~/.cache/bulkhead`.
 *
 * It is made under another name, then renamed, so that it is there complete or not at all. When two processes make it at once,
 * both end with the same one.
 */
export function makeOnce(place: string, make: (draft: string) => Promise<void>): Promise<string> {
  const target = join(process.env.BULKHEAD_CACHE ?? join(homedir(), '.cache', 'bulkhead'), place);
  const made = making.get(target) ?? makeAt(target, make);
  making.set(target, made);
  return made;
}

async function makeAt(target: string, make: (draft: string) => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const draft = `${target}.${process.pid}`;
  try {
    await make(draft);
    renameSync(draft, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}
