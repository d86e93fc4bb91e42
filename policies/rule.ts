import type { Finding } from './finding';
import type { Inventory } from './isolation/inventory';
import type { Manifest } from './manifest';

/** What a rule has to say of one object. */
export type Complaint = Pick<Finding, 'path' | 'problem' | 'fix'>;

/** A statement about all manifests of an environment. */
export interface Rule {
  /** A sentence. */
  readonly id: string;
  /** What happens in production when it is broken. */
  readonly why: string;
  readonly check: (inventory: Inventory) => Iterable<{ readonly manifest: Manifest } & Complaint>;
}

/** How findings name an object: `shop NetworkPolicy/web`, or `Namespace/shop` for one without a namespace. */
export function nameObject({ kind, metadata }: Manifest): string {
  return `${metadata.namespace === undefined ? '' : `${metadata.namespace} `}${kind}/${metadata.name}`;
}

/** The compartment that an object belongs to; `undefined`: the platform as a whole. */
export function compartmentOf({ kind, metadata }: Manifest): string | undefined {
  return metadata.namespace ?? (kind === 'Namespace' ? metadata.name : undefined);
}
