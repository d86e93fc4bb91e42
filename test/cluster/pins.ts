import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './cache';
import { go, moduleFile, requiredVersion } from './go';
import { defaultMinor, kubernetesReleases, type Minor } from './versions';

/** The module that holds Kubernetes' commands. */
const kubernetes = 'k8s.io/kubernetes';

const kubernetesCommands = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];

/**
 * The pinned module folder of a tool: the committed one, or one derived into the cache. Derived are the collector's, whose program
 * is generated, and Kubernetes' for every minor but the default one.
 */
export async function toolFolder(tool: string, minor: Minor = defaultMinor): Promise<string> {
  const committed = join(__dirname, 'tools', tool);
  if (tool === 'collector') {
    return makeOnce(join('modules', `collector-${fingerprint(committed)}`), (draft) =>
      generateCollector(committed, draft),
    );
  }
  const release = `v${kubernetesReleases[minor]}`;
  if (tool !== 'kubernetes' || requiredVersion(committed, kubernetes) === release) return committed;

  return makeOnce(join('modules', `kubernetes-${release}`), (draft) => {
    mkdirSync(draft);
    return pinKubernetes(draft, release);
  });
}

/**
 * Writes the go.mod and go.sum that build one Kubernetes release.
 *
 * Kubernetes replaces its staging modules by folders of its own repository; outside of it each is replaced by its published
 * release, whose number is the same with a leading 0 in place of the 1.
 *
 * @throws when Go is missing or the release cannot be had
 */
export async function pinKubernetes(folder: string, release: string): Promise<void> {
  const upstream = await moduleFile(folder, `${kubernetes}@${release}`);
  const staged = [...upstream.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map(([, module]) => module);
  const lines = [
    'module bulkhead.dev/cluster/kubernetes',
    /^go .*$/m.exec(upstream)?.[0] ?? '',
    /^godebug (\([^)]*\)|.*)$/m.exec(upstream)?.[0] ?? '',
    `tool (\n${kubernetesCommands.map((command) => `\t${kubernetes}/cmd/${command}\n`).join('')})`,
    `require ${kubernetes} ${release}`,
    `replace (\n${staged.map((module) => `\t${module} => ${module} ${release.replace('v1.', 'v0.')}\n`).join('')})`,
  ];
  writeFileSync(join(folder, 'go.mod'), `${lines.filter((line) => line !== '').join('\n\n')}\n`);
  rmSync(join(folder, 'go.sum'), { force: true });
  await go(folder, 'mod', 'tidy');
}

/**
 * Lets the collector's own builder write the program that `builder.yaml` describes. The builder would look up the modules anew;
 * the committed go.mod and go.sum take the place of what it writes.
 *
 * @throws when Go is missing or a module cannot be had
 */
async function generateCollector(committed: string, folder: string): Promise<void> {
  cpSync(committed, folder, { recursive: true });
  await go(folder, 'tool', 'builder', '--config=builder.yaml', '--skip-compilation', '--skip-get-modules');
  cpSync(committed, folder, { recursive: true });
}

/** A short digest of a module folder's files, its pins above all, and of whatever else decides about the result. */
export function fingerprint(folder: string, ...more: readonly string[]): string {
  const hash = createHash('sha256').update(more.join());
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
