import fs from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import type { Schema, SchemaOf } from '../../policies/schema/schemas';

const file = path.join(__dirname, '..', '..', 'policies', 'schema', 'schemas.jsonl');

/** Every definition, by name. */
export const DEFINITIONS: Readonly<Record<string, Schema>> = Object.fromEntries(
  fs
    .readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(Array.isArray),
);

const ajv = new Ajv({ strict: false, validateSchema: false, logger: false });
ajv.addKeyword({
  keyword: 'keys',
  type: 'array',
  validate: (keys: Readonly<Record<string, unknown>>, list: readonly Record<string, unknown>[]) => {
    const identities = list.map((element) =>
      JSON.stringify(Object.entries(keys).map(([key, otherwise]) => element?.[key] ?? otherwise)),
    );
    return new Set(identities).size === list.length;
  },
});
for (const [name, schema] of Object.entries(DEFINITIONS)) ajv.addSchema(jsonSchema(schema), name);

/** Whether ajv finds an object to be as a definition wants it. */
export function secondOpinion(definition: string): (object: unknown) => boolean {
  const validate = ajv.getSchema(definition);
  if (!validate) throw new Error(`There is no definition ${definition}.`);
  return (object) => validate(object) === true;
}

/** The compact form in JSON Schema: names become references, what has properties is closed, null is one of the choices. */
function jsonSchema(schema: Schema): object {
  if (typeof schema === 'string') return { $ref: schema };
  const { properties, open, items, additionalProperties, enum: choices, nullable, ...rest } = schema;
  return {
    ...rest,
    ...(nullable && { nullable }),
    ...(choices && { enum: nullable ? [...choices, null] : choices }),
    ...(items && { items: jsonSchema(items) }),
    ...(additionalProperties && { additionalProperties: jsonSchema(additionalProperties) }),
    ...(properties && { properties: mapValues(properties, jsonSchema) }),
    ...(properties && !open && { additionalProperties: false }),
    ...mapValues(alternativesOf(schema), (list) => list.map(jsonSchema)),
    ...(schema.not && { not: jsonSchema(schema.not) }),
  };
}

function alternativesOf({ anyOf, oneOf, allOf }: SchemaOf): Record<string, readonly Schema[]> {
  return { ...(anyOf && { anyOf }), ...(oneOf && { oneOf }), ...(allOf && { allOf }) };
}

function mapValues<From, To>(map: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
