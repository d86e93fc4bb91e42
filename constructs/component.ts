/** What a release of a component changes under those who use it. */
export interface Behaviour {
  /** The first release that has it: a version, or a minor such as `1.30`. */
  readonly since: string;
  /** A sentence that says what is different. */
  readonly what: string;
  /** The fields by which objects are concerned. @default - it concerns everyone */
  readonly where?: readonly FieldOfKind[];
  readonly source: string;
}

/** A field of a kind, `Gateway.gateway.networking.k8s.io` and `spec.listeners`. */
export interface FieldOfKind {
  readonly kind: string;
  readonly path: string;
}

/** A release from which there is no way back to what was before it. */
export interface OneWay {
  /** The first release that has none: a version, a minor, or `every` one. */
  readonly since: string;
  readonly why: string;
  /** What to save before the step is taken. */
  readonly save: string;
  readonly source: string;
}

/** What one step of a component may touch. Whatever else would change is a finding. */
export interface Budget {
  /** Compartments whose objects may change. `*`: every one, but only objects of `kinds`. */
  readonly compartments: readonly string[];
  /** Kinds that may change. @default - all */
  readonly kinds?: readonly string[];
  /** How many rings may have their pods restarted. */
  readonly rings: 0 | 1;
  /** Why no more. */
  readonly why: string;
}

/** What is known of moving a part of the platform from version to version. Versions that it does not name are refused. */
export interface Component {
  /** What people call it: `Istio`. */
  readonly title: string;
  /** The versions that are known, oldest first. */
  readonly versions: readonly string[];
  /** How many minors one step may cross, and who says so. */
  readonly reach: { readonly minors: number; readonly source: string };
  readonly budget: Budget;
  /** Removed and changed behaviours, oldest first. */
  readonly behaviours: readonly Behaviour[];
  readonly oneWays: readonly OneWay[];
  /** What to wait for once a step is applied, before the next one. */
  readonly waits: readonly string[];
}
