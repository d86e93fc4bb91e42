import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { binary } from './build';
import { makeOnce } from './cache';
import type { Client, Named } from './client';
import { eventually } from './eventually';
import { moduleSource, requiredVersion } from './go';
import { fingerprint, toolFolder } from './pins';

const execute = promisify(execFile);

const EXTERNAL_SECRETS = 'github.com/external-secrets/external-secrets';

/**
 * Where each component keeps its CRDs: a file or a folder of its Go module. The versions are those of `tools/crds/go.mod`; for
 * HelmRelease, of which only the Go types are to be had, those of `tools/controller-gen/go.mod`.
 */
const sources = {
  istio: ['istio.io/api', 'kubernetes/customresourcedefinitions.gen.yaml'],
  'gateway-api': ['sigs.k8s.io/gateway-api', 'config/crd/standard'],
  'cert-manager': ['github.com/cert-manager/cert-manager', 'deploy/crds'],
  flagger: ['github.com/fluxcd/flagger', 'artifacts/flagger/crd.yaml'],
  'flux-kustomize': ['github.com/fluxcd/kustomize-controller', 'config/crd/bases'],
  'flux-source': ['github.com/fluxcd/source-controller', 'config/crd/bases'],
  'flux-helm': ['github.com/fluxcd/helm-controller/api', 'v2'],
  'argo-cd': ['github.com/argoproj/argo-cd/v3', 'manifests/crds'],
  'external-secrets': [EXTERNAL_SECRETS, 'config/crds/bases/external-secrets.io_externalsecrets.yaml'],
  'external-secrets-generators': [EXTERNAL_SECRETS, 'config/crds/bases/generators.external-secrets.io_passwords.yaml'],
} as const;

/** The part of a CRD that the harness reads. */
interface Crd extends Named {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean }[];
  };
}

/** A component whose CRDs can be installed. */
export type CrdSource = keyof typeof sources;

/** Which CRDs are installed: all, those of some components, or those of the kinds of some objects. */
export type CrdChoice = true | readonly CrdSource[] | { readonly for: readonly Named[] };

/** Every component whose CRDs can be installed. */
export const crdSources = Object.keys(sources) as readonly CrdSource[];

/**
 * The real CRDs of a component, as its authors publish them, CRDs first.
 *
 * Gateway API's bring their safe-upgrades admission policy and its binding with them. HelmRelease's is generated from Flux's own
 * Go types by the generator that Flux uses.
 *
 * @throws when Go is missing or the module cannot be had
 */
export async function readCrds(source: CrdSource): Promise<readonly Named[]> {
  const folder = await toolFolder(source === 'flux-helm' ? 'controller-gen' : 'crds');
  const place = join('crds', `${source}-${fingerprint(folder, String(unfoldDescriptions))}.json`);
  // Their YAML is large: it is parsed once, and not by every test.
  const file = await makeOnce(place, async (draft) => writeFileSync(draft, JSON.stringify(await parseCrds(source))));
  return JSON.parse(readFileSync(file, 'utf8')) as readonly Named[];
}

async function parseCrds(source: CrdSource): Promise<readonly Named[]> {
  const texts = source === 'flux-helm' ? [await generateCrd(source)] : await publishedTexts(source);
  const objects = texts.flatMap((text) => loadAll(unfoldDescriptions(text))).filter(isObject);
  return [...objects.filter(isCrd), ...objects.filter((object) => !isCrd(object))];
}

/** The version of each component whose CRDs are installed. */
export async function crdVersions(): Promise<Record<string, string>> {
  const versions = crdSources.map(async (source) => {
    const folder = await toolFolder(source === 'flux-helm' ? 'controller-gen' : 'crds');
    return [source, requiredVersion(folder, sources[source][0])] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}

/**
 * Installs the real CRDs and returns when the server serves them.
 *
 * @throws when Go is missing, a module cannot be had, or the server refuses
 */
export async function installCrds(client: Client, choice: CrdChoice = true): Promise<void> {
  const objects = await chosenCrds(choice);
  const crds = objects.filter(isCrd);
  const others = objects.filter((object) => !isCrd(object));
  await Promise.all(crds.map((crd) => client.serverSideApply(crd)));
  const patience = { seconds: 120, every: 500 };
  await Promise.all(
    crds.map((crd) => eventually(`${crd.metadata.name} to be served`, () => served(client, crd), patience)),
  );
  // After the CRDs: the policy that comes with Gateway API's judges them.
  for (const other of others) await client.serverSideApply(other);
}

async function chosenCrds(choice: CrdChoice): Promise<readonly Named[]> {
  const from = choice === true || 'for' in choice ? crdSources : choice;
  const objects = (await Promise.all(from.map(readCrds))).flat();
  if (choice === true || !('for' in choice)) return objects;
  const kinds = new Set(choice.for.map(({ apiVersion, kind }) => `${apiVersion.replace(/\/.*/, '')} ${kind}`));
  return objects.filter((object) => isCrd(object) && kinds.has(`${object.spec.group} ${object.spec.names.kind}`));
}

/** Asks discovery, not for the CRD's condition: a CRD is large, and reading many of them again and again slows the server down. */
async function served(client: Client, { spec }: Crd): Promise<true | undefined> {
  const versions = spec.versions.filter((version) => version.served);
  const answers = versions.map(({ name }) => client.serves(`${spec.group}/${name}`, spec.names.kind));
  return (await Promise.all(answers)).every(Boolean) || undefined;
}

/** Flagger folds its quoted descriptions at the indentation of their own key, which YAML forbids and Go's parser lets pass. */
function unfoldDescriptions(text: string): string {
  return text.replace(/^( +)description: '[^'\n]*(?:\n\1[^'\n]*)+'$/gm, (folded) => folded.replace(/\n +/g, ' '));
}

async function publishedTexts(source: CrdSource): Promise<readonly string[]> {
  const [module, place] = sources[source];
  const path = join(await moduleSource(await toolFolder('crds'), module), place);
  const names = path.endsWith('.yaml') ? [''] : readdirSync(path);
  const files = names.filter((name) => /^$|\.yaml$/.test(name) && name !== 'kustomization.yaml');
  return files.map((name) => readFileSync(join(path, name), 'utf8'));
}

async function generateCrd(source: CrdSource): Promise<string> {
  const folder = await toolFolder('controller-gen');
  const args = ['crd', `paths=${sources[source].join('/')}`, 'output:crd:stdout'];
  const { stdout } = await execute(await binary('controller-gen'), args, { cwd: folder });
  return stdout;
}

function isObject(document: unknown): document is Named {
  return typeof document === 'object' && document !== null && 'kind' in document && 'metadata' in document;
}

function isCrd(object: Named): object is Crd {
  return object.kind === 'CustomResourceDefinition';
}
