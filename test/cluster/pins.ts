import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './cache';
import { go, moduleFile, requiredVersion } from './go';
import { defaultMinor, kubernetesReleases, type Minor } from './versions';

/** The module that holds Kubernetes' commands. */
const kubernetes = 'k8s.io/kubernetes';

const kubernetesCommands = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];

/** The pinned module folder of a tool; for Kubernetes, the one of the minor: the committed one, or one derived into the cache. */
export async function toolFolder(tool: string, minor: Minor = defaultMinor): Promise<string> {
  const committed = join(__dirname, 'tools', tool);
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

/** A short digest of a module folder's pins and of whatever else decides about the result. */
export function fingerprint(folder: string, ...more: readonly string[]): string {
  const hash = createHash('sha256').update(more.join());
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
