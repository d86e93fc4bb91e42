import type { Finding } from '../finding';
import type { Manifest } from '../manifest';
import { type Complaint, compartmentOf, nameObject } from '../rule';
import { oneOf, quote } from './describe';
import { explain, type Suggest } from './explain';
import { type Catalog, faultsOf, loadCatalog, loadDefinitions, loadValidator, type Validate } from './validators';

/**
 * Holds every manifest against the schema that the API server of a Kubernetes minor has for its kind, without a server.
 *
 * Fields that the server does not know, wrong types, what is missing, values that are not among the possible ones, and kinds that
 * it does not serve, now or in a later minor. Not what the server finds by code or CEL: an empty selector, an image without a name.
 *
 * @param minor such as `1.36`
 * @param suggest finds the word that was meant
 */
export function checkSchemas(manifests: readonly Manifest[], minor: string, suggest: Suggest): Finding[] {
  const catalog = loadCatalog(minor);
  const validators = new Map<string, Validate | undefined>();
  return manifests.flatMap((manifest) => {
    const kind = `${manifest.apiVersion}/${manifest.kind}`;
    const validate = validators.get(kind) ?? validatorFor(kind, catalog);
    if (!validate) return [findingOf(manifest, SERVED, notServed(manifest, minor, catalog, suggest))];
    validators.set(kind, validate);
    const removed = catalog.removed[kind];
    return [
      ...(removed === undefined ? [] : [findingOf(manifest, OUTLIVES, removedIn(removed, manifest))]),
      ...(validate(manifest) ? [] : complaintsAbout(manifest, catalog, suggest)),
    ];
  });
}

const MATCHES = 'manifests-match-the-schema';
const SERVED = 'apis-are-served-by-the-cluster';
const OUTLIVES = 'apis-outlive-the-next-minors';

function validatorFor(kind: string, { kinds }: Catalog): Validate | undefined {
  const definition = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return definition === undefined ? undefined : loadValidator(definition);
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
  const fix = meant ? `Did you mean ${quote(meant)}?` : 'Leave it out: no component of the platform brings its CRD.';
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

function complaintsAbout(manifest: Manifest, { customGroups, kinds }: Catalog, suggest: Suggest): Finding[] {
  const { apiVersion, kind } = manifest;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const object = withoutNulls(manifest, customGroups.includes(group));
  const definition = kinds[`${apiVersion}/${kind}`] ?? '';
  const faults = faultsOf(object, definition);
  if (faults.length === 0) return [];
  const subject = { object, definition, definitions: loadDefinitions(), suggest };
  return explain(faults, subject).map((complaint) => findingOf(manifest, MATCHES, complaint));
}

/** Where Go decodes, null means "not set": everywhere but in custom resources, and there in the metadata. */
function withoutNulls(manifest: Manifest, isCustom: boolean): unknown {
  return isCustom ? { ...manifest, metadata: unset(manifest.metadata) } : unset(manifest);
}

function unset(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unset);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null)
      .map(([key, part]) => [key, unset(part)]),
  );
}
