import type { Half } from '../../../constructs/contents';
import type { PlannedCompartment } from '../../planned';

/** A half of a compartment that holds something, as what carries it needs to know it. */
export interface DeliveredHalf {
  readonly compartment: PlannedCompartment;
  readonly half: Half;
  /** `shop-contents`: also the name of what carries it. */
  readonly name: string;
  /** Names of the halves that must stand before this one. */
  readonly after: readonly string[];
}
