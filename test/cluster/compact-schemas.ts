import { createHash } from 'node:crypto';
import {
  compactSchema,
  INT_OR_STRING,
  INT32,
  type OpenApiSchema,
  PATTERNS,
  QUANTITY,
} from '../../policies/schema/openapi';
import type { Schema, SchemaOf } from '../../policies/schema/schemas';

/** The part of an OpenAPI document that is read. A server has one for each group version. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly patch?: Patch }>>;
  readonly components: { readonly schemas: Readonly<Record<string, OpenApiSchema>> };
}

interface Patch {
  readonly 'x-kubernetes-group-version-kind': {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  };
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': { readonly schema: Reference } } };
  };
}

interface Reference {
  readonly $ref: string;
}

/** Definitions that are everywhere have names that say what they are; all others are named by a digest. */
const NAMED: Readonly<Record<string, object>> = {
  text: { type: 'string' },
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  int32: { type: 'integer', ...INT32 },
  map: { type: 'object' },
  texts: { type: 'array', items: 'text' },
  textsByName: { type: 'object', additionalProperties: 'text' },
  intOrText: INT_OR_STRING,
  quantity: QUANTITY,
  time: { type: 'string', pattern: PATTERNS['date-time'] },
};

/** Shorter schemas are repeated where they are used. */
const WORTH_SHARING = 60;

/** Schemas that are equal are held once. Names follow from content: what does not change from one run to the next keeps its name. */
export class Definitions {
  private readonly byName = new Map<string, Schema>();
  private readonly names = new Map(Object.entries(NAMED).map(([name, schema]) => [JSON.stringify(schema), name]));

  /** The name under which a schema is shared, or the schema itself if it is too short for that. */
  share(schema: Schema): Schema {
    const text = JSON.stringify(schema);
    const name = this.names.get(text);
    if (typeof schema === 'string' || (name === undefined && text.length < WORTH_SHARING)) return schema;
    return this.define(name ?? digest(text), schema);
  }

  /** @throws when the name is taken by something else */
  define(name: string, schema: Schema): string {
    const there = this.byName.get(name);
    if (there !== undefined && JSON.stringify(there) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas are called ${name}. Use longer digests.`);
    }
    this.byName.set(name, schema);
    return name;
  }

  /** Those that the named ones are made of, and these, sorted by name. */
  reachedFrom(names: Iterable<string>): [name: string, schema: Schema][] {
    const reached = new Set<string>();
    const visit = (part: unknown): void => {
      if (typeof part === 'string') {
        const schema = this.byName.get(part);
        if (schema === undefined || reached.has(part)) return;
        reached.add(part);
        visit(schema);
      } else if (typeof part === 'object' && part !== null) Object.values(part).forEach(visit);
    };
    for (const name of names) visit(name);
    return [...this.byName].filter(([name]) => reached.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

/**
 * The kinds that can be applied by these documents, each with the name of its definition.
 *
 * Schemas with `properties` are closed unless they say `open`. Not kept: descriptions, rules in CEL, what a status may hold, and
 * formats that the server does not judge.
 *
 * @param customGroups the API groups of CRDs: there defaults are set before anything is required
 */
export function compactKinds(
  documents: readonly OpenApi[],
  customGroups: ReadonlySet<string>,
  definitions: Definitions,
): Record<string, string> {
  const kinds: [kind: string, definition: string][] = [];
  for (const { paths, components } of documents) {
    const document = new Document(components.schemas, definitions);
    for (const [path, { patch }] of Object.entries(paths)) {
      if (patch === undefined || !path.endsWith('/{name}')) continue;
      const { group, version, kind } = patch['x-kubernetes-group-version-kind'];
      const { $ref } = patch.responses[200].content['application/json'].schema;
      const definition = document.kind($ref, customGroups.has(group), `${path}/status` in paths);
      kinds.push([group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`, definition]);
    }
  }
  return Object.fromEntries(kinds.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One group version's schemas. */
class Document {
  private readonly done = new Map<string, Schema>();
  private readonly within = new Set<string>();
  private readonly recursive = new Set<string>();

  constructor(
    private readonly schemas: Readonly<Record<string, OpenApiSchema>>,
    private readonly definitions: Definitions,
  ) {}

  kind($ref: string, isCustom: boolean, hasStatus: boolean): string {
    const { properties, ...schema } = this.named(nameIn($ref));
    const status: Record<string, OpenApiSchema> = hasStatus ? { status: { type: 'object' } } : {};
    const compact = this.closed({ ...schema, properties: { ...properties, ...status } }, isCustom);
    return this.definitions.define(digest(JSON.stringify(compact)), compact);
  }

  private named(name: string): OpenApiSchema {
    const schema = this.schemas[name];
    if (schema === undefined) throw new Error(`The server's document holds no ${name}.`);
    return schema;
  }

  /** What is referred to is always a Go type, also from a CRD. */
  private referred(name: string): Schema {
    if (name.endsWith('.api.resource.Quantity')) return this.definitions.share(QUANTITY);
    const known = this.done.get(name);
    if (known !== undefined) return known;
    const inner = `${name.replace(/^.*\./, '')}-${digest(JSON.stringify(this.named(name)))}`;
    if (this.within.has(name)) {
      this.recursive.add(name);
      return inner;
    }
    this.within.add(name);
    const compact = this.compact(this.named(name), false);
    this.within.delete(name);
    const result = this.recursive.has(name) ? this.definitions.define(inner, compact) : compact;
    this.done.set(name, result);
    return result;
  }

  private compact(schema: OpenApiSchema, isCustom: boolean): Schema {
    const $ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
    if ($ref !== undefined) return this.referred(nameIn($ref));
    return this.definitions.share(this.closed(schema, isCustom));
  }

  private closed(schema: OpenApiSchema, isCustom: boolean): SchemaOf {
    const resolve = (part: OpenApiSchema) => {
      const $ref = part.$ref ?? part.allOf?.[0]?.$ref;
      return $ref === undefined ? part : this.named(nameIn($ref));
    };
    return compactSchema(schema, { isCustom, resolve, compact: (part) => this.compact(part, isCustom) });
  }
}

function nameIn($ref: string): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 7);
}
