import { REGISTRIES_ANNOTATION } from '../names';

/** A kind as the API server names it. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Plural, with the subresources through which it can also be written. */
  readonly resources: readonly string[];
}

/**
 * Kinds of one shape, so that an expression that fits one of them fits them all. There is one ValidatingAdmissionPolicy per
 * family and scope; a policy over several shapes would collect type-checking warnings that nobody reads any more.
 */
export interface Family {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** What its rules share, in the order of need. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * What rules judge of `object`. An update that leaves it alone is not judged, so that a rule which is new never keeps
   * controllers from scaling, finishing or deleting what is old. @default - every update is judged
   */
  readonly judged?: string;
}

const kind = (group: string, version: string, kind: string, ...resources: string[]): Kind => ({
  ...{ group, version, kind, resources },
});

/** A family of one kind. */
const only = (group: string, version: string, name: string, resource: string): Family => ({
  ...{ name: resource, kinds: [kind(group, version, name, resource)], variables: {} },
});

/** `template`: where the pod's metadata and spec stand. */
function workloads(name: string, template: string, kinds: readonly Kind[]): Family {
  const variables = {
    template,
    spec: 'variables.template.spec',
    labels: 'variables.template.?metadata.?labels.orValue({})',
    annotations: 'variables.template.?metadata.?annotations.orValue({})',
    // Of different types, by the letter of their schemas: only as dyn do they fit into one list.
    containers:
      'dyn(variables.spec.containers) + dyn(variables.spec.?initContainers.orValue([])) + dyn(variables.spec.?ephemeralContainers.orValue([]))',
    contexts:
      'dyn(has(variables.spec.securityContext) ? [variables.spec.securityContext] : []) + dyn(variables.containers.filter(c, has(c.securityContext)).map(c, c.securityContext))',
    volumes: 'dyn(variables.spec.?volumes.orValue([]))',
    // Prefixes of images, separated by commas; empty: whatever registry.
    registries: `namespaceObject.metadata.?annotations[?'${REGISTRIES_ANNOTATION}'].orValue('')`,
    windows: "variables.spec.?os.?name.orValue('') == 'windows'",
  };
  const judged = template === 'object' ? 'object.spec' : template;
  return { name, kinds, variables, judged };
}

export const PODS = workloads('pods', 'object', [kind('', 'v1', 'Pod', 'pods', 'pods/ephemeralcontainers')]);
export const TEMPLATES = workloads('templates', 'object.spec.template', [
  kind('apps', 'v1', 'Deployment', 'deployments'),
  kind('apps', 'v1', 'StatefulSet', 'statefulsets'),
  kind('apps', 'v1', 'DaemonSet', 'daemonsets'),
  kind('apps', 'v1', 'ReplicaSet', 'replicasets'),
  kind('batch', 'v1', 'Job', 'jobs'),
  kind('', 'v1', 'ReplicationController', 'replicationcontrollers'),
]);
export const CRON_JOBS = workloads('cronjobs', 'object.spec.jobTemplate.spec.template', [
  kind('batch', 'v1', 'CronJob', 'cronjobs'),
]);

/** Whatever runs pods. */
export const WORKLOADS: readonly Family[] = [PODS, TEMPLATES, CRON_JOBS];
/** What is judged as it was written. Pods are not: an injected sidecar has joined them, which is the mesh's own affair. */
export const WRITTEN: readonly Family[] = [TEMPLATES, CRON_JOBS];

export const SERVICES = [only('', 'v1', 'Service', 'services')];
export const CONFIG_MAPS = [only('', 'v1', 'ConfigMap', 'configmaps')];
export const SECRETS = [only('', 'v1', 'Secret', 'secrets')];
export const NAMESPACES = [only('', 'v1', 'Namespace', 'namespaces')];
export const AUTOSCALERS = [only('autoscaling', 'v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers')];
export const DISRUPTION_BUDGETS = [only('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets')];
export const NETWORK_POLICIES = [only('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies')];
export const ROLES = [only('rbac.authorization.k8s.io', 'v1', 'Role', 'roles')];
export const ROLE_BINDINGS = [only('rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings')];
export const GATEWAYS = [only('gateway.networking.k8s.io', 'v1', 'Gateway', 'gateways')];
export const HTTP_ROUTES = [only('gateway.networking.k8s.io', 'v1', 'HTTPRoute', 'httproutes')];
export const AUTHORIZATION_POLICIES = [only('security.istio.io', 'v1', 'AuthorizationPolicy', 'authorizationpolicies')];
export const PEER_AUTHENTICATIONS = [only('security.istio.io', 'v1', 'PeerAuthentication', 'peerauthentications')];
export const CANARIES = [only('flagger.app', 'v1beta1', 'Canary', 'canaries')];
export const METRIC_TEMPLATES = [only('flagger.app', 'v1beta1', 'MetricTemplate', 'metrictemplates')];
