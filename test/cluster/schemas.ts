// node test/cluster/run.mjs schemas [minor …]: reads the schemas of real servers and writes policies/schema/schemas.jsonl.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from '../../policies/schema/schemas';
import type { Client, ServerObject } from './client';
import { compactKinds, Definitions, type OpenApi } from './compact-schemas';
import { type Cluster, startCluster } from './control-plane';
import { crdVersions } from './crds';
import { kubernetesReleases, type Minor, minorNamed } from './versions';

const FILE = join(__dirname, '..', '..', 'policies', 'schema', 'schemas.jsonl');

/** What one server serves. */
interface ServedKinds {
  readonly minor: string;
  readonly server: string;
  /** The API groups of the CRDs that it knew. */
  readonly customGroups: readonly string[];
  /** `apps/v1/Deployment` and the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>;
}

main().catch((error: Error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});

/** Reads the named minors, or all, and leaves what the file says of others as it is. */
async function main(): Promise<void> {
  const named = process.argv.slice(3).map(minorNamed);
  const minors = named.length > 0 ? named : Object.keys(kubernetesReleases).map(minorNamed);
  const definitions = new Definitions();
  const served = new Map(readServed(definitions).map((before) => [before.minor, before]));
  for (const minor of minors) {
    served.set(minor, await readServer(minor, definitions));
    process.stderr.write(`schemas: Kubernetes ${minor}, ${Object.keys(served.get(minor)?.kinds ?? {}).length} kinds\n`);
  }
  const text = fileText(await crdVersions(), [...served.values()], definitions);
  writeFileSync(FILE, text);
  process.stderr.write(`schemas: ${FILE}, ${Math.round(text.length / 1000)} kB\n`);
}

/** One line says where it comes from, then one a minor, then one a definition: a change shows as the lines that changed. */
function fileText(crds: object, served: readonly ServedKinds[], definitions: Definitions): string {
  const sorted = [...served].sort((a, b) => Number(a.minor.slice(2)) - Number(b.minor.slice(2)));
  const servers = sorted.map(({ server }) => server);
  const header = { writtenBy: 'npm run schemas', from: '/openapi/v3 of kube-apiserver', servers, crds };
  const used = definitions.reachedFrom(sorted.flatMap(({ kinds }) => Object.values(kinds)));
  return [header, ...sorted, ...used].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function readServed(definitions: Definitions): ServedKinds[] {
  if (!existsSync(FILE)) return [];
  const lines = readFileSync(FILE, 'utf8').trimEnd().split('\n').slice(1);
  return lines.flatMap((line) => {
    const entry = JSON.parse(line) as ServedKinds | [name: string, schema: Schema];
    if (!Array.isArray(entry)) return [entry as ServedKinds];
    definitions.define(entry[0], entry[1]);
    return [];
  });
}

async function readServer(minor: Minor, definitions: Definitions): Promise<ServedKinds> {
  const cluster = await startCluster({ kubernetes: minor, crds: true });
  try {
    const { gitVersion } = await cluster.client.request<{ readonly gitVersion: string }>('GET', '/version');
    const { documents, crds } = await readDocuments(cluster);
    const groups = new Set(crds.map(({ group }) => group));
    const kinds = compactKinds(documents, groups, definitions);
    return { minor, server: gitVersion, customGroups: [...groups].sort(), kinds };
  } finally {
    await cluster.stop();
  }
}

/** A CRD is served a while before its schema is published. */
async function readDocuments(cluster: Cluster) {
  const crds = (await cluster.client.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')).map(specOf);
  const paths = crds.flatMap(({ group, names, versions }) =>
    versions.filter(({ served }) => served).map(({ name }) => `/apis/${group}/${name}/[^ ]*${names.plural}/{name}`),
  );
  const documents = await cluster.until("every CRD's schema to be published", async () => {
    const all = await fetchDocuments(cluster.client);
    const published = all.flatMap(({ paths }) => Object.keys(paths ?? {})).join(' ');
    return paths.every((path) => new RegExp(path).test(published)) ? all : undefined;
  });
  return { documents, crds };
}

interface CrdSpec {
  readonly group: string;
  readonly names: { readonly plural: string };
  readonly versions: readonly { readonly name: string; readonly served: boolean }[];
}

function specOf({ spec }: ServerObject): CrdSpec {
  return spec as CrdSpec;
}

async function fetchDocuments(client: Client): Promise<OpenApi[]> {
  // Of this one path the server does not say that the answer is JSON.
  const text = await client.request<string>('GET', '/openapi/v3');
  const { paths } = JSON.parse(text) as { readonly paths: Readonly<Record<string, { serverRelativeURL: string }>> };
  const groupVersions = Object.keys(paths).filter((path) => /^(api|apis\/[^/]+)\/v\w+$/.test(path));
  return Promise.all(
    groupVersions.map((path) => client.request<OpenApi>('GET', paths[path]?.serverRelativeURL ?? path)),
  );
}
