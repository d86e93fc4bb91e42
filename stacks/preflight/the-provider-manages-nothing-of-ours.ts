import type { Manifest } from '../../constructs/manifest';
import { at, listOf, textOf } from '../../policies/isolation/json';
import { workloadOf } from '../../policies/isolation/workload';
import { nameObject } from '../../policies/rule';
import { compartmentOfNamespace, type Discovery, ownObjects, type PreflightCheck, type Situation } from './situation';

/**
 * Labels by which providers mark what they install and set back: the add-on manager of Kubernetes, GKE, EKS and AKS.
 * @see https://github.com/kubernetes/kubernetes/tree/master/cluster/addons/addon-manager
 */
const MARKS = [
  'addonmanager.kubernetes.io/mode',
  'components.gke.io/component-name',
  'eks.amazonaws.com/component',
  'kubernetes.azure.com/managedby',
] as const;

/** Nothing that the environment pins is also installed by the provider, who would set it back, or move it on a day of its own. */
export const theProviderManagesNothingOfOurs: PreflightCheck = {
  id: 'the-provider-manages-nothing-of-ours',
  *check(situation) {
    yield* markedObjects(situation);
    yield* markedKinds(situation);
    yield* secondCopies(situation);
  },
};

function markOf({ metadata }: Manifest): string | undefined {
  const mark = MARKS.find((label) => metadata.labels?.[label] !== undefined);
  return mark && `${mark}=${metadata.labels?.[mark]}`;
}

function* markedObjects(situation: Situation): Iterable<Discovery> {
  for (const { compartment, manifest } of ownObjects(situation)) {
    const live = situation.cluster.find(manifest);
    const mark = live && markOf(live);
    if (mark) yield discovery(nameObject(live), mark, compartment);
  }
}

function* markedKinds({ cluster, releases }: Situation): Iterable<Discovery> {
  const bringers = new Map(releases.flatMap(({ kinds, compartment }) => kinds.map((kind) => [kind, compartment])));
  for (const crd of cluster.of('apiextensions.k8s.io', 'CustomResourceDefinition')) {
    const compartment = bringers.get(`${at(crd.spec, 'group')}/${at(crd.spec, 'names', 'kind')}`);
    const mark = markOf(crd);
    if (compartment !== undefined && mark) yield discovery(nameObject(crd), mark, compartment);
  }
}

function discovery(object: string, mark: string, compartment: string): Discovery {
  return {
    ...{ object, path: 'metadata.labels', compartment, stops: false },
    problem: `The provider manages it (${mark}), and ${compartment} brings it, too: whoever wrote last wins, and the provider moves it when it moves the cluster.`,
    fix: `Switch this add-on off at the provider, or leave ${compartment} out of the environment.`,
  };
}

/** The same program, by the name of its image, in a namespace that is none of ours. */
function* secondCopies(situation: Situation): Iterable<Discovery> {
  const { cluster, releases } = situation;
  const ours = new Map(
    releases.flatMap(({ compartment, runs }) =>
      runs.flatMap((run) => imagesOf(run).map((image) => [programOf(image), compartment])),
    ),
  );
  for (const workload of [...cluster.of('apps', 'Deployment'), ...cluster.of('apps', 'DaemonSet')]) {
    if (compartmentOfNamespace(situation, workload.metadata.namespace) !== undefined) continue;
    const image = imagesOf(workload).find((image) => ours.has(programOf(image)));
    if (image === undefined) continue;
    const compartment = ours.get(programOf(image));
    yield {
      ...{ object: nameObject(workload), path: '', compartment, stops: false },
      problem: `It runs ${image} outside this platform, and ${compartment} runs a version of its own: both write the kinds and webhooks that they share, at versions of their own.`,
      fix: `Move who uses it and remove it, or leave ${compartment} out of the environment.`,
    };
  }
}

function imagesOf(manifest: Manifest): string[] {
  const containers = workloadOf(manifest, undefined)?.containers ?? [];
  return listOf(containers.map(({ fields }) => fields.image)).map(textOf);
}

/** `pilot` of `docker.io/istio/pilot:1.30.3@sha256:…`. */
function programOf(image: string): string {
  return (image.split('/').at(-1) ?? '').replace(/[:@].*$/, '');
}
