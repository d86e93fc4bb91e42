import type { Finding } from '../finding';
import type { Manifest } from '../manifest';
import { Memory } from '../memory';
import { type Complaint, compartmentOf, nameObject } from '../rule';
import { withCustomKinds } from './custom-kinds';
import { oneOf, quote } from './describe';
import { explain, type Suggest } from './explain';
import { withoutNulls } from './nulls';
import { type Catalog, loadCatalog } from './schemas';
import { Shape } from './shape';
import { sizeComplaint } from './size';

/**
 * Holds every manifest against the schema that the API server of a Kubernetes minor has for its kind, without a server.
 *
 * Fields that the server does not know, wrong types, what is missing, values that are not among the possible ones, and kinds that
 * it does not serve, now or in a later minor; and objects that are too large to be stored. A CustomResourceDefinition among the manifests brings its kinds with it. Not what the server finds by code or CEL: an empty selector, an image without a name.
 *
 * @param minor such as `1.36`
 * @param suggest finds the word that was meant
 */
export function checkSchemas(
  manifests: readonly Manifest[],
  minor: string,
  suggest: Suggest,
  memory = new Memory(),
): Finding[] {
  const served = loadCatalog(minor);
  const catalog = withCustomKinds(served, manifests);
  // With kinds of its own an environment has a catalog of its own, and what was found before was found with another.
  const own = catalog === served ? memory : new Memory();
  const judge = (manifest: Manifest): Finding[] => {
    const kind = `${manifest.apiVersion}/${manifest.kind}`;
    const shape = shapeOf(kind, catalog);
    if (!shape) return [findingOf(manifest, SERVED, notServed(manifest, minor, catalog, suggest))];
    const removed = catalog.removed[kind];
    if (removed === undefined && shape.fits(manifest)) return [];
    const outlived = removed === undefined ? [] : [findingOf(manifest, OUTLIVES, removedIn(removed, manifest))];
    return [...outlived, ...complaintsAbout(manifest, shape, catalog, suggest)];
  };
  const find = (manifest: Manifest): Finding[] => {
    const tooLarge = sizeComplaint(manifest);
    return tooLarge ? [findingOf(manifest, FITS, tooLarge)] : judge(manifest);
  };
  return manifests.flatMap((manifest) => own.recall(`schema ${minor}`, manifest, () => find(manifest)));
}

const MATCHES = 'manifests-match-the-schema';
const FITS = 'objects-fit-into-the-store';
const SERVED = 'apis-are-served-by-the-cluster';
const OUTLIVES = 'apis-outlive-the-next-minors';

function shapeOf(kind: string, { kinds }: Catalog): Shape | undefined {
  const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return schema === undefined ? undefined : Shape.of(schema);
}

function findingOf(manifest: Manifest, rule: string, complaint: Complaint): Finding {
  return { rule, object: nameObject(manifest), compartment: compartmentOf(manifest), ...complaint };
}

function notServed({ apiVersion, kind }: Manifest, minor: string, { kinds }: Catalog, suggest: Suggest): Complaint {
  const served = Object.keys(kinds).map((name) => splitKind(name));
  const versions = served.filter((other) => other.kind === kind).map((other) => other.apiVersion);
  if (versions.length > 0) {
    const problem = `Kubernetes ${minor} serves no ${kind} of ${quote(apiVersion)}.`;
    return { path: 'apiVersion', problem, fix: `Write ${oneOf(versions)}.` };
  }
  const siblings = served.filter((other) => other.apiVersion === apiVersion).map((other) => other.kind);
  const meant = suggest(kind, siblings);
  const fix = meant
    ? `Did you mean ${quote(meant)}?`
    : 'Leave it out, or add its CRD: no component of the platform brings it.';
  return { path: 'kind', problem: `Kubernetes ${minor} serves no kind ${quote(kind)}.`, fix };
}

function removedIn(removed: string, { apiVersion, kind }: Manifest): Complaint {
  const problem = `Kubernetes ${removed} no longer serves ${kind} of ${quote(apiVersion)}.`;
  return { path: 'apiVersion', problem, fix: 'Move to the version that replaces it before the cluster moves.' };
}

function splitKind(name: string): { readonly apiVersion: string; readonly kind: string } {
  const slash = name.lastIndexOf('/');
  return { apiVersion: name.slice(0, slash), kind: name.slice(slash + 1) };
}

function complaintsAbout(manifest: Manifest, shape: Shape, { customGroups }: Catalog, suggest: Suggest): Finding[] {
  const { apiVersion } = manifest;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const faults = shape.faultsOf(withoutNulls(manifest, customGroups.includes(group)));
  return explain(faults, suggest).map((complaint) => findingOf(manifest, MATCHES, complaint));
}
