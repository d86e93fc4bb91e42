import type { ApiObject } from 'cdk8s';
import type { Deliverer } from '../constructs/compartment-root';
import type { Half } from '../constructs/contents';
import type { Plane } from '../constructs/defaults';
import type { Manifest } from '../constructs/manifest';
import type { PassageProps } from '../constructs/passage';

/** An object in its final form and place. */
export interface PlannedManifest {
  readonly manifest: Manifest;
  readonly half: Half;
  /** Path of the construct that made it. */
  readonly source: string;
}

export interface PlannedCompartment {
  readonly name: string;
  readonly plane: Plane;
  /** @default - none: the compartment holds cluster-scoped objects alone */
  readonly namespace: string | undefined;
  /** Who applies the contents. @default - the platform's own identity, which applies every boundary */
  readonly deliverer: Deliverer | undefined;
  /** Names of the compartments that must stand before this one. */
  readonly after: readonly string[];
  /** Boundary before contents, and either in the order in which it can be applied. */
  readonly manifests: readonly PlannedManifest[];
}

/** Everything an output or a check needs to know of a platform. */
export interface Plan {
  /** In an order in which they can be delivered one after another. */
  readonly compartments: readonly PlannedCompartment[];
  readonly passages: readonly PassageProps[];
}

/** A planned manifest on its way to its place. */
export interface PlannedObject {
  readonly planned: PlannedManifest;
  readonly construct: ApiObject;
  /** By half and kind; smaller first. */
  readonly rank: number;
}
