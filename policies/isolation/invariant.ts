import type { Rule } from '../rule';

/** A rule that keeps compartments apart. */
export interface Invariant extends Rule {
  /** How it is checked, as a sentence. */
  readonly how: string;
}
