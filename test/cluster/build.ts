import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { makeOnce } from './cache';
import { go, requiredVersion } from './go';
import { fingerprint, toolFolder } from './pins';
import { defaultMinor, type Minor } from './versions';

/** How one binary is built: from which pinned module folder, which package, and how long that takes on two cores. */
interface Recipe {
  readonly tool: string;
  readonly module: string;
  readonly package: string;
  readonly usually: string;
}

const kubernetes = { tool: 'kubernetes', module: 'k8s.io/kubernetes' };

const recipes = {
  'kube-apiserver': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-apiserver', usually: '4 minutes' },
  'kube-controller-manager': {
    ...kubernetes,
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
    usually: '1 minute',
  },
  'kube-scheduler': { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kube-scheduler', usually: '20 seconds' },
  kubectl: { ...kubernetes, package: 'k8s.io/kubernetes/cmd/kubectl', usually: '1 minute' },
  etcd: {
    tool: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    package: 'go.etcd.io/etcd/server/v3',
    usually: '40 seconds',
  },
  kwok: { tool: 'kwok', module: 'sigs.k8s.io/kwok', package: 'sigs.k8s.io/kwok/cmd/kwok', usually: '1 minute' },
  'kustomize-controller': {
    tool: 'kustomize-controller',
    module: 'github.com/fluxcd/kustomize-controller',
    package: 'github.com/fluxcd/kustomize-controller',
    usually: '4 minutes',
  },
  'controller-gen': {
    tool: 'controller-gen',
    module: 'sigs.k8s.io/controller-tools',
    package: 'sigs.k8s.io/controller-tools/cmd/controller-gen',
    usually: '30 seconds',
  },
  flagger: {
    tool: 'flagger',
    module: 'github.com/fluxcd/flagger',
    package: 'github.com/fluxcd/flagger/cmd/flagger',
    usually: '90 seconds',
  },
  helm: { tool: 'helm', module: 'helm.sh/helm/v4', package: 'helm.sh/helm/v4/cmd/helm', usually: '4 minutes' },
  // Named as upstream's release of it, so that one of those can be given instead.
  'otelcol-contrib': {
    tool: 'collector',
    module: 'go.opentelemetry.io/collector/otelcol',
    package: 'bulkhead.dev/cluster/collector',
    usually: '10 minutes',
  },
  pulumi: {
    tool: 'pulumi',
    module: 'github.com/pulumi/pulumi/pkg/v3',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    usually: '2 minutes',
  },
} satisfies Record<string, Recipe>;

/** A program that the harness can build. */
export type Binary = keyof typeof recipes;

/**
 * The path of a binary: the one in `KUBEBUILDER_ASSETS` if that folder has it, otherwise one built from its pinned Go module.
 *
 * A build happens once: its result is kept in the cache, keyed by version and by everything that went into it. The Kubernetes
 * binaries of `KUBEBUILDER_ASSETS` are used only for the minor that its kube-apiserver reports.
 *
 * @throws when the binary must be built and Go is missing, or when the build fails
 */
export async function binary(name: Binary, minor: Minor = defaultMinor): Promise<string> {
  const given = assetNamed(name, minor);
  if (given !== undefined) return given;

  const recipe: Recipe = recipes[name];
  const folder = await toolFolder(recipe.tool, minor);
  const version = requiredVersion(folder, recipe.module);
  const linker = linkerFlags(recipe.tool, version);
  const place = join('bin', `${recipe.tool}-${version}-${fingerprint(folder, linker)}`, name);
  return makeOnce(place, (draft) => build(recipe, folder, version, linker, draft));
}

async function build(recipe: Recipe, folder: string, version: string, linker: string, output: string): Promise<void> {
  await go(folder, 'version'); // Before a build is announced that cannot be.
  const what = `${recipe.package} ${version}`;
  say(`building ${what}; this happens once and usually takes ${recipe.usually}`);
  const begin = Date.now();
  await go(folder, 'build', '-mod=readonly', '-trimpath', '-ldflags', linker, '-o', output, recipe.package);
  say(`built ${what} in ${Math.round((Date.now() - begin) / 1000)} s`);
}

/** Kubernetes and Pulumi learn their versions only from the linker; without these flags they name no release. */
function linkerFlags(tool: string, version: string): string {
  const variables = Object.entries(versionVariables(tool, version));
  return ['-s -w', ...variables.map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

function versionVariables(tool: string, version: string): Readonly<Record<string, string | undefined>> {
  if (tool === 'pulumi') return { 'github.com/pulumi/pulumi/sdk/v3/go/common/version.Version': version };
  if (tool !== kubernetes.tool) return {};
  const [major, minor] = version.slice(1).split('.');
  const from = 'k8s.io/component-base/version';
  return { [`${from}.gitVersion`]: version, [`${from}.gitMajor`]: major, [`${from}.gitMinor`]: minor };
}

function assetNamed(name: Binary, minor: Minor): string | undefined {
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets === undefined || !isExecutable(join(assets, name))) return undefined;
  if (recipes[name].tool === kubernetes.tool && !reportsMinor(assets, minor)) return undefined;
  return join(assets, name);
}

function reportsMinor(assets: string, minor: Minor): boolean {
  const server = join(assets, 'kube-apiserver');
  if (!isExecutable(server)) return false;
  return execFileSync(server, ['--version'], { encoding: 'utf8' }).startsWith(`Kubernetes v${minor}.`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function say(sentence: string): void {
  process.stderr.write(`cluster: ${sentence}\n`);
}
