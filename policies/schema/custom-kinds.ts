import type { Manifest } from '../manifest';
import { withoutNulls } from './nulls';
import { compactSchema, type OpenApiSchema } from './openapi';
import type { Catalog, Schema, SchemaOf } from './schemas';
import { Shape } from './shape';

/** The part of a CustomResourceDefinition that is read. */
interface CrdSpec {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly {
    readonly name: string;
    readonly served: boolean;
    readonly schema?: { readonly openAPIV3Schema?: OpenApiSchema };
    readonly subresources?: { readonly status?: object };
  }[];
}

/**
 * The catalog with the kinds that CustomResourceDefinitions among the manifests bring. Theirs come first: they are what the server
 * will have.
 */
export function withCustomKinds(catalog: Catalog, manifests: readonly Manifest[]): Catalog {
  const crds = manifests
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map((manifest) => withoutNulls(manifest, false))
    .filter((object) => isSound(object, catalog));
  if (crds.length === 0) return catalog;
  const metadata = metadataOf(catalog);
  const kinds = crds.flatMap(({ spec }) => kindsOf(spec, metadata));
  return {
    ...catalog,
    customGroups: [...catalog.customGroups, ...crds.map(({ spec }) => spec.group)],
    kinds: { ...catalog.kinds, ...Object.fromEntries(kinds) },
  };
}

/** What is wrong with another one is told of itself; the kinds that it may mean are not served. */
function isSound(object: unknown, { kinds }: Catalog): object is { readonly spec: CrdSpec } {
  return Shape.of(kinds[CRD] ?? NOTHING).fits(object);
}

const CRD = 'apiextensions.k8s.io/v1/CustomResourceDefinition';
const NOTHING: SchemaOf = { not: {} };

function kindsOf({ group, names, versions }: CrdSpec, metadata: Schema): [kind: string, schema: SchemaOf][] {
  return versions
    .filter(({ served }) => served)
    .map(({ name, schema, subresources }) => [
      `${group}/${name}/${names.kind}`,
      schemaOf(schema?.openAPIV3Schema ?? {}, metadata, subresources?.status !== undefined),
    ]);
}

/** As the server publishes it: what every object has is added, and a status is for its controller. */
function schemaOf(declared: OpenApiSchema, metadata: Schema, hasStatus: boolean): SchemaOf {
  const text = { type: 'string' };
  const schema = compact(declared);
  const added = { apiVersion: text, kind: text, metadata, ...(hasStatus && { status: { type: 'object' } }) };
  return { ...schema, properties: { ...schema.properties, ...added } };
}

function compact(schema: OpenApiSchema): SchemaOf {
  return compactSchema(schema, { isCustom: true, compact, resolve: (part) => part });
}

/** Every kind's is the same. */
function metadataOf({ kinds }: Catalog): Schema {
  return Shape.of(kinds['v1/Namespace'] ?? {}).schema.properties?.metadata ?? {};
}
