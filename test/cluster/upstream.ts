import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../constructs/manifest';
import { emitYaml, type Json } from '../../stacks/emit/yaml';
import type { Client } from './client';
import type { Flux } from './flux';

/** What plays the controllers that fetch and install upstream software. */
export interface Upstream {
  /** Ends it, and reports what went wrong meanwhile. */
  stop(): Promise<void>;
}

/**
 * Stands in for Flux's source-controller and helm-controller: says of every source and every release, once it is there, that it
 * is ready. It installs nothing; a folder of manifests holds one ConfigMap in place of upstream's.
 *
 * @param folder an empty folder for those ConfigMaps
 */
export function playUpstream(client: Client, flux: Flux, manifests: readonly Manifest[], folder: string): Upstream {
  const waiting = new Set(manifests.filter(({ kind }) => READY_WHEN_SAID.test(kind)));
  const folders = new Map(
    manifests.flatMap((manifest) => {
      const { path = '', sourceRef } = (manifest.spec ?? {}) as { path?: string; sourceRef?: { name: string } };
      return manifest.kind === 'Kustomization' ? [[`${manifest.metadata.namespace}/${sourceRef?.name}`, path]] : [];
    }),
  );
  let stopped = false;
  const work = (async () => {
    while (!stopped && waiting.size > 0) {
      for (const manifest of waiting) if (await settle(manifest)) waiting.delete(manifest);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      await work;
    },
  };

  async function settle(manifest: Manifest): Promise<boolean> {
    const object = await client.get(manifest);
    if (!object) return false;
    const { namespace = '', name } = manifest.metadata;
    if (manifest.kind === 'GitRepository') {
      const tree = join(folder, namespace);
      standInFor(join(tree, folders.get(`${namespace}/${name}`) ?? ''), namespace);
      await flux.publish(tree, 'upstream@sha1:1', { namespace, name });
      return true;
    }
    const { apiVersion, kind } = manifest;
    const status = { observedGeneration: object.metadata.generation, conditions: [READY] };
    const target = { apiVersion, kind, metadata: { namespace, name }, status };
    await client.serverSideApply(target, { fieldManager: 'upstream', subresource: 'status' });
    return true;
  }
}

const READY_WHEN_SAID = /^(GitRepository|HelmRepository|OCIRepository|HelmRelease)$/;

const READY = {
  ...{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'played by the harness' },
  lastTransitionTime: '2020-01-01T00:00:00Z',
};

function standInFor(folder: string, namespace: string): void {
  mkdirSync(folder, { recursive: true });
  const standIn = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stands-in-for-upstream', namespace } };
  writeFileSync(join(folder, 'stand-in.yaml'), emitYaml(standIn as Json));
}
