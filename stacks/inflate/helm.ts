import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';

/** Runs helm with arguments and input, and returns what it prints; throws what `helmFailure` explains. */
export type Helm = (args: readonly string[], input: string) => string;

/**
 * The helm on the PATH. Nothing else of the surroundings is handed to it: whoever renders has no plugins, repositories or
 * cluster that could change what comes out.
 */
export const helmOnPath: Helm = (args, input) =>
  execFileSync('helm', [...args], {
    ...{ encoding: 'utf8', input, maxBuffer: 1 << 30, stdio: 'pipe' },
    env: { PATH: process.env.PATH, HOME: tmpdir() },
  });

/** Why helm printed nothing: it is not there, or what it said last. */
export function helmFailure(error: unknown): 'missing' | { readonly said: string } {
  const { code, stderr } = error as { code?: string; stderr?: string };
  if (code === 'ENOENT') return 'missing';
  return { said: (stderr ?? String(error)).trim().split('\n').at(-1) ?? '' };
}
