import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { binary } from '../build';

const execute = promisify(execFile);

/** What the real collector says against a configuration, or undefined if it accepts it. It reads it and starts nothing. */
export async function complaintAbout(configuration: string): Promise<string | undefined> {
  const collector = await binary('otelcol-contrib');
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-collector-'));
  const file = join(folder, 'config.yaml');
  try {
    writeFileSync(file, configuration);
    await execute(collector, ['validate', `--config=${file}`], { env: { NODE_NAME: 'node-a' } });
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An exit code of its own. A collector that could not be run, or was killed, refused nothing. */
function isRefusal(error: unknown): error is { readonly code: number; readonly stderr: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}
