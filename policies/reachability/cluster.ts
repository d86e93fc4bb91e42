import type { Manifest } from '../manifest';
import type { Declared, DeclaredEnd } from './declared';
import { groupBy } from './group-by';
import { type Identity, identityOf, type KnownIdentities, NO_IDENTITY, unknownIdentity } from './identity';
import type { Injection } from './injection';
import { Namespace } from './namespace';
import { NAMED, NO_APP, OTHER_APP, type Pods, STRANGERS } from './pods';
import { NO_PORTS } from './ports';
import { givenLabels, type Labels, requireLabels, type Selector, selects, unknownLabels } from './selector';
import type { Workload } from './workload';

/** Set by Kubernetes on every namespace to its name. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** What the cluster is made of. */
export interface ClusterParts {
  /** The rendered namespaces by name. */
  readonly namespaces: ReadonlyMap<string, Manifest>;
  readonly workloads: readonly Workload[];
  readonly injection: Injection;
  /** Namespaces that policies lie in. */
  readonly guarded: readonly string[];
  readonly declared: Declared;
  /** Label keys that some selector asks for. By no other label can pods be told apart. */
  readonly selectedKeys: ReadonlySet<string>;
}

/**
 * All pods that there are or may come to be, grouped: those of rendered workloads, those at the ends of passages that nothing
 * rendered makes, and in each namespace those of other apps and of no app.
 */
export class Cluster {
  private readonly namespaces = new Map<string | undefined, Namespace>();
  private readonly found = new Map<string, readonly Namespace[]>();
  private readonly like = new Map<string, readonly Pods[]>();
  private readonly known: KnownIdentities;
  private readonly ours: ReadonlySet<string>;

  constructor(private readonly parts: ClusterParts) {
    const { workloads, declared } = parts;
    const names = namesOf(parts);
    for (const name of names) this.namespaces.set(name, new Namespace(name, this.labelsOf(name)));
    const isNameTaken = (key: string, value: string) => key === NAMESPACE_NAME && names.has(value);
    const elsewhere = unknownLabels({ has: NAMESPACE_NAME, isTaken: isNameTaken });
    this.namespaces.set(undefined, new Namespace(undefined, elsewhere));
    this.known = knownIdentities(parts, names);
    this.ours = oursOf(parts);
    this.addWorkloads(workloads.filter(({ isOnNode }) => !isOnNode));
    this.addDns(declared.dns);
    for (const { from, to } of declared.passages) for (const end of [from, to]) this.addEnd(end);
    for (const namespace of this.namespaces.values()) this.addUnknown(namespace);
  }

  /** Every group of pods. */
  get pods(): Pods[] {
    return [...this.namespaces.values()].flatMap(({ pods }) => pods);
  }

  /** The pods of all namespaces that are not known. */
  get strangers(): Pods | undefined {
    return this.namespaces.get(undefined)?.pods[0];
  }

  /** The pods of one namespace that a selector means. */
  podsIn(namespace: string, selector: Selector): readonly Pods[] {
    return this.namespaces.get(namespace)?.select(selector) ?? [];
  }

  /** The pods that a selector means, of the namespaces that another means. */
  podsOf(namespaces: Selector, selector: Selector): readonly Pods[] {
    return this.namespacesOf(namespaces).flatMap((namespace) => namespace.select(selector));
  }

  /** The pods at a declared end. */
  podsAt(end: DeclaredEnd): readonly Pods[] {
    const { dns } = this.parts.declared;
    if (end.kind === 'dns') return this.podsIn(dns.namespace, requireLabels(dns.labels));
    return end.kind === 'app' ? (this.namespaces.get(end.namespace)?.ofApp(end.app) ?? []) : [];
  }

  /** The pods whose identity is, or may be, what a pattern means. */
  podsLike(kind: 'principal' | 'namespace', pattern: string): readonly Pods[] {
    const key = `${kind} ${pattern}`;
    const known = this.like.get(key);
    if (known) return known;
    const named = kind === 'namespace' ? pattern : (/\/ns\/([^/*]+)\/sa\//.exec(pattern)?.[1] ?? '*');
    const places = named.includes('*')
      ? [...this.namespaces.values()]
      : [this.namespaces.get(named), this.namespaces.get(undefined)].flatMap((namespace) => namespace ?? []);
    const found = places.flatMap(({ pods }) => pods.filter(({ identity }) => identity.may(kind, pattern)));
    this.like.set(key, found);
    return found;
  }

  private namespacesOf(selector: Selector): readonly Namespace[] {
    const [only, ...more] = selector;
    if (only?.key === NAMESPACE_NAME && only.operator === 'In' && more.length === 0) {
      const named = only.values.map((value) => this.namespaces.get(value) ?? this.namespaces.get(undefined));
      return [...new Set(named.flatMap((namespace) => namespace ?? []))];
    }
    const key = JSON.stringify(selector);
    const found =
      this.found.get(key) ?? [...this.namespaces.values()].filter(({ labels }) => selects(selector, labels));
    this.found.set(key, found);
    return found;
  }

  /** A namespace that nothing rendered makes may carry any label but another's name. */
  private labelsOf(name: string): Labels {
    const manifest = this.parts.namespaces.get(name);
    if (manifest) return givenLabels({ ...manifest.metadata.labels, [NAMESPACE_NAME]: name });
    return unknownLabels({ has: NAMESPACE_NAME, isTaken: (key, value) => key === NAMESPACE_NAME && value !== name });
  }

  private addWorkloads(workloads: readonly Workload[]): void {
    for (const alike of groupBy(workloads, (workload) => this.signatureOf(workload)).values()) {
      const [first] = alike;
      if (!first) continue;
      const { namespace, labels, account, proxy, uncaptured, namedPorts, manifest } = first;
      const label = labels[this.parts.declared.appLabel];
      // In the mesh the identity speaks as well: pods that say one app and prove another are neither.
      const app = proxy === 'none' || label === account ? label : undefined;
      const name = `${namespace}/${app ?? `${manifest.kind}/${manifest.metadata.name}`}`;
      const makers = alike.map((each) => each.manifest);
      const identity = proxy === 'none' ? NO_IDENTITY : this.identityOf(namespace, account);
      this.namespaces
        .get(namespace)
        ?.addGiven(
          { name, namespace, app, proxy, uncaptured, namedPorts, identity, makers, isOurs: true, isCertain: true },
          labels,
        );
    }
  }

  private signatureOf({ namespace, labels, account, proxy, uncaptured, namedPorts }: Workload): string {
    const keys = Object.keys(labels).filter((key) => this.parts.selectedKeys.has(key));
    const told = keys.sort().map((key) => [key, labels[key]]);
    return JSON.stringify([namespace, told, account, proxy, uncaptured, [...namedPorts]]);
  }

  private addDns({ namespace, labels }: Declared['dns']): void {
    if (this.podsIn(namespace, requireLabels(labels)).length > 0) return;
    const name = 'dns';
    this.namespaces.get(namespace)?.addGiven({ ...this.possible(namespace), name, app: undefined }, labels);
  }

  /** An end of a passage that nothing rendered makes. */
  private addEnd(end: DeclaredEnd): void {
    if (end.kind !== 'app' || end.app === undefined || this.podsAt(end).length > 0) return;
    const { namespace, app, hasIdentity } = end;
    const possible = this.possible(namespace);
    const proxy = possible.proxy === 'none' && hasIdentity ? 'gateway' : possible.proxy;
    const identity = proxy === 'none' ? NO_IDENTITY : this.identityOf(namespace, app);
    const labels = { [this.parts.declared.appLabel]: app };
    this.namespaces
      .get(namespace)
      ?.addGiven({ ...possible, name: `${namespace}/${app}`, app, proxy, identity }, labels);
  }

  private addUnknown(namespace: Namespace): void {
    const { name } = namespace;
    const { appLabel } = this.parts.declared;
    const possible = { ...this.possible(name), app: undefined };
    const uncertain = { ...possible, isCertain: false };
    if (name === undefined) {
      const labels = unknownLabels({ isTaken: () => false });
      namespace.addUnknown({ ...uncertain, name: STRANGERS, labels });
      return;
    }
    const named = unknownLabels({ has: appLabel, isTaken: (key, value) => namespace.hasLabel(key, value) });
    namespace.addUnknown({ ...uncertain, name: `${name}/${NAMED}`, app: NAMED, labels: named });
    namespace.addGiven({ ...possible, name: `${name}/${OTHER_APP}`, app: OTHER_APP }, { [appLabel]: OTHER_APP });
    namespace.addGiven({ ...possible, name: `${name}/${NO_APP}` }, {});
  }

  /** What is known of pods that nothing rendered makes. Those of a namespace that is not known may be meshed. */
  private possible(namespace: string | undefined): Omit<Pods, 'name' | 'app' | 'labels'> {
    const meshed = namespace === undefined || this.parts.injection.isInjected(namespace);
    return {
      ...{ namespace, proxy: meshed ? 'sidecar' : 'none', uncaptured: NO_PORTS, namedPorts: new Map(), makers: [] },
      identity: meshed ? unknownIdentity(namespace, this.known) : NO_IDENTITY,
      isOurs: namespace !== undefined && this.ours.has(namespace),
      isCertain: true,
    };
  }

  private identityOf(namespace: string, account: string): Identity {
    return identityOf(namespace, account, this.known.trustDomain);
  }
}

/** Every namespace that something rendered lies in. */
function oursOf({ namespaces, workloads, guarded }: ClusterParts): ReadonlySet<string> {
  return new Set([...namespaces.keys(), ...workloads.map(({ namespace }) => namespace), ...guarded]);
}

/** Every namespace that something rendered or declared names. */
function namesOf(parts: ClusterParts): ReadonlySet<string> {
  const { declared } = parts;
  const ends = declared.passages.flatMap(({ from, to }) => [from, to]);
  return new Set([
    ...oursOf(parts),
    ...ends.flatMap((end) => (end.kind === 'app' ? end.namespace : [])),
    declared.dns.namespace,
  ]);
}

function knownIdentities({ workloads, declared }: ClusterParts, names: ReadonlySet<string>): KnownIdentities {
  const ends = declared.passages.flatMap(({ from, to }) => [from, to]);
  const accounts = new Set([
    ...workloads.map(({ namespace, account }) => `${namespace}/${account}`),
    ...ends.flatMap((end) => (end.kind === 'app' && end.app !== undefined ? `${end.namespace}/${end.app}` : [])),
  ]);
  return {
    trustDomain: declared.trustDomain ?? 'cluster.local',
    isNamespace: (namespace) => names.has(namespace),
    isAccount: (namespace, account) => accounts.has(`${namespace}/${account}`),
  };
}
