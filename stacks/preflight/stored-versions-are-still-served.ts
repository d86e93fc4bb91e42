import type { Manifest } from '../../constructs/manifest';
import { at, textOf, textsOf } from '../../policies/isolation/json';
import { loadCatalog } from '../../policies/schema/schemas';
import type { Discovery, PreflightCheck } from './situation';

/**
 * No object of a kind that a release brings may be stored in a version that the platform no longer knows of that kind: the API
 * server refuses a CRD that leaves out a version in which objects may be stored.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/
 */
export const storedVersionsAreStillServed: PreflightCheck = {
  id: 'stored-versions-are-still-served',
  *check({ environment, releases, cluster }) {
    const { kinds } = loadCatalog(environment.kubernetes);
    const bringers = new Map(releases.flatMap(({ kinds, compartment }) => kinds.map((kind) => [kind, compartment])));
    for (const crd of cluster.of('apiextensions.k8s.io', 'CustomResourceDefinition')) {
      const [group, kind] = [textOf(at(crd.spec, 'group')), textOf(at(crd.spec, 'names', 'kind'))];
      const compartment = bringers.get(`${group}/${kind}`);
      const isKnown = Object.keys(kinds).some((name) => name.startsWith(`${group}/`) && name.endsWith(`/${kind}`));
      if (compartment === undefined || !isKnown) continue;
      const dropped = textsOf(at(crd.status, 'storedVersions')).filter(
        (version) => !Object.hasOwn(kinds, `${group}/${version}/${kind}`),
      );
      for (const version of dropped) yield discovery(crd, version, compartment);
    }
  },
};

function discovery({ metadata, spec }: Manifest, version: string, compartment: string): Discovery {
  const { name } = metadata;
  const plural = `${textOf(at(spec, 'names', 'plural'))}.${textOf(at(spec, 'group'))}`;
  return {
    ...{ object: `CustomResourceDefinition/${name}`, path: 'status.storedVersions', compartment, stops: true },
    problem: `Objects may be stored as ${version}, which is no longer served: the API server refuses a newer CRD without it, and the release of ${compartment} fails.`,
    fix: `Save them (kubectl get ${plural} -A -o yaml), write each once more (kubectl get ${plural} -A -o json | kubectl replace -f -), then take ${version} out of the list: kubectl edit crd ${name} --subresource=status.`,
  };
}
