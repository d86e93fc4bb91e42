import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../../policies/manifest';

const FOLDER = join(__dirname, '..', 'broken', 'schema');

/** Manifests with one fault each, by the names of their files. */
export function brokenManifests(): [name: string, manifest: Manifest][] {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => {
      const [manifest] = loadAll(readFileSync(join(FOLDER, name), 'utf8')) as Manifest[];
      if (!manifest) throw new Error(`${name} holds no manifest.`);
      return [name, manifest];
    });
}
