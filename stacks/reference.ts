import * as z from 'zod';
import { appSpecSchema } from '../constructs/app-spec';
import { environmentSchema } from '../constructs/environment';
import { required } from '../constructs/input/schema';
import { tenantSpecSchema } from '../constructs/tenant-spec';

interface Row {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

const INTRODUCTIONS = {
  environment: 'One value per file in `stacks/environments/`. The name of the environment is the name of its file.',
  tenant: 'An app team. In `tenants/<team>/tenant.yaml` without `name` (the folder) and `apps` (a Score file each).',
  app: 'What a developer ships. In a Score file, what Score has no word for stands under `metadata.bulkhead`.',
} as const;

/** The reference page of every input, by file name, as its schema says it. */
export function referencePages(): Map<string, string> {
  const schemas = { environment: environmentSchema, tenant: tenantSpecSchema, app: appSpecSchema };
  return new Map(
    (['environment', 'tenant', 'app'] as const).map((name) => [`${name}.md`, page(name, [...rows(schemas[name], '')])]),
  );
}

function page(name: keyof typeof INTRODUCTIONS, all: readonly Row[]): string {
  const lines = all.map(
    ({ path, type, default: value, description }) => `| \`${path}\` | ${type} | ${value} | ${description} |`,
  );
  return [
    `# ${name[0]?.toUpperCase()}${name.slice(1)}`,
    '',
    INTRODUCTIONS[name],
    '',
    'Written from the schema by `npm run docs`.',
    '',
    '| member | type | default | what it is |',
    '|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

/** One row per member, nested ones below their parent. */
function* rows(schema: z.ZodType, prefix: string): Iterable<Row> {
  const inner = required(schema);
  if (inner instanceof z.ZodObject) {
    for (const [key, member] of Object.entries(inner.shape) as [string, z.ZodType][]) {
      const path = prefix ? `${prefix}.${key}` : key;
      yield {
        path,
        type: typeName(member),
        default: defaultOf(member),
        description: member.description ?? required(member).description ?? '',
      };
      yield* rows(member, path);
    }
  } else if (inner instanceof z.ZodDiscriminatedUnion) {
    yield* unionRows(inner, prefix);
  } else if (inner instanceof z.ZodUnion) {
    for (const option of inner.options as z.ZodType[]) yield* rows(option, prefix);
  } else if (inner instanceof z.ZodRecord) {
    yield* rows(inner.valueType as z.ZodType, `${prefix}.*`);
  }
}

/** One row for the member that chooses, then those of each choice. */
function* unionRows({ options, def }: z.ZodDiscriminatedUnion, prefix: string): Iterable<Row> {
  const choices = (options as z.ZodObject[]).map((option) => ({
    option,
    choice: typeName(option.shape[def.discriminator]),
  }));
  const types = choices.map(({ choice }) => choice).join(', ');
  yield {
    path: `${prefix}.${def.discriminator}`,
    type: types,
    default: '**required**',
    description: 'Which of these.',
  };
  for (const { option, choice } of choices) {
    for (const row of rows(option, prefix)) {
      if (row.path !== `${prefix}.${def.discriminator}`)
        yield { ...row, description: `For ${choice}: ${row.description}` };
    }
  }
}

function typeName(schema: z.ZodType): string {
  const inner = required(schema);
  if (inner instanceof z.ZodEnum) return inner.options.map((option) => `\`${option}\``).join(', ');
  if (inner instanceof z.ZodLiteral) return [...inner.values].map((value) => `\`${value}\``).join(', ');
  if (inner instanceof z.ZodArray) return `list of ${typeName(inner.element as z.ZodType)}`;
  if (inner instanceof z.ZodTuple) return 'list of text, at least one';
  if (inner instanceof z.ZodRecord) return `map of ${typeName(inner.valueType as z.ZodType)}`;
  if (inner instanceof z.ZodDiscriminatedUnion) return 'map';
  if (inner instanceof z.ZodUnion) return (inner.options as z.ZodType[]).map(typeName).join(' or ');
  if (inner instanceof z.ZodObject) return 'map';
  if (inner instanceof z.ZodNumber) return bounds(inner);
  if (inner instanceof z.ZodBoolean) return '`true`, `false`';
  return 'text';
}

function bounds({ minValue, maxValue, isInt }: z.ZodNumber): string {
  return `${isInt ? 'whole number' : 'number'}, ${minValue} to ${maxValue}`;
}

function defaultOf(schema: z.ZodType): string {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const value: unknown = schema._zod.def.defaultValue;
    return `\`${JSON.stringify(value)}\``;
  }
  return schema instanceof z.ZodOptional ? 'none' : '**required**';
}
