import type { ApiObject } from 'cdk8s';
import type { Deliverer } from '../constructs/compartment-root';
import type { Half } from '../constructs/contents';
import type { Plane } from '../constructs/defaults';
import type { Manifest } from '../constructs/manifest';
import type { PassageProps } from '../constructs/passage';
import type { Chart, ChartValue, SourceFolder } from '../constructs/release';

/** An object in its final form and place. */
export interface PlannedManifest {
  readonly manifest: Manifest;
  readonly half: Half;
  /** Path of the construct that made it. */
  readonly source: string;
}

/** Upstream software that a compartment installs as a whole: a chart with its values, or a folder of manifests. */
export interface PlannedRelease {
  readonly name: string;
  readonly what:
    | { readonly chart: Chart; readonly values: Readonly<Record<string, ChartValue>> }
    | { readonly source: SourceFolder };
  /** Names of the releases of the same compartment that must stand before this one. */
  readonly after: readonly string[];
  /** The kinds whose CRDs it brings, `<group>/<Kind>`. */
  readonly kinds: readonly string[];
  /** What it will run, for checks alone. */
  readonly runs: readonly Manifest[];
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
  /** Stage by stage, and each in the order in which it can be applied. */
  readonly manifests: readonly PlannedManifest[];
  /** What no manifest carries yet, in the order in which it can be installed, before the manifests that use its kinds. */
  readonly releases: readonly PlannedRelease[];
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
