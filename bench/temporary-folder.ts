import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory where the system has such a place: a busy disk would be most of what is measured. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Runs something in an empty folder, which is gone afterwards. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(PLACE, 'bulkhead-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
