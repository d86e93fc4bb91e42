import { createHash } from 'node:crypto';

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

/** The part of a schema that is read, and every other keyword. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly additionalProperties?: OpenApiSchema | boolean;
  readonly items?: OpenApiSchema;
  readonly not?: OpenApiSchema;
  readonly anyOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly allOf?: readonly OpenApiSchema[];
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly [keyword: string]: unknown;
}

/** A compact schema, or the name of one that is shared. */
export type Compact = string | { readonly [keyword: string]: unknown };

/** What is kept as it is. */
const KEPT = [
  ...[
    'type',
    'nullable',
    'enum',
    'pattern',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
    'multipleOf',
  ],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
];

/** What a text of a format must look like. Others are not judged by the server, or by no pattern. */
const PATTERNS: Readonly<Record<string, string>> = {
  byte: '^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$',
  'date-time': '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$',
};

const INT_OR_STRING = { type: ['integer', 'string'] };
const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/** The server parses quantities by hand and says of them only "a text or a number". CRDs state this pattern of the same thing. */
const NUMBER = '(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))';
const QUANTITY = {
  type: ['string', 'number'],
  pattern: `^(\\+|-)?${NUMBER}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${NUMBER}))?$`,
};

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
  private readonly byName = new Map<string, Compact>();
  private readonly names = new Map(Object.entries(NAMED).map(([name, schema]) => [JSON.stringify(schema), name]));

  /** The name under which a schema is shared, or the schema itself if it is too short for that. */
  share(schema: Compact): Compact {
    const text = JSON.stringify(schema);
    const name = this.names.get(text);
    if (typeof schema === 'string' || (name === undefined && text.length < WORTH_SHARING)) return schema;
    return this.define(name ?? digest(text), schema);
  }

  /** @throws when the name is taken by something else */
  define(name: string, schema: Compact): string {
    const there = this.byName.get(name);
    if (there !== undefined && JSON.stringify(there) !== JSON.stringify(schema)) {
      throw new Error(`Two schemas are called ${name}. Use longer digests.`);
    }
    this.byName.set(name, schema);
    return name;
  }

  /** Those that the named ones are made of, and these, sorted by name. */
  reachedFrom(names: Iterable<string>): [name: string, schema: Compact][] {
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
  private readonly done = new Map<string, Compact>();
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
  private referred(name: string): Compact {
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

  private compact(schema: OpenApiSchema, isCustom: boolean): Compact {
    const $ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
    if ($ref !== undefined) return this.referred(nameIn($ref));
    return this.definitions.share(this.closed(schema, isCustom));
  }

  private closed(schema: OpenApiSchema, isCustom: boolean): Compact {
    const { additionalProperties: values, items } = schema;
    const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
    const { properties, required } = schema['x-kubernetes-embedded-resource'] ? embedded(schema) : schema;
    const member = (part: OpenApiSchema) =>
      this.compact(isCustom && part.default !== undefined ? { ...part, nullable: true } : part, isCustom);
    // Custom resources get their defaults first. Elsewhere a default here is what Go's empty value looks like.
    const needed = required?.filter((name) => !isCustom || properties?.[name]?.default === undefined) ?? [];
    return {
      ...keywordsOf(schema),
      ...(properties && { properties: mapValues(properties, member) }),
      ...(properties && isOpen && { open: true }),
      ...(needed.length > 0 && { required: needed }),
      ...(typeof values === 'object' && { additionalProperties: this.compact(values, isCustom) }),
      ...(items && { items: this.compact(items, isCustom) }),
      ...this.identity(schema),
      ...alternatives(schema),
    };
  }

  /** By what the elements of a list are told apart; a key's value is what it is when an element does not say. */
  private identity({ items, ...list }: OpenApiSchema): object {
    if (list['x-kubernetes-list-type'] === 'set') return { uniqueItems: true };
    if (list['x-kubernetes-list-type'] !== 'map') return {};
    const $ref = items?.$ref ?? items?.allOf?.[0]?.$ref;
    const element = $ref === undefined ? items : this.named(nameIn($ref));
    const keys = list['x-kubernetes-list-map-keys'] ?? [];
    return { keys: Object.fromEntries(keys.map((key) => [key, element?.properties?.[key]?.default ?? null])) };
  }
}

/** An object within an object: it says what it is, and may hold anything else that its own schema lets pass. */
function embedded({ properties, required = [] }: OpenApiSchema): Pick<OpenApiSchema, 'properties' | 'required'> {
  const text = { type: 'string' };
  return {
    properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, ...properties },
    required: [...new Set(['apiVersion', 'kind', ...required])],
  };
}

/** What a schema says of a value by itself. */
function keywordsOf(schema: OpenApiSchema): object {
  const kept = Object.fromEntries(KEPT.flatMap((keyword) => (keyword in schema ? [[keyword, schema[keyword]]] : [])));
  const pattern = schema.type === 'string' && PATTERNS[schema.format ?? ''];
  const isEither = schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string';
  return {
    ...(isEither ? INT_OR_STRING : schema.type && { type: schema.type }),
    ...(schema.type === 'integer' && schema.format === 'int32' ? INT32 : {}),
    ...(pattern && { pattern }),
    ...kept,
  };
}

/** Conditions on what stands there already. They close nothing and are not shared: a fault is told of them as a whole. */
function alternatives(schema: OpenApiSchema): object {
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') return {};
  return {
    ...(schema.anyOf && { anyOf: schema.anyOf.map(condition) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(condition) }),
    ...(schema.allOf && { allOf: schema.allOf.map(condition) }),
    ...(schema.not && { not: condition(schema.not) }),
  };
}

function condition(schema: OpenApiSchema): Compact {
  const { properties, required, items } = schema;
  return {
    ...keywordsOf(schema),
    ...(properties && { properties: mapValues(properties, condition), open: true }),
    ...(required && { required }),
    ...(items && { items: condition(items) }),
    ...alternatives(schema),
  };
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function nameIn($ref: string): string {
  return $ref.slice($ref.lastIndexOf('/') + 1);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 7);
}
