import type { Manifest } from '../manifest';
import type { Cluster } from './cluster';
import type { Pods } from './pods';
import { NO_PORTS, type Ports, PROTOCOLS, portRange, unionOf } from './ports';
import { readFields, readLabels, readList, readText, Unreadable } from './read';
import { requireLabels, type Selector } from './selector';

/** A Service: a name for pods, and other numbers for their ports. */
export interface Service {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly pods: Selector;
  readonly ports: readonly ServicePort[];
}

interface ServicePort {
  readonly port: number;
  readonly targetAt: (pods: Pods) => Ports;
}

/** @throws {Unreadable} when it is a way in of its own, or what it leads to is not said */
export function readService(manifest: Manifest): Service {
  const spec = readFields(manifest.spec, 'spec');
  if ((spec.type ?? 'ClusterIP') !== 'ClusterIP') throw new Unreadable('spec.type', 'ClusterIP');
  if (readList(spec.externalIPs, 'spec.externalIPs').length > 0) throw new Unreadable('spec.externalIPs', 'none');
  const labels = readLabels(spec.selector, 'spec.selector');
  if (Object.keys(labels).length === 0) throw new Unreadable('spec.selector', 'labels');
  const { name, namespace = 'default' } = manifest.metadata;
  return {
    ...{ manifest, namespace, name, host: `${name}.${namespace}.svc.cluster.local`, pods: requireLabels(labels) },
    ports: readList(spec.ports, 'spec.ports').map((port, index) => readPort(port, `spec.ports[${index}]`)),
  };
}

function readPort(value: unknown, path: string): ServicePort {
  const { port, targetPort = port, protocol = 'TCP' } = readFields(value, path);
  const known = PROTOCOLS.find((each) => each === protocol);
  if (typeof port !== 'number' || !known) throw new Unreadable(path, 'a number and a protocol');
  if (typeof targetPort === 'number') return { port, targetAt: () => portRange(known, targetPort) };
  const name = readText(targetPort, `${path}.targetPort`);
  return { port, targetAt: ({ namedPorts }) => namedPorts.get(name) ?? NO_PORTS };
}

/** The pods behind a Service, with the ports at which it reaches them: all, or those behind one of its own. */
export function targetsOf(service: Service, cluster: Cluster, port?: number): [Pods, Ports][] {
  const ports = service.ports.filter((each) => port === undefined || each.port === port);
  return cluster
    .podsIn(service.namespace, service.pods)
    .map((pods) => [pods, unionOf(ports.map(({ targetAt }) => targetAt(pods)))]);
}
