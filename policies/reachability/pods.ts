import type { Manifest } from '../manifest';
import type { Identity } from './identity';
import type { Ports } from './ports';
import type { Labels } from './selector';

/** Pods that no selector, port name or identity can tell apart. */
export interface Pods {
  /** How people call them: `shop/web`. */
  readonly name: string;
  /** @default - any namespace that is not known */
  readonly namespace: string | undefined;
  /** The app that they are; `undefined`: none that could be at the end of a passage. */
  readonly app: string | undefined;
  readonly labels: Labels;
  readonly identity: Identity;
  readonly proxy: 'sidecar' | 'gateway' | 'none';
  /** Ports that they have taken from their sidecar. */
  readonly uncaptured: Ports;
  readonly namedPorts: ReadonlyMap<string, Ports>;
  /** What makes them. @default - nothing that is rendered: they may come to exist */
  readonly makers: readonly Manifest[];
  /** Whether their namespace is part of what is proven. */
  readonly isOurs: boolean;
  /** Whether their labels are known. Of others it is only known what they may be: what they may do is proven, not what they can. */
  readonly isCertain: boolean;
}

/** Pods of an app that nothing rendered makes, and that no passage and no policy names. */
export const OTHER_APP = '(any other app)';

/** Pods without labels. */
export const NO_APP = '(pods of no app)';

/** Pods with labels that nothing rendered has, but that policies name: each of them, as if it were one. */
export const NAMED = '(pods that a policy names)';

/** Pods of a namespace that is not known. */
export const STRANGERS = '(pods of any other namespace)';
