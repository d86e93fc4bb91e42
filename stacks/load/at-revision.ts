import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../exit';

/**
 * The folder of the environments as it was: `from` itself if it is one, else as git has it at that revision. Files are taken
 * out once per commit, below node_modules, so that they find what they import there.
 * @throws {UsageError} when it is neither, or there is no git
 */
export function environmentsAt(from: string, environments: string): string {
  if (statSync(from, { throwIfNoEntry: false })?.isDirectory()) return from;
  try {
    return checkedOut(from, environments);
  } catch {
    throw new UsageError(`--from ${from}: This is no folder, and git knows no such revision of ${environments}.`);
  }
}

function checkedOut(revision: string, environments: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
  const root = git('rev-parse', '--show-toplevel');
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`);
  const folder = resolve('node_modules', '.cache', 'bulkhead', 'revisions', commit);
  const wanted = join(folder, relative(root, resolve(environments)));
  if (existsSync(wanted)) return wanted;
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['-C', root, 'archive', commit, relative(root, resolve(environments))], {
    maxBuffer: 1 << 30,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  return wanted;
}
