import type { Problem } from './input/problem';

/** What of an environment says which revision tag its compartments are bound to. */
export interface RingedEnvironment {
  readonly rings: Readonly<Record<string, readonly string[]>>;
  readonly mesh?:
    | {
        readonly revisionTag: string;
        readonly tags: Readonly<Record<string, string>>;
      }
    | undefined;
  readonly edge?: { readonly revisionTag?: string | undefined } | undefined;
}

/** A revision tag with all that is bound to it: what an upgrade of the mesh moves at once. */
export interface Ring {
  readonly tag: string;
  /** Names of the tenants. `rest`: all that are in no other ring. */
  readonly tenants: readonly string[] | 'rest';
  /** Whether the edge's Gateways are bound to it. */
  readonly edge: boolean;
}

/** The revision tag of a meshed compartment; `undefined`: there is no mesh. */
export function tagOf(compartment: string, { rings, mesh }: RingedEnvironment): string | undefined {
  const ring = Object.keys(rings).find((tag) => rings[tag]?.includes(compartment));
  return mesh && (ring ?? mesh.revisionTag);
}

/** The revision tag of the edge; `undefined`: there is no mesh. */
export function edgeTag({ edge, mesh }: RingedEnvironment): string | undefined {
  return mesh && (edge?.revisionTag ?? mesh.revisionTag);
}

/**
 * All rings in the order in which an upgrade of the mesh reaches them: as they are written, then tags to which nobody is bound,
 * then the other tenants. An edge with a tag of its own comes last: by then every tenant has proven what it would run.
 */
export function ringsOf(environment: RingedEnvironment): Ring[] {
  const { rings, mesh } = environment;
  if (!mesh) return [];
  const rest = mesh.revisionTag;
  const edge = edgeTag(environment);
  const own = Object.keys(rings);
  const others = Object.keys(mesh.tags).filter((tag) => !own.includes(tag) && tag !== rest && tag !== edge);
  const last = edge !== undefined && edge !== rest && !own.includes(edge) ? [edge] : [];
  return [...own, ...others, rest, ...last].map((tag) => ({
    tag,
    tenants: tag === rest ? 'rest' : (rings[tag] ?? []),
    edge: tag === edge,
  }));
}

/** Rings without a tag, tenants in two rings, and an edge that is bound to no tag. */
export function ringProblems({ rings, mesh, edge }: RingedEnvironment): Problem[] {
  const tags = Object.keys(mesh?.tags ?? {});
  const isTag = (tag: string) => tags.includes(tag);
  const write = mesh ? `Add it to mesh.tags, which has ${tags.join(', ')}.` : 'Add a mesh, or leave it out.';
  const noTag = (path: readonly string[], tag: string): Problem[] =>
    isTag(tag) ? [] : [{ path, problem: `There is no revision tag "${tag}".`, fix: write }];
  const seen = new Map<string, string>();
  return [
    ...(edge?.revisionTag === undefined ? [] : noTag(['edge', 'revisionTag'], edge.revisionTag)),
    ...Object.entries(rings).flatMap(([tag, tenants]) => {
      const path = ['rings', tag];
      if (tag === mesh?.revisionTag) {
        const problem = `"${tag}" is the tag of all tenants that are in no ring.`;
        return [{ path, problem, fix: 'Leave it out, or bind the others to another tag by mesh.revisionTag.' }];
      }
      const twice = tenants.flatMap((tenant, index): Problem[] => {
        const first = seen.get(tenant);
        seen.set(tenant, tag);
        if (first === undefined) return [];
        return [{ path: [...path, index], problem: `${tenant} is in ring ${first} already.`, fix: 'Name it once.' }];
      });
      return [...noTag(path, tag), ...twice];
    }),
  ];
}
