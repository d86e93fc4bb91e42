import { statSync } from 'node:fs';
import { closest } from '../../constructs/input/did-you-mean';
import { UsageError } from '../exit';
import { type LoadedEnvironment, listEnvironments, loadEnvironment } from './environments';
import { withGivenImages } from './given-images';
import { type LoadedTenant, loadTenants } from './tenants';

/** The folder of the tenants where none is named. */
export const TENANTS_FOLDER = 'tenants';

export interface WorkspaceOptions {
  /** Folder of the tenants. */
  readonly tenants: string;
  /** Folder of the environments. */
  readonly environments: string;
  /** Images by app, `shop/web=…`, of those that leave theirs open. @default - none */
  readonly image?: readonly string[];
}

/** Everything that is read from disk before anything is rendered. */
export interface Workspace {
  readonly environments: readonly LoadedEnvironment[];
  readonly tenants: readonly LoadedTenant[];
}

/**
 * Reads the named environments, or all of them, and every tenant.
 * @throws {UsageError} when a folder is missing, an environment is not there, or an image is none
 */
export function loadWorkspace(names: readonly string[], options: WorkspaceOptions): Workspace {
  const { tenants, environments, image = [] } = options;
  for (const [folder, option] of [
    [environments, '--environments'],
    [tenants, '--tenants'],
  ] as const) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      throw new UsageError(`There is no folder ${folder}. Name it with ${option}.`);
  }
  const known = listEnvironments(environments);
  if (known.length === 0)
    throw new UsageError(`There is no environment in ${environments}. Write one, for example ${environments}/dev.ts.`);
  for (const name of names) if (!known.includes(name)) throw new UsageError(unknownEnvironment(name, known));
  const wanted = names.length === 0 ? known : [...new Set(names)];
  return {
    environments: wanted.map((name) => withGivenImages(loadEnvironment(environments, name), image)),
    tenants: loadTenants(tenants),
  };
}

function unknownEnvironment(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return `There is no environment "${name}". ${meant ? `Did you mean "${meant}"?` : `There are: ${known.join(', ')}.`}`;
}
