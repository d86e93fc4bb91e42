import type { Manifest } from '../manifest';
import type { Place } from './addresses';
import type { Pods } from './pods';
import type { Ports } from './ports';

/** What stands between two ends, and can be read by itself. */
export type GateName =
  | 'NetworkPolicies at the source'
  | 'NetworkPolicies at the destination'
  | 'the mesh at the destination'
  | 'the Sidecar at the source'
  | 'the routes of the gateway';

/** An object that opens or closes something, and where in it. */
export interface Cause {
  readonly manifest: Manifest;
  readonly path: string;
  /** What to do about what it opens. @default - take out what is too much */
  readonly mend?: string;
}

/** Ports that something opens. @default by - nothing: they are open because nothing closes them */
export interface Way {
  readonly ports: Ports;
  readonly by: Cause | undefined;
}

/** What a gate lets through between its pods and one other end. */
export interface Verdict {
  /** What may get through: nothing else does. */
  readonly may: Ports;
  /** What gets through, whatever is sent. */
  readonly does: Ports;
  readonly ways: readonly Way[];
  /** What closes the rest. */
  readonly closedBy: readonly Cause[];
}

/** A gate as it stands at some pods. */
export interface Door {
  readonly gate: GateName;
  readonly pods: Pods;
  /** Ports that this gate does not guard. */
  readonly free: Ports;
  /** What it opens to everyone, addresses included. */
  readonly everyone: readonly Way[];
  /** The pods that it names, and so may open to. */
  readonly others: Iterable<Pods>;
  readonly places: readonly (Place & { readonly by: Cause })[];
  /** What closes the addresses that are in no place. */
  readonly closedBy: readonly Cause[];
  toward(other: Pods): Verdict;
  /** The smallest change that would let this through. */
  mend(other: Pods | undefined, ports: Ports): string;
  /** What to do about what is open to everyone because nothing closes it. */
  readonly whenOpen: string;
}
