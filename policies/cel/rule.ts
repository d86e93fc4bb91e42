import type { Family } from './family';
import type { Scope } from './scope';

/** A statement about one object, in CEL as the API server reads it: written once, and judged alike at every gate. */
export interface CelRule {
  /** A sentence. */
  readonly id: string;
  /** What happens in production when it is broken. */
  readonly why: string;
  /** The standard or the experience it comes from. */
  readonly see: string;
  /** `mandatory` stops whoever breaks it. `advisory` only tells him. */
  readonly level: 'mandatory' | 'advisory';
  readonly on: readonly Family[];
  readonly within: Scope;
  /** True of every good object. */
  readonly holds: string;
  /** A sentence that says what is wrong. */
  readonly problem: string;
  /** A sentence that says what to do. */
  readonly fix: string;
}
