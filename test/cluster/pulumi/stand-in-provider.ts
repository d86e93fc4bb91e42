// Stands in for Pulumi's Kubernetes provider, which no package registry has: serves the real engine on a port that it prints. What it
// does, it does on the real API server; what it does not do is said at each function. Charts and folders are only recorded.
// Run it as: KUBECONFIG=… node test/cluster/run.mjs pulumi/stand-in-provider [--adopt]
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { ComponentResource } from '@pulumi/pulumi';
import { main, type Provider } from '@pulumi/pulumi/provider';
import type { Manifest } from '../../../constructs/manifest';
import { Client } from '../client';
import { eventually } from '../eventually';
import { accessFrom } from '../kubeconfig';

const FIELD_MANAGER = 'pulumi-kubernetes';

/** How long an object may take to go. A namespace goes when everything in it is gone. */
const GONE_SECONDS = 120;

const client = new Client(accessFrom(readFileSync(process.env.KUBECONFIG ?? '', 'utf8')));

// The SDK's server keeps the provider's configuration to itself, so this stands for `upsertExistingObjects` and `enablePatchForce`.
const adopts = process.argv.includes('--adopt');

const provider: Provider = {
  version: '4.0.0',

  /** The real one asks the server in a dry run; no field here makes an object be deleted and made anew. */
  diff: async (_id, _urn, olds, news) => ({ changes: !isDeepStrictEqual(olds, news) }),

  /** The real one then waits until the object is ready. */
  create: async (urn, inputs: Manifest) => {
    if (isChart(urn)) return { id: urn, outs: inputs };
    if (!adopts && !isPatch(urn) && (await client.get(inputs))) throw new Error(`${nameOf(inputs)} already exists`);
    await apply(inputs);
    return { id: nameOf(inputs), outs: inputs };
  },

  /** The real one then waits until the object is ready again. */
  update: async (_id, urn, _olds, news: Manifest) => {
    if (!isChart(urn)) await apply(news);
    return { outs: news };
  },

  delete: async (_id, urn, manifest: Manifest) => {
    if (isChart(urn)) return;
    if (isPatch(urn)) return relinquish(manifest);
    if (!(await client.delete(manifest))) return;
    const isGone = async () => (await client.get(manifest)) === undefined || undefined;
    await eventually(`${nameOf(manifest)} to be gone`, isGone, { seconds: GONE_SECONDS });
  },

  /** The real one reads the folder or file and makes its objects; here it is a component without children. */
  construct: async (name, type, _inputs, options) => ({
    urn: new ComponentResource(type, name, {}, options).urn,
    state: {},
  }),
};

void main(provider, []);

async function apply(manifest: Manifest): Promise<void> {
  await client.serverSideApply(manifest, { fieldManager: FIELD_MANAGER, force: adopts });
}

/** Takes the patched fields back and leaves the object, which is not ours to delete. */
async function relinquish(manifest: Manifest): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const { name, namespace } = metadata;
  if (await client.get(manifest))
    await apply({ apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } });
}

/** Whether the resource is a chart: the real provider runs Helm. */
function isChart(urn: string): boolean {
  return urn.includes('kubernetes:helm.sh/');
}

/** Whether the resource is a part of an object that somebody else makes. */
function isPatch(urn: string): boolean {
  return /Patch::/.test(urn);
}

/** The resource's id, as the real provider forms it. */
function nameOf({ metadata: { namespace, name } }: Manifest): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
