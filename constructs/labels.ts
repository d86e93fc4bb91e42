/** Every label and annotation key that Bulkhead writes. */
export const LABEL = {
  /** Names the app or component; equals its service account, and is the only label that passages select. */
  app: 'bulkhead.dev/app',
  /** What a pod is to its app: `main` serves traffic. Services and disruption budgets select it beside the app. */
  component: 'bulkhead.dev/component',
  /** The plane of a namespace. */
  plane: 'bulkhead.dev/plane',
  /** The one label in a Deployment's immutable selector. Flagger finds its target by it. */
  name: 'app.kubernetes.io/name',
  partOf: 'app.kubernetes.io/part-of',
  /** The revision tag that a meshed namespace is bound to. */
  revision: 'istio.io/rev',
} as const;

export const ANNOTATION = {
  /** The group that owns a compartment. Not a label: group names may hold any character. */
  owner: 'bulkhead.dev/owner',
  /** The domain below which a tenant's hostnames lie. */
  domain: 'bulkhead.dev/domain',
  /** How images in a tenant's compartment begin, separated by commas. */
  registries: 'bulkhead.dev/registries',
  /** The reason that was given for a passage. */
  why: 'bulkhead.dev/why',
  /** On contents that stand, or have ended well, before the rest of their compartment's contents is applied. */
  beforeRelease: 'bulkhead.dev/before-release',
  /** Changes with the contents of an app's files, so that its pods are made anew. */
  files: 'bulkhead.dev/files',
} as const;

/** Set by Kubernetes on every namespace and changeable by nobody, so the one safe way to select a namespace. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** One of the things that an app runs: what serves traffic, one of its workers, one of its jobs. */
export interface Part {
  readonly app: string;
  /** Name of the objects that run it, unlike that of any other part of the compartment. */
  readonly name: string;
  /** What it is to its app: `main`, `worker-mailer`, `job-migrate`. */
  readonly component: string;
  /** Whether its pods end by themselves, as those of jobs do. */
  readonly ends: boolean;
}

/** What serves an app's traffic. */
export function mainPart(app: string): Part {
  return { app, name: app, component: 'main', ends: false };
}

/** The labels of what serves an app's traffic, and of the objects that lead there. */
export function appLabels(app: string, compartment: string): Record<string, string> {
  return partLabels(mainPart(app), compartment);
}

/** The labels of one part's pods. */
export function partLabels({ app, name, component }: Omit<Part, 'ends'>, compartment: string): Record<string, string> {
  return { [LABEL.name]: name, [LABEL.partOf]: compartment, [LABEL.app]: app, [LABEL.component]: component };
}

/** Selects the pods of one part, and no other of its app. */
export function partSelector({ app, component }: Part): Record<string, string> {
  return { [LABEL.app]: app, [LABEL.component]: component };
}
