import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import type { BuildFailure } from 'esbuild';
import { type Environment, environmentSchema } from '../../constructs/environment';
import { formatPath } from '../../constructs/input/problem';
import { readInput } from '../../constructs/input/read-input';
import type { Finding } from '../../policies/finding';
import { faultOf } from './plain-file';

/** An environment as its file says it. */
export interface LoadedEnvironment {
  readonly name: string;
  /** Path of the file as people call it. */
  readonly file: string;
  /** There only if there are no findings. */
  readonly environment: Environment | undefined;
  /** Apps, `shop/web`, whose images the command line names. @default - none */
  readonly given?: readonly string[];
  readonly findings: readonly Finding[];
}

/** Files that share what several environments say start so, and are no environments themselves. */
const SHARED_PREFIX = '_';

/** Names of the environments in a folder: its TypeScript files but those that start with `_`. */
export function listEnvironments(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith(SHARED_PREFIX))
    .map((file) => basename(file, '.ts'))
    .sort();
}

/** Reads one environment: the default export of its file. What is wrong with it is told as findings. */
export function loadEnvironment(folder: string, name: string): LoadedEnvironment {
  const file = join(folder, `${name}.ts`);
  const broken = (...faults: readonly Fault[]): LoadedEnvironment => ({
    ...{ name, file, environment: undefined },
    findings: faults.map((fault) => ({ ...fault, rule: 'environment-files-are-valid', compartment: undefined })),
  });
  const fault = faultOf(file);
  if (fault) return broken({ object: file, path: '', ...fault });
  let input: unknown;
  try {
    input = evaluate(resolve(file));
  } catch (error) {
    return broken(...describeFailure(error, file));
  }
  if (input === undefined) {
    const fix = `Write "export default { … } satisfies EnvironmentInput;", or begin the file's name with "${SHARED_PREFIX}" if it is none.`;
    return broken({ object: file, path: '', problem: 'Has no default export.', fix });
  }
  const read = readInput(environmentSchema, input);
  if ('value' in read) return { name, file, environment: read.value, findings: [] };
  return broken(
    ...read.problems.map(({ path, problem, fix }) => ({ object: file, path: formatPath(path), problem, fix })),
  );
}

type Fault = Pick<Finding, 'object' | 'path' | 'problem' | 'fix'>;

/** Why a file came to no value: it, or a file that it imports, does not compile; or it throws. */
function describeFailure(error: unknown, file: string): Fault[] {
  if (isBuildFailure(error)) {
    return error.errors.map(({ text, location }) => ({
      object: location ? `${join(dirname(file), location.file)}:${location.line}` : file,
      ...{ path: '', problem: `Does not compile: ${text}.`, fix: 'Correct this line.' },
    }));
  }
  const [message = ''] = messageOf(error).trim().split('\n');
  const problem = `Throws when it is read: ${message.replace(/[.]*$/, '.')}`;
  return [{ object: file, path: '', problem, fix: 'Correct it, or write the value itself.' }];
}

/** Whoever throws in another realm, as tests and workers do, throws no `Error` of ours. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors);
}

/** The default export of a TypeScript file. */
function evaluate(entry: string): unknown {
  const module: { exports: { default?: unknown } } = { exports: {} };
  new Function('module', 'exports', 'require', compile(entry))(module, module.exports, createRequire(entry));
  return module.exports.default;
}

interface CachedBundle {
  /** Modification time and size of every file that went in. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly code: string;
}

/** The file and what it imports as one script. Kept until one of them changes, so that most runs need no compiler. */
function compile(entry: string): string {
  const cache = join('node_modules', '.cache', 'bulkhead', `${entry.replaceAll(/[^\w.]+/g, '-')}.json`);
  const cached = readCache(cache);
  if (
    cached &&
    Object.hasOwn(cached.inputs, entry) &&
    Object.entries(cached.inputs).every(([file, stamp]) => stampOf(file) === stamp)
  )
    return cached.code;
  const bundle = bundleOf(entry);
  writeCache(cache, bundle);
  return bundle.code;
}

function bundleOf(entry: string): CachedBundle {
  const { buildSync } = require('esbuild') as typeof import('esbuild');
  const { outputFiles, metafile } = buildSync({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs).map((file) => resolve(dirname(entry), file));
  return {
    inputs: Object.fromEntries(inputs.map((file) => [file, stampOf(file)])),
    code: outputFiles[0]?.text ?? '',
  };
}

function readCache(cache: string): CachedBundle | undefined {
  try {
    return JSON.parse(readFileSync(cache, 'utf8')) as CachedBundle;
  } catch {
    return undefined;
  }
}

/** Without a place to keep it, the next run compiles again. */
function writeCache(cache: string, bundle: CachedBundle): void {
  try {
    mkdirSync(dirname(cache), { recursive: true });
    writeFileSync(cache, JSON.stringify(bundle));
  } catch {
    return;
  }
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : 'missing';
}
