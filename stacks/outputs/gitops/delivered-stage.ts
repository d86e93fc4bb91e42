import type { PlannedCompartment } from '../../planned';
import type { Stage } from '../../stage';

/** A stage of a compartment that holds something, as what carries it needs to know it. */
export interface DeliveredStage {
  readonly compartment: PlannedCompartment;
  readonly stage: Stage;
  /** `shop-contents`: also the name of what carries it. */
  readonly name: string;
  /** Names of the stages that must stand before this one. */
  readonly after: readonly string[];
}
