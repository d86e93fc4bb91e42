import type { Manifest } from '../manifest';
import type { Invariant } from './invariant';
import type { Inventory } from './inventory';
import { at, textOf } from './json';

/** What a place says of the version of something. */
interface Pin {
  readonly manifest: Manifest;
  readonly path: string;
  readonly problem: string;
}

/** One version and no range: `1.30.3`, `v1.21.1`, `sha256:…`, a commit. */
const EXACT = /^(v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?|sha256:[a-f0-9]{64}|[a-f0-9]{40})$/;

/** Revisions that providers move by themselves. */
const PROVIDER_MANAGED = /^asm-/;

/** Every image and chart of the platform is pinned, and no provider moves a part of it. */
export const nothingMovesUnlessItsPinMoves: Invariant = {
  id: 'nothing-moves-unless-its-pin-moves',
  why: "A provider's upgrade moves the mesh underneath its users, and parts in the request path fail with what nobody changed.",
  how: 'Images have a tag other than latest, or a digest; charts an exact version; OCI sources a tag or digest; no namespace is bound to a revision that a provider manages.',
  *check(inventory) {
    for (const pin of [...images(inventory), ...charts(inventory), ...sources(inventory), ...managed(inventory)]) {
      yield { ...pin, fix: 'Pin one version.' };
    }
  },
};

function images({ workloads }: Inventory): Pin[] {
  return workloads.flatMap(({ manifest, containers }) =>
    containers.flatMap(({ path, fields }) => {
      const image = textOf(fields.image);
      if (image === '' || isPinned(image)) return [];
      return { manifest, path: `${path}.image`, problem: `"${image}" is another image tomorrow.` };
    }),
  );
}

/** A colon before the last slash belongs to a port. */
function isPinned(image: string): boolean {
  const [name = '', digest] = image.split('@');
  const tag = /:([^/]+)$/.exec(name)?.[1];
  return digest !== undefined || (tag !== undefined && tag !== 'latest');
}

function charts({ releases }: Inventory): Pin[] {
  return releases.flatMap(({ manifest }) => {
    const version = at(manifest, 'spec', 'chart', 'spec', 'version');
    const revision = at(manifest, 'spec', 'source', 'targetRevision');
    const path = revision === undefined ? 'spec.chart.spec.version' : 'spec.source.targetRevision';
    const pin = textOf(version ?? revision);
    if (at(manifest, 'spec', 'chartRef') !== undefined || EXACT.test(pin)) return [];
    return { manifest, path, problem: `"${pin}" is not one version.` };
  });
}

function sources(inventory: Inventory): Pin[] {
  return inventory.of('source.toolkit.fluxcd.io', 'OCIRepository').flatMap((manifest) => {
    const digest = at(manifest, 'spec', 'ref', 'digest');
    const tag = at(manifest, 'spec', 'ref', 'tag');
    const isOne = digest !== undefined || (tag !== undefined && tag !== 'latest');
    return isOne ? [] : { manifest, path: 'spec.ref', problem: 'It follows a range of versions.' };
  });
}

function managed(inventory: Inventory): Pin[] {
  return [...inventory.namespaces.values()].flatMap((manifest) => {
    const revision = textOf(manifest.metadata.labels?.['istio.io/rev']);
    if (!PROVIDER_MANAGED.test(revision)) return [];
    return { manifest, path: 'metadata.labels', problem: `A provider moves the revision "${revision}".` };
  });
}
