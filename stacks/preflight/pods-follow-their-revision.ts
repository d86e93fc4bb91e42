import { LABEL } from '../../constructs/labels';
import type { Manifest } from '../../constructs/manifest';
import { at, fieldsOf, listOf, textOf } from '../../policies/isolation/json';
import { selects } from '../../policies/isolation/selector';
import { nameObject } from '../../policies/rule';
import { listed } from '../listed';
import { compartmentOfNamespace, type Discovery, type PreflightCheck, type Situation } from './situation';

/** What an injector notes on a pod: the revision of its sidecar. */
const INJECTED_REVISION = 'istio.io/rev';

/** The label of what stands for a revision tag; its revision is in the label of revisions. */
const TAG = 'istio.io/tag';

/** The label of what the control plane runs for a Gateway, with its name. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Every namespace that is bound to a revision or a tag has an injector that answers to it, and none of its pods is left with the
 * sidecar of another revision. Gateways' pods run what their Gateway is bound to.
 * @see https://istio.io/latest/docs/setup/upgrade/canary/
 */
export const podsFollowTheirRevision: PreflightCheck = {
  id: 'pods-follow-their-revision',
  *check(situation) {
    const { cluster } = situation;
    const injectors = cluster.of('admissionregistration.k8s.io', 'MutatingWebhookConfiguration');
    for (const namespace of cluster.of('', 'Namespace')) {
      const { name, labels = {} } = namespace.metadata;
      const bound = labels[LABEL.revision];
      if (bound === undefined) continue;
      if (!injectors.some((injector) => injects(injector, { ...labels, 'kubernetes.io/metadata.name': name }))) {
        yield uninjected(name, bound, injectors, situation);
      } else yield* leftBehind(name, bound, revisionOf(bound, injectors), situation);
    }
    yield* oldGateways(injectors, situation);
  },
};

function injects({ webhooks, metadata }: Manifest, labels: Readonly<Record<string, string>>): boolean {
  const isMesh = metadata.name.startsWith('istio-');
  return isMesh && listOf(webhooks).some((webhook) => selects(fieldsOf(webhook).namespaceSelector, labels));
}

/** What a tag stands for; a revision stands for itself. */
function revisionOf(bound: string, injectors: readonly Manifest[]): string {
  const tag = injectors.find(({ metadata }) => metadata.labels?.[TAG] === bound);
  return tag?.metadata.labels?.[LABEL.revision] ?? bound;
}

function uninjected(namespace: string, bound: string, injectors: readonly Manifest[], situation: Situation): Discovery {
  const tags = injectors.flatMap(({ metadata }) => metadata.labels?.[TAG] ?? []);
  return {
    ...{ object: `Namespace/${namespace}`, path: `metadata.labels[${LABEL.revision}]`, stops: false },
    compartment: compartmentOfNamespace(situation, namespace),
    problem: `It is bound to "${bound}", and no injector answers to that: new pods start without a sidecar, outside the mesh, and nobody in the mesh talks to them.`,
    fix: `Apply the mesh first, or bind it to a tag that is there: ${tags.length > 0 ? listed(tags) : 'none is'}.`,
  };
}

function* leftBehind(namespace: string, bound: string, revision: string, situation: Situation): Iterable<Discovery> {
  const pods = situation.cluster.of('', 'Pod').filter(({ metadata }) => metadata.namespace === namespace);
  const older = new Map<string, number>();
  for (const { metadata, status } of pods) {
    const own = textOf(metadata.annotations?.[INJECTED_REVISION]);
    // A pod that has ended is kept for its logs, and nothing restarts it.
    if (/^(Succeeded|Failed)$/.test(textOf(at(status, 'phase')))) continue;
    if (own && own !== revision) older.set(own, (older.get(own) ?? 0) + 1);
  }
  for (const [own, count] of older) {
    yield {
      ...{ object: `Namespace/${namespace}`, path: '', stops: false },
      compartment: compartmentOfNamespace(situation, namespace),
      problem: `${count} of its pods have the sidecar of revision ${own}, and "${bound}" stands for ${revision}: without the control plane of ${own} they get no certificates and no changes any more.`,
      fix: `Restart its workloads before ${own} goes: kubectl -n ${namespace} rollout restart deployment.`,
    };
  }
}

/** The control plane makes these Deployments, and says on their pods which revision it is. */
function* oldGateways(injectors: readonly Manifest[], situation: Situation): Iterable<Discovery> {
  const { cluster } = situation;
  for (const deployment of cluster.of('apps', 'Deployment')) {
    const { namespace, labels } = deployment.metadata;
    const gateway = cluster
      .of('gateway.networking.k8s.io', 'Gateway')
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === labels?.[GATEWAY_NAME]);
    const bound = gateway?.metadata.labels?.[LABEL.revision];
    const own = textOf(at(deployment.spec, 'template', 'metadata', 'annotations', INJECTED_REVISION));
    if (!gateway || bound === undefined || !own || own === revisionOf(bound, injectors)) continue;
    yield {
      ...{ object: nameObject(gateway), path: `metadata.labels[${LABEL.revision}]`, stops: false },
      compartment: compartmentOfNamespace(situation, namespace),
      problem: `Its pods are of revision ${own}, and "${bound}" stands for ${revisionOf(bound, injectors)}, whose control plane has not taken it over.`,
      fix: `Look what that says of it: kubectl describe gateway ${gateway.metadata.name} --namespace ${namespace}.`,
    };
  }
}
