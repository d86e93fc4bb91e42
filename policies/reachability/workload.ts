import type { Manifest } from '../manifest';
import type { Injection } from './injection';
import { NO_PORTS, type Ports, PROTOCOLS, portRange, unionOf } from './ports';
import { type Fields, readFields, readLabels, readList, readText, refuseOthers, Unreadable } from './read';

/** What a manifest says of the pods that it makes, as far as their traffic is concerned. */
export interface Workload {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string;
  /** Ports that policies can name. */
  readonly namedPorts: ReadonlyMap<string, Ports>;
  /** Uses its node's network, where no NetworkPolicy and no sidecar sees it. */
  readonly isOnNode: boolean;
  readonly proxy: 'sidecar' | 'gateway' | 'none';
  /** Ports that its pods have taken from their sidecar. */
  readonly uncaptured: Ports;
}

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  'apps Deployment': ['spec', 'template'],
  'apps StatefulSet': ['spec', 'template'],
  'apps DaemonSet': ['spec', 'template'],
  'apps ReplicaSet': ['spec', 'template'],
  'batch Job': ['spec', 'template'],
  'batch CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  ' Pod': [],
  ' ReplicationController': ['spec', 'template'],
};

/** The proxy's own metrics, health and statistics: never captured. @see https://istio.io/latest/docs/ops/deployment/application-requirements/ */
export const PROXY_PORTS = unionOf([15_020, 15_021, 15_090].map((port) => portRange('TCP', port)));

/** What pods may say to the mesh. Anything else may change what their sidecar does, down to having none. */
const KNOWN_KEYS: readonly string[] = [
  'istio.io/rev',
  'sidecar.istio.io/inject',
  'traffic.sidecar.istio.io/excludeInboundPorts',
  'prometheus.istio.io/merge-metrics',
  ...['sidecar.istio.io/proxyCPU', 'sidecar.istio.io/proxyCPULimit'],
  ...['sidecar.istio.io/proxyMemory', 'sidecar.istio.io/proxyMemoryLimit'],
  ...['service.istio.io/canonical-name', 'service.istio.io/canonical-revision'],
];

const INJECT = 'sidecar.istio.io/inject';

/** What Istio takes for no word about a sidecar, or one for it. Whatever else is said is a word against it. */
const NOT_AGAINST = /^(|y|yes|true|on)$/i;

/**
 * The workload that a manifest makes; `undefined`: none.
 * @throws {Unreadable} when its pods cannot be read, or say something of their traffic that the proof does not know
 */
export function readWorkload(manifest: Manifest, injection: Injection): Workload | undefined {
  const path = TEMPLATES[`${groupOf(manifest)} ${manifest.kind}`];
  if (!path) return undefined;
  const at = path.join('.');
  const template = path.reduce<Fields>((fields, key) => readFields(fields[key], at), manifest);
  const metadata = readFields(template.metadata, `${at}.metadata`);
  const labels = readLabels(metadata.labels, `${at}.metadata.labels`);
  const annotations = readLabels(metadata.annotations, `${at}.metadata.annotations`);
  const spec = readFields(template.spec, `${at}.spec`);
  const namespace = manifest.metadata.namespace ?? 'default';
  const isOnNode = spec.hostNetwork === true;
  const word = labels[INJECT] ?? annotations[INJECT] ?? '';
  const hasSidecar = !isOnNode && NOT_AGAINST.test(word) && injection.isInjected(namespace, labels);
  if (hasSidecar) {
    refuseKeys(labels, `${at}.metadata.labels`);
    refuseKeys(annotations, `${at}.metadata.annotations`);
  }
  return {
    ...{ manifest, namespace, labels, isOnNode },
    account: readText(spec.serviceAccountName ?? 'default', `${at}.spec.serviceAccountName`),
    namedPorts: readNamedPorts(spec, `${at}.spec`),
    proxy: hasSidecar ? 'sidecar' : 'none',
    uncaptured: hasSidecar ? excludedPorts(annotations) : NO_PORTS,
  };
}

/** The pods that Istio makes of a Gateway; `undefined`: the manifest is none. @throws {Unreadable} */
export function readGateway(manifest: Manifest): Workload | undefined {
  if (groupOf(manifest) !== 'gateway.networking.k8s.io' || manifest.kind !== 'Gateway') return undefined;
  const spec = readFields(manifest.spec, 'spec');
  if (spec.gatewayClassName !== 'istio') throw new Unreadable('spec.gatewayClassName', 'istio');
  refuseOthers(spec, ['gatewayClassName', 'infrastructure', 'listeners'], 'spec');
  const infrastructure = readFields(spec.infrastructure, 'spec.infrastructure');
  refuseOthers(infrastructure, ['labels', 'parametersRef'], 'spec.infrastructure');
  const labels = readLabels(infrastructure.labels, 'spec.infrastructure.labels');
  refuseKeys(labels, 'spec.infrastructure.labels');
  const { name, namespace = 'default' } = manifest.metadata;
  return {
    ...{ manifest, namespace },
    labels: {
      ...labels,
      [GATEWAY_NAME]: name,
    },
    account: `${name}-istio`,
    ...{ namedPorts: new Map(), isOnNode: false, proxy: 'gateway', uncaptured: NO_PORTS },
  };
}

/** Set by Istio on the pods that it makes of a Gateway. */
export const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

export function groupOf({ apiVersion }: Manifest): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

function readNamedPorts(spec: Fields, path: string): ReadonlyMap<string, Ports> {
  const named = new Map<string, Ports>();
  for (const list of ['initContainers', 'containers']) {
    for (const [index, container] of readList(spec[list], `${path}.${list}`).entries()) {
      const at = `${path}.${list}[${index}].ports`;
      for (const port of readList(readFields(container, at).ports, at)) {
        const { name, containerPort, protocol = 'TCP' } = readFields(port, at);
        const known = PROTOCOLS.find((each) => each === protocol);
        if (typeof containerPort !== 'number' || !known) throw new Unreadable(at, 'numbers and protocols');
        if (typeof name === 'string') named.set(name, portRange(known, containerPort));
      }
    }
  }
  return named;
}

function refuseKeys(keys: Readonly<Record<string, string>>, path: string): void {
  const unknown = Object.keys(keys).find((key) => /(^|\.)istio\.io\//.test(key) && !KNOWN_KEYS.includes(key));
  if (unknown !== undefined) throw new Unreadable(`${path}.${unknown}`, 'nothing of this name');
}

function excludedPorts(annotations: Readonly<Record<string, string>>): Ports {
  const text = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
  const numbers = text.split(',').filter((part) => part.trim() !== '');
  return unionOf(numbers.map((part) => portRange('TCP', Number(part))));
}
