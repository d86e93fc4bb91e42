import { join } from 'node:path';
import type { Finding } from '../../policies/finding';
import { isDiskFault } from '../disk-fault';
import { emitYaml, type Json } from '../emit/yaml';
import { UsageError } from '../exit';
import { chartsIn, inflate } from '../inflate/inflate';
import { earlierIn, NOTHING_EARLIER } from '../load/earlier';
import type { LoadedEnvironment } from '../load/environments';
import type { LoadedTenant } from '../load/tenants';
import { loadWorkspace, type Workspace, type WorkspaceOptions } from '../load/workspace';
import { gitopsTree } from '../outputs/gitops/tree';
import { writeTree } from '../outputs/gitops/write-tree';
import { passageFiles } from '../outputs/passages';
import { manifestsOf } from '../plan';
import { type Rendering, render } from '../render';
import { today } from '../today';
import { exitCodeOf, tellFindings } from './outcome';

export interface SynthOptions extends WorkspaceOptions {
  /** Folder for the trees, or `-` for stdout. */
  readonly out: string;
  /** Folder of the vendored charts. @default 'charts' */
  readonly charts?: string;
  /** Apps, `shop/web`, whose ways of rolling out were switched in the cluster. @default - none */
  readonly switched?: readonly string[];
  /** Stays, and renders again whenever a file changes. */
  readonly watch?: boolean;
}

export const STDOUT = '-';

/** Renders environments into their trees and says what it did. Returns the exit code. */
export function synth(names: readonly string[], options: SynthOptions): number {
  const { environments, tenants } = loadWorkspace(names, options);
  for (const app of options.switched ?? []) requireApp(app, { environments, tenants }, options.out);
  // As an unset variable of a script leaves it: the tree would lie in the midst of whatever is here.
  if (options.out === '') throw new UsageError('--out is empty. Name a folder for the trees.');
  if (options.out === STDOUT && environments.length !== 1) {
    throw new UsageError('--out - prints one environment. Name which: bulkhead synth prod --out -');
  }
  const renderings = environments.map((environment) => {
    const rendering =
      options.out === STDOUT ? print(environment, tenants, options) : write(environment, tenants, options);
    process.stderr.write(`${rendering.summary}\n`);
    return rendering;
  });
  tellFindings(renderings);
  return exitCodeOf(renderings);
}

/** An app that is to be switched is one of a tenant, or was when a tree was last rendered, or may be in a file that is not sound. */
function requireApp(app: string, { environments, tenants }: Workspace, out: string): void {
  const [, owner = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(app) ?? [];
  if (owner === '') throw new UsageError(`--switched names an app by its tenant, as in shop/web, not "${app}".`);
  const words = environments.map((environment) => earlierIn(join(out, environment.name)).wordOf(owner));
  const tenant = tenants.find((each) => each.name === owner);
  const specs = [tenant?.spec ?? tenant?.sound?.spec, ...words].filter((spec) => typeof spec === 'object');
  if (specs.some(({ apps }) => apps.some((each) => each.name === name))) return;
  if (tenant && !tenant.spec && (tenant.sound?.mayHave(name) ?? true)) return;
  throw new UsageError(`--switched ${app}: There is no such app, and was none when it was last rendered.`);
}

/** What came of one environment, and what was done about it, in a line. */
export interface Outcome extends Rendering {
  readonly summary: string;
}

function print(environment: LoadedEnvironment, tenants: readonly LoadedTenant[], { charts }: SynthOptions): Outcome {
  const rendering = inflate(environment, render(environment, tenants, NOTHING_EARLIER, today()), chartsIn(charts));
  const manifests = rendering.plan ? manifestsOf(rendering.plan) : [];
  process.stdout.write(manifests.map((manifest) => `---\n${emitYaml(manifest as Json)}`).join(''));
  return { ...rendering, summary: describe(rendering) };
}

/** Writes one environment. A tree that cannot be written stops its own environment, and no other. */
export function write(
  environment: LoadedEnvironment,
  tenants: readonly LoadedTenant[],
  { out, switched = [], charts }: SynthOptions,
): Outcome {
  const root = join(out, environment.name);
  const rendered = render(environment, tenants, { ...earlierIn(root), switched }, today());
  const rendering = inflate(environment, rendered, chartsIn(charts));
  if (!rendering.plan) return { ...rendering, summary: describe(rendering) };
  try {
    const { plan, inputs, proof } = rendering;
    // Beside the folders of the compartments: who reaches whom, for whoever reviews the change.
    const passages = proof && passageFiles(environment.name, proof);
    const { written, deleted, unchanged } = writeTree(root, gitopsTree(plan, inputs), undefined, passages);
    const changes = `${written.length} files written, ${deleted.length} deleted, ${unchanged} unchanged`;
    return { ...rendering, summary: `${describe(rendering)} → ${root}: ${changes}` };
  } catch (error) {
    if (!isDiskFault(error)) throw error;
    const stopped = { ...rendering, plan: undefined, findings: [...rendering.findings, ...treeFindings(error, root)] };
    return { ...stopped, summary: describe(stopped) };
  }
}

function treeFindings(error: Error, root: string): Finding[] {
  const rule = 'trees-can-be-written';
  return error.message
    .split('\n')
    .map((problem) => ({ rule, object: root, path: '', problem, fix: '', compartment: undefined }));
}

/** `prod: 5 compartments, 106 objects; held at its last good word: shop`. */
function describe({ name, plan, held, inputs }: Rendering): string {
  if (!plan) return `${name}: broken, nothing written`;
  const kept = [...held].filter((tenant) => inputs.has(tenant)).sort();
  const absent = [...held].filter((tenant) => !inputs.has(tenant)).sort();
  return [
    `${name}: ${plan.compartments.length} compartments, ${manifestsOf(plan).length} objects`,
    ...(kept.length > 0 ? [`held at their last good word: ${kept.join(', ')}`] : []),
    ...(absent.length > 0 ? [`not rendered, and never was: ${absent.join(', ')}`] : []),
  ].join('; ');
}
