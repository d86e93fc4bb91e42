import { BlockList } from 'node:net';
import type { Manifest } from '../../policies/manifest';

/**
 * A second opinion on who reaches whom, as unlike the proof as can be: it tries single packets between single pods, and knows
 * no sets. It knows NetworkPolicies, mTLS and AuthorizationPolicies, and of these only what the platform writes and what the
 * adversary makes of it.
 */
export function reachable(manifests: readonly Manifest[]): Set<string> {
  const world = new World(manifests);
  const through = new Set<string>();
  for (const from of [...world.pods, ...ADDRESSES]) {
    for (const to of [...world.pods, ...ADDRESSES]) {
      if (from === to || !(world.isOurs(from) || world.isOurs(to))) continue;
      const passes = world.between(from, to);
      for (const packet of PACKETS) {
        if (passes(packet)) through.add(`${nameOf(from)} → ${nameOf(to)} ${packet.port}/${packet.protocol}`);
      }
    }
  }
  return through;
}

type Json = Readonly<Record<string, unknown>>;
type Labels = Readonly<Record<string, string>>;

interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly account: string;
  readonly hasSidecar: boolean;
  readonly isGateway: boolean;
  readonly excluded: readonly number[];
}

interface Packet {
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
}

const TCP = [
  22, 53, 54, 80, 81, 443, 444, 4317, 4318, 6443, 6444, 8080, 8081, 9000, 9001, 10_250, 10_251, 15_012, 15_013, 15_014,
  15_015, 15_017, 15_018, 15_020, 15_021, 65_535,
];
const PACKETS: readonly Packet[] = [
  ...TCP.map((port) => ({ protocol: 'TCP', port }) as const),
  ...[53, 54, 8080, 9000, 15_020].map((port) => ({ protocol: 'UDP', port }) as const),
];
const ADDRESSES = [
  '10.30.0.10',
  '10.30.2.10',
  '10.30.8.10',
  '10.30.9.3',
  '172.65.32.248',
  '8.8.8.8',
  '169.254.169.254',
];
/** Namespaces that nothing rendered makes. */
const FOREIGN = ['kube-system', 'telemetry', 'elsewhere'];
const APPS = ['web', 'agent', 'ghost'];

const EVERY_PACKET = () => true;

class World {
  readonly pods: readonly Pod[];
  private readonly selected = {
    ingress: new Map<Pod, readonly Manifest[]>(),
    egress: new Map<Pod, readonly Manifest[]>(),
  };
  private readonly namespaces: ReadonlyMap<string, Labels>;
  private readonly policies: readonly Manifest[];
  private readonly authorizations: readonly Manifest[];
  private readonly peers: readonly Manifest[];

  constructor(manifests: readonly Manifest[]) {
    const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
    this.policies = of('NetworkPolicy').filter(({ apiVersion }) => apiVersion === 'networking.k8s.io/v1');
    this.authorizations = of('AuthorizationPolicy');
    this.peers = of('PeerAuthentication');
    const rendered = of('Namespace').map(({ metadata }): [string, Labels] => [metadata.name, metadata.labels ?? {}]);
    const guarded = this.policies.map(({ metadata }): [string, Labels] => [metadata.namespace ?? '', {}]);
    const foreign = FOREIGN.map((name): [string, Labels] => [name, {}]);
    this.namespaces = new Map([...foreign, ...guarded, ...rendered]);
    this.pods = [...manifests.flatMap((manifest) => this.podOf(manifest) ?? []), ...this.others()];
  }

  isOurs(side: Pod | string): boolean {
    return typeof side !== 'string' && !FOREIGN.includes(side.namespace);
  }

  /** Whether a packet passes from one to the other. */
  between(from: Pod | string, to: Pod | string): (packet: Packet) => boolean {
    const out = typeof from === 'string' ? EVERY_PACKET : this.opening(from, to, 'egress');
    const into = typeof to === 'string' ? EVERY_PACKET : this.opening(to, from, 'ingress');
    return (packet) => out(packet) && into(packet) && (typeof to === 'string' || this.isLetIn(from, to, packet));
  }

  private podOf(manifest: Manifest): Pod | undefined {
    const { kind, metadata } = manifest;
    const spec = manifest.spec as Json | undefined;
    const namespace = metadata.namespace ?? '';
    if (kind === 'Gateway') {
      const { labels = {} } = (spec?.infrastructure ?? {}) as { labels?: Labels };
      const account = `${metadata.name}-istio`;
      return { ...{ name: account, namespace, labels, account }, hasSidecar: false, isGateway: true, excluded: [] };
    }
    if (!['Deployment', 'DaemonSet', 'Pod'].includes(kind)) return undefined;
    const template = (kind === 'Pod' ? manifest : spec?.template) as { metadata: Json; spec: Json };
    if (template.spec.hostNetwork === true) return undefined;
    const labels = (template.metadata.labels ?? {}) as Labels;
    const annotations = (template.metadata.annotations ?? {}) as Labels;
    const excluded = annotations['traffic.sidecar.istio.io/excludeInboundPorts'] ?? '';
    return {
      ...{ name: `${kind}/${metadata.name}`, namespace, labels, isGateway: false },
      account: String(template.spec.serviceAccountName ?? 'default'),
      hasSidecar: this.isMeshed(namespace) && labels['sidecar.istio.io/inject'] !== 'false',
      excluded: excluded.split(',').map(Number),
    };
  }

  /** Pods that nobody rendered: of each app in each namespace, and of none; DNS; and in a namespace that nobody knows. */
  private others(): Pod[] {
    const labelsOf = (app: string): Labels => (app === '' ? {} : { 'bulkhead.dev/app': app });
    const pods = [...this.namespaces.keys()].flatMap((namespace) =>
      ['', ...(FOREIGN.includes(namespace) ? APPS : ['ghost'])].map((app) => ({
        ...{ name: `a pod of ${app || 'no app'}`, namespace, labels: labelsOf(app), account: app || 'default' },
        ...{ hasSidecar: this.isMeshed(namespace), isGateway: false, excluded: [] },
      })),
    );
    const dns = { name: 'dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, account: 'dns' };
    return [...pods, { ...dns, hasSidecar: false, isGateway: false, excluded: [] }];
  }

  private isMeshed(namespace: string): boolean {
    return this.namespaces.get(namespace)?.['istio.io/rev'] !== undefined;
  }

  private opening(own: Pod, other: Pod | string, direction: 'ingress' | 'egress'): (packet: Packet) => boolean {
    const selecting = this.selecting(own, direction);
    if (selecting.length === 0) return EVERY_PACKET;
    const open = selecting.flatMap(({ metadata, spec }) =>
      (((spec as Json)[direction] ?? []) as Json[]).filter((rule) => {
        const peers = (rule[direction === 'ingress' ? 'from' : 'to'] ?? []) as Json[];
        return peers.length === 0 || peers.some((peer) => this.isMeant(peer, other, metadata.namespace ?? ''));
      }),
    );
    return (packet) => open.some((rule) => isPort((rule.ports ?? []) as Json[], packet));
  }

  private selecting(pod: Pod, direction: 'ingress' | 'egress'): readonly Manifest[] {
    const known = this.selected[direction].get(pod);
    if (known) return known;
    const selecting = this.policies.filter(({ metadata, spec }) => {
      const { podSelector, policyTypes, egress } = spec as Json & { policyTypes?: string[]; egress?: unknown[] };
      const types = policyTypes ?? (egress ? ['Ingress', 'Egress'] : ['Ingress']);
      const isAbout = types.includes(direction === 'ingress' ? 'Ingress' : 'Egress');
      return isAbout && metadata.namespace === pod.namespace && isSelected(podSelector, pod.labels);
    });
    this.selected[direction].set(pod, selecting);
    return selecting;
  }

  private isMeant({ ipBlock, namespaceSelector, podSelector }: Json, other: Pod | string, own: string): boolean {
    if (ipBlock !== undefined) return typeof other === 'string' && isWithin(ipBlock as Json, other);
    if (typeof other === 'string') return false;
    const labels = { ...this.namespaces.get(other.namespace), 'kubernetes.io/metadata.name': other.namespace };
    const isPlace = namespaceSelector === undefined ? other.namespace === own : isSelected(namespaceSelector, labels);
    return isPlace && isSelected(podSelector, other.labels);
  }

  private isLetIn(from: Pod | string, to: Pod, { protocol, port }: Packet): boolean {
    const uncaptured = [15_020, 15_021, 15_090, ...to.excluded];
    if (!to.hasSidecar || protocol === 'UDP' || uncaptured.includes(port)) return true;
    const caller = typeof from !== 'string' && (from.hasSidecar || from.isGateway) ? from : undefined;
    if (!caller && this.isStrict(to, port)) return false;
    const principal = caller && `cluster.local/ns/${caller.namespace}/sa/${caller.account}`;
    const own = this.authorizations.filter(({ metadata, spec }) => {
      const { selector } = (spec ?? {}) as { selector?: unknown };
      return [to.namespace, 'mesh'].includes(metadata.namespace ?? '') && isSelected(selector, to.labels);
    });
    const isMet = ({ spec }: Manifest) =>
      (((spec as Json).rules ?? []) as Json[]).some(
        (rule) => isCaller(rule, principal, caller?.namespace) && isCalled(rule, port),
      );
    const actionOf = ({ spec }: Manifest) => ((spec ?? {}) as Json).action ?? 'ALLOW';
    if (own.some((policy) => actionOf(policy) === 'DENY' && isMet(policy))) return false;
    const allowing = own.filter((policy) => actionOf(policy) === 'ALLOW');
    return allowing.length === 0 || allowing.some(isMet);
  }

  private isStrict(to: Pod, port: number): boolean {
    const modes = [...this.peers]
      .filter(({ metadata }) => metadata.namespace === 'mesh' || metadata.namespace === to.namespace)
      .sort((a, b) => (a.metadata.namespace === 'mesh' ? 1 : 0) - (b.metadata.namespace === 'mesh' ? 1 : 0))
      .flatMap(({ spec }) => {
        const { mtls, portLevelMtls, selector } = spec as {
          mtls?: Json;
          portLevelMtls?: Record<string, Json>;
          selector?: unknown;
        };
        if (selector && !isSelected(selector, to.labels)) return [];
        return [portLevelMtls?.[port]?.mode, mtls?.mode].filter((mode) => mode !== undefined && mode !== 'UNSET');
      });
    return modes[0] === 'STRICT';
  }
}

function nameOf(side: Pod | string): string {
  return typeof side === 'string' ? side : `${side.namespace}/${side.name}`;
}

function isSelected(selector: unknown, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = (selector ?? {}) as {
    matchLabels?: Labels;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  const isAsked = matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const isIn = value !== undefined && values.includes(value);
    return operator === 'In' ? isIn : !isIn;
  });
  return isAsked && Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

function isPort(ports: readonly Json[], { protocol, port }: Packet): boolean {
  if (ports.length === 0) return true;
  return ports.some((each) => {
    if ((each.protocol ?? 'TCP') !== protocol) return false;
    return each.port === undefined || (Number(each.port) <= port && port <= Number(each.endPort ?? each.port));
  });
}

function isWithin({ cidr, except = [] }: { cidr?: unknown; except?: unknown }, address: string): boolean {
  const isIn = (range: string) => {
    const [base = '', length = '32'] = range.split('/');
    const list = new BlockList();
    list.addSubnet(base, Number(length), base.includes(':') ? 'ipv6' : 'ipv4');
    return list.check(address);
  };
  return isIn(String(cidr)) && !(except as string[]).some(isIn);
}

function isCaller(rule: Json, principal: string | undefined, namespace: string | undefined): boolean {
  const from = (rule.from ?? []) as { source: Record<string, string[] | undefined> }[];
  const like = (name: string | undefined, patterns: readonly string[]) =>
    name !== undefined &&
    patterns.some((pattern) => {
      const text = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
      return new RegExp(`^${text}$`).test(name);
    });
  return (
    from.length === 0 ||
    from.some(
      ({ source: { principals, namespaces, notPrincipals } }) =>
        (!principals || like(principal, principals)) &&
        (!namespaces || like(namespace, namespaces)) &&
        (!notPrincipals || !like(principal, notPrincipals)),
    )
  );
}

function isCalled(rule: Json, port: number): boolean {
  const to = (rule.to ?? []) as { operation: { ports?: string[] } }[];
  return to.length === 0 || to.some(({ operation }) => !operation.ports || operation.ports.includes(`${port}`));
}
