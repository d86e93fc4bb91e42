import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const goIsMissing =
  'Go 1.26 or newer is missing: install it from https://go.dev/dl and put its bin folder on the PATH; binaries that lie in ' +
  'the folder KUBEBUILDER_ASSETS need no build, but the CRDs come from Go modules all the same.';

/** What a finished `go` command said. */
interface GoResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The part of `go mod download -json` that the harness reads. */
interface Download {
  readonly Error?: string;
  readonly GoMod?: string;
}

/**
 * Runs `go` in a module folder and returns its standard output.
 *
 * The installed toolchain is used as it is: nothing here downloads another one.
 *
 * @throws when Go is not installed, or with the last lines that the command said
 */
export async function go(folder: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runGo(folder, args);
  if (code === 0) return stdout;
  throw new Error(`go ${args.join(' ')} failed in ${folder}:\n${stderr.trimEnd().split('\n').slice(-20).join('\n')}`);
}

/**
 * The folder of a module's source files in the module cache, downloaded once and verified against the module folder's go.sum.
 *
 * @throws when Go is not installed or the module cannot be had
 */
export async function moduleSource(folder: string, module: string): Promise<string> {
  const release = `${module}@${requiredVersion(folder, module)}`;
  const [download, cache] = await Promise.all([downloadModule(folder, release), go(folder, 'env', 'GOMODCACHE')]);
  const source = join(cache.trim(), release);
  // A module that wants a newer Go than ours is reported as an error, yet its files are there and were verified.
  if (download.Error !== undefined && !(download.Error.includes('requires go') && existsSync(source))) {
    throw new Error(`${release} cannot be downloaded: ${download.Error}`);
  }
  return source;
}

/**
 * Reads a release's own go.mod, as text.
 *
 * @throws when Go is not installed or the module cannot be had
 */
export async function moduleFile(folder: string, release: string): Promise<string> {
  const download = await downloadModule(folder, release);
  if (download.GoMod === undefined) throw new Error(`${release} cannot be downloaded: ${download.Error}`);
  return readFileSync(download.GoMod, 'utf8');
}

/**
 * The version of a module that a folder's go.mod requires, with its `v`.
 *
 * @throws when the go.mod does not require the module
 */
export function requiredVersion(folder: string, module: string): string {
  const words = readFileSync(join(folder, 'go.mod'), 'utf8').split(/\s+/);
  const version = words.find((_, index) => words[index - 1] === module && words[index]?.startsWith('v'));
  if (version === undefined) throw new Error(`${folder}/go.mod does not require ${module}.`);
  return version;
}

async function downloadModule(folder: string, release: string): Promise<Download> {
  const { stdout, stderr } = await runGo(folder, ['mod', 'download', '-json', release]);
  if (stdout === '') throw new Error(`${release} cannot be downloaded: ${stderr.trimEnd()}`);
  return JSON.parse(stdout) as Download;
}

async function runGo(folder: string, args: readonly string[]): Promise<GoResult> {
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' };
  try {
    const { stdout, stderr } = await execute('go', args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (!isFailedCommand(error)) throw error;
    if (error.code === 'ENOENT') throw new Error(goIsMissing, { cause: error });
    return { code: 1, stdout: error.stdout, stderr: error.stderr };
  }
}

/** What `execFile` throws. No `instanceof`: under jest the engine's own errors belong to another realm. */
interface FailedCommand {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function isFailedCommand(error: unknown): error is FailedCommand {
  return typeof error === 'object' && error !== null && 'code' in error && 'stdout' in error;
}
