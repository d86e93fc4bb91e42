/** What the API server of one Kubernetes minor serves, the CRDs of the platform's components included. */
export interface Catalog {
  /** The API groups of CRDs. */
  readonly customGroups: readonly string[];
  /** The name of a kind's definition, by `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, string>>;
  /** The later minor that is the first not to serve a kind any more. */
  readonly removed: Readonly<Record<string, string>>;
}

/** Says whether an object is as a definition wants it. */
export type Validate = (object: unknown) => boolean;

/** One thing that is wrong. */
export interface Fault {
  /** `/spec/ports/0`, as in RFC 6901. */
  readonly instancePath: string;
  /** `#/properties/ports/type`. */
  readonly schemaPath: string;
  /** The part of the schema that is not held. */
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A schema, or the name of a definition. Closed where it has `properties`, unless it is `open`. */
export type Schema = string | SchemaOf;

/** JSON Schema with two keywords of our own: `open`, and `keys`, by which the elements of a list are told apart. */
export interface SchemaOf {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly open?: true;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly anyOf?: readonly SchemaOf[];
  readonly oneOf?: readonly SchemaOf[];
  readonly allOf?: readonly SchemaOf[];
  readonly not?: SchemaOf;
}

/** What a minor serves. */
export function loadCatalog(minor: string): Catalog {
  return load(minor) as Catalog;
}

export function loadValidator(definition: string): Validate {
  return load(definition) as Validate;
}

/** Everything that is wrong with an object; a definition's longer validator is loaded for it. */
export function faultsOf(object: unknown, definition: string): readonly Fault[] {
  const validate = load(`${definition}.faults`) as Validate & { readonly errors: readonly Fault[] | null };
  return validate(object) ? [] : (validate.errors ?? []);
}

export function loadDefinitions(): Readonly<Record<string, Schema>> {
  return load('definitions') as Readonly<Record<string, Schema>>;
}

/** The modules that the build makes of schemas.jsonl are loaded when they are needed: few environments use many kinds. */
function load(name: string): unknown {
  return (require('#schema/load') as (name: string) => unknown)(name);
}
