import type { Protocol } from './ports';

/** What a platform says of its flows, as plain data: the one input of the proof that is not a manifest. */
export interface Declared {
  /** The label that names the app of a pod. */
  readonly appLabel: string;
  /** Namespaces that each gate alone must keep apart. */
  readonly tenants: readonly string[];
  /** Namespace of the mesh's control plane, whose policies hold for the whole mesh. */
  readonly meshNamespace: string;
  /** @default - no mesh: nobody has an identity */
  readonly trustDomain: string | undefined;
  /** The pods of the cluster's DNS, which no manifest of ours makes. */
  readonly dns: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
  readonly passages: readonly DeclaredPassage[];
}

/** One declared flow. */
export interface DeclaredPassage {
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  /** Ports as the pods at the destination listen on them. */
  readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
  readonly why: string;
}

/** An app of a namespace, or all of them. */
export interface DeclaredApp {
  readonly kind: 'app';
  readonly namespace: string;
  /** @default - every app of the namespace */
  readonly app: string | undefined;
  /** Whether the mesh gives it an identity. Asked only where no manifest makes its pods. */
  readonly hasIdentity: boolean;
}

/** What answers, or calls, at addresses outside the cluster's pods. */
export interface DeclaredAddresses {
  readonly kind: 'addresses';
  /** How people call it: `api-server`, `payments.example.net`. */
  readonly name: string;
  readonly cidrs: readonly string[];
  /** Names by which pods call them, as the mesh would know them. */
  readonly hosts: readonly string[];
  /** Whether the cluster itself answers there, as its API server does. */
  readonly isCluster: boolean;
}

export type DeclaredEnd = DeclaredApp | DeclaredAddresses | { readonly kind: 'dns' };

/** How people call an end: `shop/web`, `shop/*`, `api-server`. */
export function nameEnd(end: DeclaredEnd): string {
  if (end.kind === 'app') return `${end.namespace}/${end.app ?? '*'}`;
  return end.kind === 'dns' ? 'dns' : end.name;
}
