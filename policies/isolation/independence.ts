import type { Manifest } from '../manifest';
import { compartmentOf, nameObject } from '../rule';

/** One object that two renders of an environment do not have alike. */
export interface Difference {
  /** `shop NetworkPolicy/web` */
  readonly object: string;
  /** `undefined`: it belongs to the platform as a whole. */
  readonly compartment: string | undefined;
  readonly change: 'added' | 'removed' | 'changed';
}

/**
 * The objects in which two renders differ, byte by byte. Those of the first come first, in its order, then what the second
 * has beyond them.
 */
export function differences(before: readonly Manifest[], after: readonly Manifest[]): Difference[] {
  const later = new Map(after.map((manifest) => [keyOf(manifest), manifest]));
  const earlier = new Set(before.map(keyOf));
  const gone = before.flatMap((manifest) => {
    const now = later.get(keyOf(manifest));
    if (now && JSON.stringify(now) === JSON.stringify(manifest)) return [];
    return differenceOf(manifest, now ? 'changed' : 'removed');
  });
  return [
    ...gone,
    ...after.filter((manifest) => !earlier.has(keyOf(manifest))).map((each) => differenceOf(each, 'added')),
  ];
}

/**
 * The differences that lie outside `compartments`: none, if what was done concerns them alone. Objects of the platform as a
 * whole are outside unless `belongs` says that they are part of one of the compartments, as a ClusterRole of its agents is.
 */
export function differencesOutside(
  compartments: readonly string[],
  before: readonly Manifest[],
  after: readonly Manifest[],
  belongs: (object: string) => boolean = () => false,
): Difference[] {
  return differences(before, after).filter(
    ({ compartment, object }) => !belongs(object) && (compartment === undefined || !compartments.includes(compartment)),
  );
}

/** An object stays the same one across versions of its API. */
function keyOf(manifest: Manifest): string {
  const { apiVersion } = manifest;
  return `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${nameObject(manifest)}`;
}

function differenceOf(manifest: Manifest, change: Difference['change']): Difference {
  return { object: nameObject(manifest), compartment: compartmentOf(manifest), change };
}

/** What is proven of two renders, and by no rule over one. */
export const INDEPENDENCE = [
  {
    id: 'observers-can-be-removed',
    why: 'Whatever else changes when logging and telemetry are removed depends on them, and fails with them.',
    how: 'An environment is rendered with and without them: every object outside their compartments is the same, byte by byte.',
  },
  {
    id: 'a-component-moves-alone',
    why: "An upgrade of telemetry that touches the mesh cannot be undone without the mesh's users noticing.",
    how: "An environment is rendered with two versions, sizes or backends of one component: only its compartment's objects differ.",
  },
] as const;
