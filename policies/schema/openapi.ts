import type { Schema, SchemaOf } from './schemas';

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

/** What is kept as it is. */
const KEPT = [
  ...['type', 'nullable', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'minProperties', 'maxProperties'],
];

/** What a text of a format must look like. Others are not judged by the server, or by no pattern. */
export const PATTERNS: Readonly<Record<string, string>> = {
  byte: '^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$',
  'date-time': '^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d)$',
};

export const INT_OR_STRING = { type: ['integer', 'string'] };
export const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

/** The server parses quantities by hand and says of them only "a text or a number". CRDs state this pattern of the same thing. */
const NUMBER = '(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))';
export const QUANTITY = {
  type: ['string', 'number'],
  pattern: `^(\\+|-)?${NUMBER}(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${NUMBER}))?$`,
};

/** How the parts of a schema are made compact. */
export interface Parts {
  /** Whether it is that of a custom resource: there defaults are set before anything is required. */
  readonly isCustom: boolean;
  readonly compact: (part: OpenApiSchema) => Schema;
  /** The schema that a part refers to, or the part itself. */
  readonly resolve: (part: OpenApiSchema) => OpenApiSchema;
}

/**
 * What a server holds an object to, of what its OpenAPI schema says. Not kept: descriptions, rules in CEL, what
 * numbers are multiples of or stay strictly below, and formats that the server does not judge.
 */
export function compactSchema(schema: OpenApiSchema, parts: Parts): SchemaOf {
  const { isCustom, compact } = parts;
  const { additionalProperties: values, items } = schema;
  const isOpen = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const { properties, required } = schema['x-kubernetes-embedded-resource'] ? embedded(schema) : schema;
  const member = (part: OpenApiSchema) =>
    compact(isCustom && part.default !== undefined ? { ...part, nullable: true } : part);
  // Custom resources get their defaults first. Elsewhere a default here is what Go's empty value looks like.
  const needed = required?.filter((name) => !isCustom || properties?.[name]?.default === undefined) ?? [];
  return {
    ...keywordsOf(schema),
    ...(properties && { properties: mapValues(properties, member) }),
    ...(properties && isOpen && { open: true }),
    ...(needed.length > 0 && { required: needed }),
    ...(values && typeof values === 'object' && { additionalProperties: compact(values) }),
    ...(items && { items: compact(items) }),
    ...identity(schema, parts),
    ...alternatives(schema),
  };
}

/** By what the elements of a list are told apart; a key's value is what it is when an element does not say. */
function identity({ items, ...list }: OpenApiSchema, { resolve }: Parts): object {
  if (list['x-kubernetes-list-type'] === 'set') return { uniqueItems: true };
  if (list['x-kubernetes-list-type'] !== 'map') return {};
  const { properties } = resolve(items ?? {});
  const keys = list['x-kubernetes-list-map-keys'] ?? [];
  return { keys: Object.fromEntries(keys.map((key) => [key, properties?.[key]?.default ?? null])) };
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

function condition(schema: OpenApiSchema): SchemaOf {
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
