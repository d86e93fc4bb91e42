import { join } from 'node:path';
import { tenantSpecSchema } from '../../constructs/tenant-spec';
import { emitYaml, type Json } from '../emit/yaml';
import { UsageError } from '../exit';
import { loadWorkspace, type WorkspaceOptions } from '../load/workspace';
import { gitopsTree } from '../outputs/gitops/tree';
import { readRecord, writeTree } from '../outputs/gitops/write-tree';
import { manifestsOf } from '../plan';
import { type LastGood, type Rendering, render } from '../render';
import { exitCodeOf, tellFindings } from './outcome';

export interface SynthOptions extends WorkspaceOptions {
  /** Folder for the trees, or `-` for stdout. */
  readonly out: string;
}

const STDOUT = '-';

/** Renders environments into their trees and says what it did. Returns the exit code. */
export function synth(names: readonly string[], options: SynthOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  if (options.out === STDOUT && environments.length !== 1) {
    throw new UsageError('--out - prints one environment. Name which: bulkhead synth prod --out -');
  }
  const renderings = environments.map((environment) => {
    const root = join(options.out, environment.name);
    const rendering = render(environment, tenants, options.out === STDOUT ? () => undefined : lastGoodIn(root));
    process.stderr.write(`${output(rendering, root, options.out)}\n`);
    return rendering;
  });
  tellFindings(renderings);
  return exitCodeOf(renderings);
}

/** What each tenant was last rendered from is kept with its output. */
function lastGoodIn(root: string): LastGood {
  return (tenant) => {
    const read = tenantSpecSchema.safeParse(readRecord(root, tenant)?.input);
    return read.success ? read.data : undefined;
  };
}

/** Writes one environment and says so in a line. */
function output(rendering: Rendering, root: string, out: string): string {
  const { name, plan, held, inputs } = rendering;
  if (!plan) return `${name}: broken, nothing written`;
  const manifests = manifestsOf(plan);
  const what = `${name}: ${plan.compartments.length} compartments, ${manifests.length} objects`;
  if (out === STDOUT) {
    process.stdout.write(manifests.map((manifest) => `---\n${emitYaml(manifest as Json)}`).join(''));
    return what;
  }
  const { written, deleted, unchanged } = writeTree(root, gitopsTree(plan, inputs), held);
  const kept = held.size > 0 ? `; kept as they are: ${[...held].sort().join(', ')}` : '';
  return `${what} → ${root}: ${written.length} files written, ${deleted.length} deleted, ${unchanged} unchanged${kept}`;
}
