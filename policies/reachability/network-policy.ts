import type { Manifest } from '../manifest';
import { type Block, parseBlock, withoutBlocks } from './addresses';
import type { Cluster } from './cluster';
import type { Pods } from './pods';
import { ALL_PORTS, NO_PORTS, type Ports, PROTOCOLS, portRange, unionOf } from './ports';
import { type Fields, readFields, readList, readText, readTexts, refuseOthers, Unreadable } from './read';
import { readSelector, type Selector } from './selector';

export type Direction = 'ingress' | 'egress';

/** One NetworkPolicy as Kubernetes understands it. */
export interface NetworkPolicy {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly pods: Selector;
  /** What it opens, by direction. A direction that is not there is none of its business. */
  readonly rules: Readonly<Partial<Record<Direction, readonly Rule[]>>>;
}

export interface Rule {
  readonly path: string;
  /** @default - everyone */
  readonly peers: readonly Peer[] | undefined;
  /** The ports, which may be named, at whatever listens; nothing is known of what listens at addresses. */
  readonly portsAt: (listener: Pods | undefined) => Ports;
}

export interface Peer {
  readonly path: string;
  readonly blocks: readonly Block[];
  /** @default - none: it means addresses */
  readonly pods: PodPeer | undefined;
}

interface PodPeer {
  /** @default - the policy's own */
  readonly namespaces: Selector | undefined;
  readonly pods: Selector;
}

/** @throws {Unreadable} when it is not as Kubernetes 1.36 knows it */
export function readNetworkPolicy(manifest: Manifest): NetworkPolicy {
  const spec = readFields(manifest.spec, 'spec');
  refuseOthers(spec, ['podSelector', 'policyTypes', 'ingress', 'egress'], 'spec');
  const types = readTexts(spec.policyTypes, 'spec.policyTypes');
  // Without types, a policy is about what comes in and, only if it has rules for it, about what goes out.
  const isEgress = types.length === 0 ? readList(spec.egress, 'spec.egress').length > 0 : types.includes('Egress');
  const isIngress = types.length === 0 || types.includes('Ingress');
  return {
    manifest,
    namespace: manifest.metadata.namespace ?? 'default',
    pods: readSelector(spec.podSelector, 'spec.podSelector'),
    rules: {
      ...(isIngress ? { ingress: readRules(spec, 'ingress', 'from') } : {}),
      ...(isEgress ? { egress: readRules(spec, 'egress', 'to') } : {}),
    },
  };
}

/** Every label key that a policy asks for. */
export function keysOf({ pods, rules }: NetworkPolicy): string[] {
  const peers = [...(rules.ingress ?? []), ...(rules.egress ?? [])].flatMap((rule) => rule.peers ?? []);
  return [pods, ...peers.flatMap((peer) => (peer.pods ? [peer.pods.pods] : []))].flatMap((selector) =>
    selector.map(({ key }) => key),
  );
}

/** The pods that a peer of a policy means. */
export function podsOfPeer({ pods }: Peer, namespace: string, cluster: Cluster): readonly Pods[] {
  if (!pods) return [];
  return pods.namespaces === undefined
    ? cluster.podsIn(namespace, pods.pods)
    : cluster.podsOf(pods.namespaces, pods.pods);
}

function readRules(spec: Fields, direction: Direction, key: 'from' | 'to'): Rule[] {
  return readList(spec[direction], `spec.${direction}`).map((value, index) => {
    const path = `spec.${direction}[${index}]`;
    const fields = readFields(value, path);
    refuseOthers(fields, [key, 'ports'], path);
    const peers = readList(fields[key], `${path}.${key}`).map((peer, place) =>
      readPeer(peer, `${path}.${key}[${place}]`),
    );
    return { path, peers: peers.length === 0 ? undefined : peers, portsAt: readPorts(fields.ports, `${path}.ports`) };
  });
}

function readPeer(value: unknown, path: string): Peer {
  const fields = readFields(value, path);
  refuseOthers(fields, ['ipBlock', 'namespaceSelector', 'podSelector'], path);
  const { ipBlock, namespaceSelector, podSelector } = fields;
  if (ipBlock !== undefined) return { path, pods: undefined, blocks: readBlocks(ipBlock, `${path}.ipBlock`) };
  if (namespaceSelector === undefined && podSelector === undefined) throw new Unreadable(path, 'somebody');
  const namespaces =
    namespaceSelector === undefined ? undefined : readSelector(namespaceSelector, `${path}.namespaceSelector`);
  return { path, blocks: [], pods: { namespaces, pods: readSelector(podSelector, `${path}.podSelector`) } };
}

function readBlocks(value: unknown, path: string): Block[] {
  const fields = readFields(value, path);
  refuseOthers(fields, ['cidr', 'except'], path);
  const holes = readTexts(fields.except, `${path}.except`).map((text) => readBlock(text, `${path}.except`));
  return withoutBlocks(readBlock(readText(fields.cidr, `${path}.cidr`), `${path}.cidr`), holes);
}

function readBlock(text: string, path: string): Block {
  const block = parseBlock(text);
  if (!block) throw new Unreadable(path, 'a range of addresses');
  return block;
}

function readPorts(value: unknown, path: string): Rule['portsAt'] {
  const list = readList(value, path).map((port, index) => readPort(port, `${path}[${index}]`));
  if (list.length === 0) return () => ALL_PORTS;
  const fixed = unionOf(list.flatMap((port) => (typeof port === 'string' ? [] : [port])));
  const names = list.filter((port) => typeof port === 'string');
  if (names.length === 0) return () => fixed;
  return (listener) => unionOf([fixed, ...names.map((name) => listener?.namedPorts.get(name) ?? NO_PORTS)]);
}

function readPort(value: unknown, path: string): Ports | string {
  const fields = readFields(value, path);
  refuseOthers(fields, ['protocol', 'port', 'endPort'], path);
  const { protocol = 'TCP', port, endPort } = fields;
  const known = PROTOCOLS.find((each) => each === protocol);
  if (!known) throw new Unreadable(`${path}.protocol`, PROTOCOLS.join(', '));
  if (port === undefined) return ALL_PORTS.filter((range) => range.protocol === known);
  if (typeof port === 'string') return port;
  if (typeof port !== 'number') throw new Unreadable(`${path}.port`, 'a number or a name');
  if (endPort !== undefined && typeof endPort !== 'number') throw new Unreadable(`${path}.endPort`, 'a number');
  return portRange(known, port, endPort ?? port);
}
