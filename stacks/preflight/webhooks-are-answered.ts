import { groupOf, type Manifest } from '../../constructs/manifest';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from '../../policies/isolation/json';
import { selects } from '../../policies/isolation/selector';
import { workloadOf } from '../../policies/isolation/workload';
import { isClusterScoped } from '../kinds';
import { listed } from '../listed';
import {
  compartmentOfNamespace,
  type Discovery,
  type OwnObject,
  ownObjects,
  type PreflightCheck,
  type Situation,
} from './situation';

const GROUP = 'admissionregistration.k8s.io';

/**
 * Behind every webhook that the API server asks about something of ours there is a Service with a ready endpoint. What asks an
 * address outside the cluster is not judged, and of match conditions only that they can never be met.
 */
export const webhooksAreAnswered: PreflightCheck = {
  id: 'webhooks-are-answered',
  *check(situation) {
    const { cluster } = situation;
    const requests = requestsOf(situation);
    for (const kind of ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']) {
      for (const configuration of cluster.of(GROUP, kind)) {
        const unanswered = listOf(configuration.webhooks)
          .map(fieldsOf)
          .filter((webhook) => isEverAsked(webhook) && serviceFault(webhook, situation) !== undefined);
        const [failing, ignored] = [unanswered.filter(fails), unanswered.filter((webhook) => !fails(webhook))];
        const refused = requests.filter((request) => failing.some((webhook) => asks(webhook, request)));
        const delayed = requests.filter((request) => ignored.some((webhook) => asks(webhook, request)));
        if (failing[0]) yield refusal(configuration, failing[0], refused, situation);
        if (ignored[0] && delayed.length > 0) yield delay(configuration, ignored[0], delayed, situation);
      }
    }
  },
};

/** Something that the API server is asked to store. */
interface Request {
  readonly compartment: string;
  /** What people call it: `new pods`, `changes of Certificate`. */
  readonly what: string;
  readonly apiVersion: string;
  /** The plural, as rules name it. */
  readonly resource: string;
  readonly operation: 'CREATE' | 'UPDATE';
  readonly labels: Fields;
  /** Labels that a namespaceSelector sees; `undefined`: it sees none, and excludes nothing. */
  readonly namespace: Fields | undefined;
}

function requestsOf(situation: Situation): Request[] {
  return ownObjects(situation).flatMap((object) => [applied(object, situation), ...podsOf(object, situation)]);
}

function applied({ compartment, manifest }: OwnObject, situation: Situation): Request {
  const { apiVersion, kind, metadata } = manifest;
  const isThere = situation.cluster.find(manifest) !== undefined;
  return {
    ...{ compartment, apiVersion, resource: pluralOf(manifest, situation), labels: metadata.labels ?? {} },
    what: `${isThere ? 'changes of' : 'new'} ${kind}`,
    operation: isThere ? 'UPDATE' : 'CREATE',
    namespace:
      kind === 'Namespace'
        ? namespaceLabels(metadata.name, situation)
        : isClusterScoped(manifest)
          ? undefined
          : namespaceLabels(metadata.namespace, situation),
  };
}

function podsOf({ compartment, manifest }: OwnObject, situation: Situation): Request[] {
  const workload = workloadOf(manifest, undefined);
  if (!workload) return [];
  const namespace = namespaceLabels(manifest.metadata.namespace, situation);
  const pod = { apiVersion: 'v1', resource: 'pods', operation: 'CREATE', labels: workload.labels } as const;
  return [{ ...pod, compartment, what: 'new pods', namespace }];
}

/** As the cluster has them, or as they would be. */
function namespaceLabels(name: string | undefined, { cluster, plan }: Situation): Fields {
  const planned = plan.compartments
    .flatMap(({ manifests }) => manifests)
    .find(({ manifest }) => manifest.kind === 'Namespace' && manifest.metadata.name === name);
  const { labels } = (cluster.namespace(name ?? '') ?? planned?.manifest)?.metadata ?? {};
  return { ...labels, 'kubernetes.io/metadata.name': name };
}

function pluralOf({ apiVersion, kind }: Manifest, { cluster }: Situation): string {
  const crd = cluster
    .of('apiextensions.k8s.io', 'CustomResourceDefinition')
    .find(({ spec }) => at(spec, 'group') === groupOf(apiVersion) && at(spec, 'names', 'kind') === kind);
  return textOf(at(crd?.spec, 'names', 'plural')) || regularPlural(kind.toLowerCase());
}

function regularPlural(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

function isEverAsked({ matchConditions }: Fields): boolean {
  return !listOf(matchConditions).some((condition) => at(condition, 'expression') === 'false');
}

function asks(webhook: Fields, request: Request): boolean {
  return (
    listOf(webhook.rules).some((rule) => matches(fieldsOf(rule), request, webhook.matchPolicy !== 'Exact')) &&
    selects(webhook.objectSelector, request.labels) &&
    (request.namespace === undefined || selects(webhook.namespaceSelector, request.namespace))
  );
}

function matches(rule: Fields, { apiVersion, resource, operation, namespace }: Request, anyVersion: boolean): boolean {
  const group = groupOf(apiVersion);
  const version = group ? apiVersion.slice(group.length + 1) : apiVersion;
  const names = (list: unknown, ...wanted: string[]) => textsOf(list).some((name) => wanted.includes(name));
  return (
    names(rule.apiGroups, '*', group) &&
    (anyVersion || names(rule.apiVersions, '*', version)) &&
    names(rule.resources, '*', '*/*', resource, `${resource}/*`) &&
    names(rule.operations, '*', operation) &&
    (rule.scope === undefined || rule.scope === '*' || rule.scope === (namespace ? 'Namespaced' : 'Cluster'))
  );
}

function fails({ failurePolicy }: Fields): boolean {
  return failurePolicy !== 'Ignore';
}

/** Why nobody answers; nothing where somebody does, or where it cannot be known. */
function serviceFault(webhook: Fields, { cluster }: Situation): string | undefined {
  const reference = fieldsOf(at(webhook, 'clientConfig', 'service'));
  const [namespace, name] = [textOf(reference.namespace), textOf(reference.name)];
  if (!name) return undefined;
  const service = cluster.find({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } });
  if (!service) return `asks Service ${namespace}/${name}, which is not there`;
  if (at(service.spec, 'type') === 'ExternalName') return undefined;
  const isReady = cluster
    .of('discovery.k8s.io', 'EndpointSlice')
    .filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.['kubernetes.io/service-name'] === name,
    )
    .some(({ endpoints }) => listOf(endpoints).some((endpoint) => at(endpoint, 'conditions', 'ready') !== false));
  return isReady ? undefined : `asks Service ${namespace}/${name}, which has no ready endpoint`;
}

function refusal(
  configuration: Manifest,
  webhook: Fields,
  requests: readonly Request[],
  situation: Situation,
): Discovery {
  const concerned = requests.length > 0 ? `refused are ${tell(requests)}` : 'nothing of this platform is asked about';
  const running = requests.some(({ resource }) => resource === 'pods') ? ' Pods that run stay.' : '';
  return {
    ...placeOf(configuration, webhook, situation),
    problem: `It ${serviceFault(webhook, situation)}, and its failure refuses the request: ${concerned}.${running}`,
    fix: `${repair(webhook)}, or delete the configuration if it is a leftover.`,
  };
}

function delay(
  configuration: Manifest,
  webhook: Fields,
  requests: readonly Request[],
  situation: Situation,
): Discovery {
  const seconds = typeof webhook.timeoutSeconds === 'number' ? webhook.timeoutSeconds : 10;
  return {
    ...placeOf(configuration, webhook, situation),
    problem: `It ${serviceFault(webhook, situation)}: each request waits for it up to ${seconds} s and then goes on: ${tell(requests)}.`,
    fix: `${repair(webhook)}, or delete the configuration if it is a leftover.`,
  };
}

function placeOf({ kind, metadata }: Manifest, { clientConfig }: Fields, situation: Situation) {
  const namespace = textOf(at(clientConfig, 'service', 'namespace'));
  const compartment = compartmentOfNamespace(situation, namespace);
  return { object: `${kind}/${metadata.name}`, path: 'webhooks', compartment, stops: false };
}

function repair({ clientConfig }: Fields): string {
  return `Look at what should run behind it: kubectl -n ${textOf(at(clientConfig, 'service', 'namespace'))} get pods`;
}

/** `new pods in payments, shop; changes of Certificate in edge`. */
function tell(requests: readonly Request[]): string {
  const compartments = new Map<string, Set<string>>();
  for (const { what, compartment } of requests) {
    compartments.set(what, (compartments.get(what) ?? new Set()).add(compartment));
  }
  return [...compartments].map(([what, names]) => `${what} in ${listed([...names])}`).join('; ');
}
