import type { Manifest } from './manifest';

type Fields = Readonly<Record<string, unknown>>;

/** By which of a Deployment's own labels Flagger tells the two versions apart; the first that its selector names. */
const TELLING_LABELS = ['app', 'name', 'app.kubernetes.io/name'] as const;

/**
 * What Flagger makes of Canaries with the Gateway API and stands in no tree: the Deployment that serves with its autoscaler,
 * the Services that lead to either version, and the route. For checks, which must know what runs; the copies of ConfigMaps and
 * Secrets that it makes as well are left out, because nobody is let through or stopped by one.
 *
 * The route is told as it is at rest and leads to both versions, as it always may.
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function madeByFlagger(manifests: readonly Manifest[]): Manifest[] {
  return readCanaries(manifests).flatMap(({ canary, target, label, autoscaler }) => {
    if (!target || !label) return [];
    return [
      primary(target, label),
      ...(autoscaler ? [primaryScaler(autoscaler, target)] : []),
      ...services(canary, target, label),
      route(canary, target),
    ];
  });
}

/** The Canaries of which nothing is told here, because their target or the label of its versions is not known. */
export function unfollowedCanaries(manifests: readonly Manifest[]): Manifest[] {
  return readCanaries(manifests).flatMap(({ canary, target, label }) => (target && label ? [] : canary));
}

/** A Canary with what it names; `undefined`: nobody renders it. */
interface ReadCanary {
  readonly canary: Manifest;
  readonly target: Manifest | undefined;
  readonly label: string | undefined;
  readonly autoscaler: Manifest | undefined;
}

function readCanaries(manifests: readonly Manifest[]): ReadCanary[] {
  const canaries = manifests.filter(isCanary);
  if (canaries.length === 0) return [];
  const byName = new Map(manifests.map((manifest) => [keyOf(manifest), manifest]));
  return canaries.map((canary) => {
    const spec = fields(canary.spec);
    const find = (reference: unknown): Manifest | undefined => {
      const { kind, name } = fields(reference);
      return byName.get(`${kind} ${canary.metadata.namespace ?? ''} ${name}`);
    };
    const target = find(spec.targetRef);
    const label = TELLING_LABELS.find((key) => fields(fields(fields(target?.spec).selector).matchLabels)[key]);
    return { canary, target, label, autoscaler: find(spec.autoscalerRef) };
  });
}

function isCanary({ apiVersion, kind }: Manifest): boolean {
  return kind === 'Canary' && apiVersion.startsWith('flagger.app/');
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
}

function primary({ apiVersion, kind, metadata, spec }: Manifest, label: string): Manifest {
  const { replicas: _, ...rest } = fields(spec);
  const template = fields(rest.template);
  const told = { [label]: primaryOf(String(fields(fields(rest.selector).matchLabels)[label])) };
  const podLabels = { ...fields(fields(template.metadata).labels), ...told };
  return {
    ...{ apiVersion, kind },
    metadata: { ...placeOf(metadata), name: primaryOf(metadata.name), labels: told },
    spec: {
      ...rest,
      selector: { matchLabels: told },
      template: { ...template, metadata: { ...fields(template.metadata), labels: podLabels } },
    },
  };
}

function primaryScaler({ apiVersion, kind, metadata, spec }: Manifest, target: Manifest): Manifest {
  const { scaleTargetRef, ...rest } = fields(spec);
  const name = primaryOf(target.metadata.name);
  return {
    ...{ apiVersion, kind, metadata: { ...placeOf(metadata), name: primaryOf(metadata.name) } },
    spec: { ...rest, scaleTargetRef: { ...fields(scaleTargetRef), name } },
  };
}

/** Callers within the cluster get the version that serves, whatever takes over. */
function services(canary: Manifest, target: Manifest, label: string): Manifest[] {
  const {
    name,
    port,
    targetPort = port,
    portName = 'http',
    appProtocol,
    ...more
  } = fields(fields(canary.spec).service);
  const own = String(fields(fields(fields(target.spec).selector).matchLabels)[label]);
  const apex = String(name ?? target.metadata.name);
  const lead = (service: string, selected: string, metadata: unknown): Manifest => ({
    ...{ apiVersion: 'v1', kind: 'Service' },
    metadata: {
      ...placeOf(canary.metadata),
      name: service,
      labels: { ...(fields(fields(metadata).labels) as Readonly<Record<string, string>>), [label]: service },
    },
    spec: {
      type: 'ClusterIP',
      selector: { [label]: selected },
      ports: [{ name: portName, protocol: 'TCP', port, targetPort, ...(appProtocol ? { appProtocol } : {}) }],
    },
  });
  return [
    lead(apex, primaryOf(own), more.apex),
    lead(primaryOf(apex), primaryOf(own), more.primary),
    lead(`${apex}-canary`, own, more.canary),
  ];
}

function route(canary: Manifest, target: Manifest): Manifest {
  const { name, port, hosts, gatewayRefs, timeout, headers, mirror } = fields(fields(canary.spec).service);
  const apex = String(name ?? target.metadata.name);
  const { request } = fields(headers);
  const filters = [
    ...(request ? [{ type: 'RequestHeaderModifier', requestHeaderModifier: request }] : []),
    ...(Array.isArray(mirror) ? mirror : []).map((each) => ({ type: 'RequestMirror', requestMirror: each })),
  ];
  const backend = (service: string, weight: number) => ({ group: '', kind: 'Service', name: service, port, weight });
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { ...placeOf(canary.metadata), name: apex },
    spec: {
      parentRefs: gatewayRefs,
      ...(hosts ? { hostnames: hosts } : {}),
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          ...(filters.length > 0 ? { filters } : {}),
          ...(timeout ? { timeouts: { request: timeout } } : {}),
          backendRefs: [backend(primaryOf(apex), 100), backend(`${apex}-canary`, 0)],
        },
      ],
    },
  };
}

function placeOf({ namespace }: Manifest['metadata']): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

function primaryOf(name: string): string {
  return `${name}-primary`;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
