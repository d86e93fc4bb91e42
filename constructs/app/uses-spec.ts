import * as z from 'zod';
import { name } from '../names';
import { persistentAmount } from './disk-spec';
import { PLATFORM_VARIABLES } from './env-spec';
import { inBraces, meaningOf, piecesOf } from './placeholders';
import { outputsOf, paramsOf, RESOURCE_TYPE_NAMES, type ResourceTypeName, urlOf } from './resource-types';

/** What is a resource in Score files alone, and is said of an app elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  volume: 'Write where it may write under disk.',
  route: 'Write "expose: public": the edge leads to its hostname.',
  dns: 'Write "expose: public": its hostname follows from its name.',
  'service-port': 'Write the other app under calls: it answers under its name.',
};

const type = z.enum(RESOURCE_TYPE_NAMES, {
  error: ({ input }) => (typeof input === 'string' && Object.hasOwn(ELSEWHERE, input) ? ELSEWHERE[input] : undefined),
});

/** Closed for all types together; what each knows of it is checked with the type. */
const params = z.strictObject({
  disk: persistentAmount.optional().describe('How much it must hold, of what keeps its data on a disk.'),
});

export const DEFAULT_CLASS = 'default';

/** What a member of `uses` says, which is a member of `resources` in Score files. */
export const use = z.strictObject({
  type: type.describe('What it is.'),
  class: name.default(DEFAULT_CLASS).describe('Which of those that the environment offers.'),
  id: name
    .optional()
    .describe(
      "The tenant's name for it. Apps that say the same type, class and id share it. Left out: it is the app's own.",
    ),
  params: params
    .default({})
    .describe('What it is asked for, where the environment makes it. Apps that share one ask for the same.'),
  variables: z
    .boolean()
    .default(true)
    .describe('Whether variables tell of it, named for it: DB_HOST, DB_PORT, DB_PASSWORD, DB_URL and so on for `db`.'),
});

/** What an app uses that the environment provides. */
export const usesShape = {
  uses: z
    .record(name, use)
    .default({})
    .describe(
      `Data stores that it uses, each under a name. In a variable, ${inBraces('resources.<name>.<output>')} stands for what it is told.`,
    ),
};

export type Uses = z.output<typeof usesShape.uses>;

export type Use = Uses[string];

/** The variables that tell of a resource, by name, each a text with placeholders. */
export function variablesOf(name: string, { type }: { readonly type: ResourceTypeName }): Record<string, string> {
  const prefix = name.toUpperCase().replaceAll('-', '_');
  const place = (output: string) => inBraces(`resources.${name}.${output}`);
  const outputs = Object.keys(outputsOf(type)).map((output) => [`${prefix}_${output.toUpperCase()}`, place(output)]);
  const url = urlOf(type)?.replaceAll(/\{(\w+)\}/g, (_, output: string) => place(output));
  return { ...Object.fromEntries(outputs), ...(url === undefined ? {} : { [`${prefix}_URL`]: url }) };
}

const NOWHERE = 'Nobody answers under its hostname: it is not public.';
const EXPOSE = 'Expose it, in a Score file by a resource of type route; or name it by its app within the cluster.';

interface User {
  /** @default - whoever renders it decides */
  readonly expose?: 'internal' | 'public';
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly uses: Uses;
  readonly companions: Readonly<Record<string, { readonly env: Readonly<Record<string, string>> }>>;
}

/** Refuses placeholders that stand for nothing, and variables that would be set twice. */
export function checkUses({ env, secrets, uses, expose, companions }: User, context: z.RefinementCtx): void {
  const refuse = (path: string[], problem: string, message: string) =>
    context.addIssue({ code: 'custom', path, params: { problem }, message });
  const containers = [
    { env, at: ['env'] },
    ...Object.entries(companions).map(([name, { env }]) => ({ env, at: ['companions', name, 'env'] })),
  ];
  for (const { variable, text, at } of containers.flatMap(({ env, at }) =>
    Object.entries(env).map(([variable, text]) => ({ variable, text, at })),
  )) {
    for (const piece of piecesOf(text)) {
      if ('text' in piece) continue;
      const meaning = meaningOf(piece.placeholder, uses);
      if ('problem' in meaning) refuse([...at, variable], meaning.problem, meaning.fix);
      else if (meaning.kind === 'hostname' && expose === 'internal') refuse([...at, variable], NOWHERE, EXPOSE);
    }
  }
  for (const [name, { type, params }] of Object.entries(uses)) {
    const possible = paramsOf(type);
    for (const param of Object.keys(params).filter((param) => !possible.some((known) => known === param))) {
      const fix = possible.length > 0 ? `Possible: ${possible.join(', ')}.` : 'Leave it out.';
      refuse(['uses', name, 'params', param], `A resource of type ${type} takes no "${param}".`, fix);
    }
  }
  const told = new Map<string, string>([
    ...PLATFORM_VARIABLES.map((variable) => [variable, 'the platform'] as const),
    ...Object.keys(env).map((variable) => [variable, 'env'] as const),
    ...Object.keys(secrets).map((variable) => [variable, 'secrets'] as const),
  ]);
  for (const [name, resource] of Object.entries(uses)) {
    for (const variable of resource.variables ? Object.keys(variablesOf(name, resource)) : []) {
      const first = told.get(variable);
      told.set(variable, `uses.${name}`);
      if (first === undefined) continue;
      refuse(
        ['uses', name],
        `It sets ${variable}, as ${first} does.`,
        'Rename one of the two, or write "variables: false".',
      );
    }
  }
}
