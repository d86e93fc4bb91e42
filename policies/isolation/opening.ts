import type { Manifest } from '../manifest';
import { at, type Fields, fieldsOf, listOf, textOf, textsOf } from './json';
import { selects } from './selector';

/** Who is at the other end of an opening. */
export interface Peer {
  readonly path: string;
  /** The namespaces it may lie in; `undefined`: it is a range of addresses. */
  readonly namespaces: readonly string[] | undefined;
  /** Which pods of them. */
  readonly pods: unknown;
}

interface Ports {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

/** One rule of a NetworkPolicy. */
export interface Opening {
  readonly manifest: Manifest;
  readonly direction: 'ingress' | 'egress';
  readonly path: string;
  /** The pods of its namespace that it opens. */
  readonly pods: unknown;
  /** Nobody named: everybody. */
  readonly peers: readonly Peer[];
  /** None named: all. A port that is given by name may be any. */
  readonly ports: readonly Ports[];
}

const ANY_PORT = { first: 0, last: 65_535 } as const;

type Namespaces = ReadonlyMap<string, Manifest>;

/** Every rule of every policy. */
export function openingsOf(policies: readonly Manifest[], namespaces: Namespaces): Opening[] {
  const namesOf = namespaceFinder(namespaces);
  return policies.flatMap((manifest) =>
    (['ingress', 'egress'] as const).flatMap((direction) =>
      listOf(at(manifest, 'spec', direction)).map((rule, index): Opening => {
        const path = `spec.${direction}[${index}]`;
        const key = direction === 'ingress' ? 'from' : 'to';
        const peers = listOf(at(rule, key)).map((peer, position): Peer => {
          const { ipBlock, namespaceSelector, podSelector } = fieldsOf(peer);
          const own = [manifest.metadata.namespace ?? ''];
          const names = ipBlock ? undefined : namespaceSelector === undefined ? own : namesOf(namespaceSelector);
          return { path: `${path}.${key}[${position}]`, namespaces: names, pods: podSelector };
        });
        const pods = at(manifest, 'spec', 'podSelector');
        return { manifest, direction, path, pods, peers, ports: listOf(at(rule, 'ports')).map(portsOf) };
      }),
    ),
  );
}

function portsOf(value: unknown): Ports {
  const { port, endPort, protocol } = fieldsOf(value);
  const range =
    typeof port === 'number' ? { first: port, last: typeof endPort === 'number' ? endPort : port } : ANY_PORT;
  return { ...range, protocol: textOf(protocol) || 'TCP' };
}

const NAME = 'kubernetes.io/metadata.name';

/** Finds the namespaces that a selector means. Most name one, which needs no search and no manifest of it. */
function namespaceFinder(namespaces: Namespaces): (selector: unknown) => readonly string[] {
  const found = new Map<string, readonly string[]>();
  const labels = [...namespaces].map(([name, { metadata }]): readonly [string, Fields] => [
    name,
    { ...fieldsOf(metadata.labels), [NAME]: name },
  ]);
  return (selector) => {
    const name = textOf(at(selector, 'matchLabels', NAME));
    if (name !== '' && isOneLabel(selector)) return [name];
    const key = JSON.stringify(selector);
    const known = found.get(key);
    if (known) return known;
    const names = labels.filter(([, own]) => selects(selector, own)).map(([own]) => own);
    found.set(key, names);
    return names;
  };
}

/** Whether an opening lets `port` through. */
export function opensPort({ ports }: Opening, port: number, protocol = 'TCP'): boolean {
  return (
    ports.length === 0 ||
    ports.some(({ first, last, protocol: own }) => own === protocol && first <= port && port <= last)
  );
}

/** Whether an opening lets nothing through but `allowed` ports. */
export function opensOnly({ ports }: Opening, allowed: readonly number[]): boolean {
  return ports.length > 0 && ports.every(({ first, last }) => first === last && allowed.includes(first));
}

/** The namespaces that an opening's peers lie in. */
export function peerNamespaces({ peers }: Opening): readonly string[] {
  return peers.flatMap(({ namespaces }) => namespaces ?? []);
}

/** The values that a selector asks a label to have; `undefined`: any. */
export function selectedValues(selector: unknown, label: string): readonly string[] | undefined {
  const value = textOf(at(selector, 'matchLabels', label));
  if (value !== '') return [value];
  const within = listOf(at(selector, 'matchExpressions')).find(
    (expression) => at(expression, 'key') === label && at(expression, 'operator') === 'In',
  );
  return within === undefined ? undefined : textsOf(at(within, 'values'));
}

function isOneLabel(selector: unknown): boolean {
  const { matchLabels, ...rest } = fieldsOf(selector);
  return Object.keys(fieldsOf(matchLabels)).length === 1 && Object.keys(rest).length === 0;
}
