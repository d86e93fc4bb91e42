/** What the API server of one Kubernetes minor serves, the CRDs of the platform's components included. */
export interface Catalog {
  /** The API groups of CRDs. */
  readonly customGroups: readonly string[];
  /** The schema of a kind, by `apps/v1/Deployment`. */
  readonly kinds: Readonly<Record<string, Schema>>;
  /** The later minor that is the first not to serve a kind any more. */
  readonly removed: Readonly<Record<string, string>>;
}

/** A schema, or the name of a definition. Closed where it has `properties`, unless it is `open`. */
export type Schema = string | SchemaOf;

/** JSON Schema with two keywords of our own: `open`, and `keys`, by which the elements of a list are told apart. */
export interface SchemaOf {
  readonly type?: string | readonly string[];
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly open?: true;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  /** Each key with what it is where an element does not name it. */
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly uniqueItems?: boolean;
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

export function loadDefinition(name: string): Schema {
  return load(name) as Schema;
}

/** Only what is asked for is read: few environments use many kinds. */
function load(name: string): unknown {
  return (require('#schema/load') as (name: string) => unknown)(name);
}
