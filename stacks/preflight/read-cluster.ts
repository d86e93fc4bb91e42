import { groupOf, type Manifest } from '../../constructs/manifest';
import { at, listOf, textOf } from '../../policies/isolation/json';
import { loadCatalog } from '../../policies/schema/schemas';
import type { Kubectl } from '../kubectl';
import { isKnownMinor } from './known-minor';
import { LiveCluster } from './live-cluster';

/** Kinds that checks look at whoever they belong to. */
const EVERYBODYS = [
  'v1/Namespace',
  'v1/Service',
  'discovery.k8s.io/v1/EndpointSlice',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'apps/v1/DaemonSet',
  'policy/v1/PodDisruptionBudget',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  'v1/Node',
];

/** The label that the mesh's injector puts on every pod that has a sidecar. */
const INJECTED = 'security.istio.io/tlsMode';

/**
 * Reads everything that checks need to know, and writes nothing: all objects of the kinds of `manifests`, of some kinds that
 * matter whoever they belong to, every CRD, and the pods that have sidecars. Kinds that the cluster does not serve are left out.
 * @throws when the cluster cannot be asked, in kubectl's words
 */
export function readCluster(manifests: readonly Manifest[], kubectl: Kubectl): LiveCluster {
  const minor = minorOf(JSON.parse(kubectl(['get', '--raw=/version'])));
  const groups = groupVersionsOf(JSON.parse(kubectl(['get', '--raw=/apis'])));
  const crds = list(kubectl, ['customresourcedefinitions']);
  const served = servedKinds(crds, groups, minor);
  const wanted = new Set([...EVERYBODYS, ...manifests.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)]);
  const kinds = [...wanted].filter(served).map(argument).join(',');
  const objects = list(kubectl, [kinds, '--all-namespaces', '--show-managed-fields']);
  const pods = list(kubectl, ['pods', '--all-namespaces', `--selector=${INJECTED}`]);
  return new LiveCluster(minor, [...crds, ...objects, ...pods]);
}

function list(kubectl: Kubectl, what: readonly string[]): readonly Manifest[] {
  const { items } = JSON.parse(kubectl(['get', ...what, '--output=json'])) as { readonly items: readonly Manifest[] };
  return items;
}

/** Of a server that behaves like an older one, the minor that it behaves like. */
function minorOf(version: unknown): string | undefined {
  const [major, minor] = ['Major', 'Minor'].map((part) => textOf(at(version, `emulation${part}`)));
  if (major && minor) return `${major}.${minor}`;
  return /^v(1\.\d+)/.exec(textOf(at(version, 'gitVersion')))?.[1];
}

function groupVersionsOf(apis: unknown): ReadonlySet<string> {
  const groups = listOf(at(apis, 'groups')).flatMap((group) => listOf(at(group, 'versions')));
  return new Set(['v1', ...groups.map((version) => textOf(at(version, 'groupVersion')))]);
}

/** Kinds of a CRD are served as it says; of the built-in ones the group is asked for, and the schemas of a minor that is known. */
function servedKinds(
  crds: readonly Manifest[],
  groups: ReadonlySet<string>,
  minor: string | undefined,
): (kind: string) => boolean {
  const customGroups = new Set(crds.map(({ spec }) => textOf(at(spec, 'group'))));
  const custom = new Set(crds.flatMap(servedBy));
  const builtIn = isKnownMinor(minor) ? loadCatalog(minor).kinds : undefined;
  return (kind) => {
    const { apiVersion } = split(kind);
    if (customGroups.has(groupOf(apiVersion))) return custom.has(kind);
    return groups.has(apiVersion) && (builtIn === undefined || Object.hasOwn(builtIn, kind));
  };
}

function servedBy({ spec }: Manifest): string[] {
  const versions = listOf(at(spec, 'versions')).filter((version) => at(version, 'served') === true);
  const kind = textOf(at(spec, 'names', 'kind'));
  return versions.map((version) => `${textOf(at(spec, 'group'))}/${textOf(at(version, 'name'))}/${kind}`);
}

/** As kubectl takes it: `Deployment.v1.apps`, and `Service.v1.` for the core group. */
function argument(name: string): string {
  const { apiVersion, kind } = split(name);
  const group = groupOf(apiVersion);
  return `${kind}.${group ? apiVersion.slice(group.length + 1) : apiVersion}.${group}`;
}

function split(name: string): { readonly apiVersion: string; readonly kind: string } {
  const slash = name.lastIndexOf('/');
  return { apiVersion: name.slice(0, slash), kind: name.slice(slash + 1) };
}
