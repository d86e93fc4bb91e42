import * as z from 'zod';
import { secretReference } from './secret-reference';

/** Variables that the platform sets itself. */
export const PLATFORM_VARIABLES = ['APP_NAME', 'PORT'] as const;

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Write letters, digits and underscores, not starting with a digit.')
  .refine((name) => !name.startsWith('__'), { error: "Write at most one underscore first: more are the platform's." });

/** Refuses variables that the platform sets itself. */
function leavePlatformVariables(values: object, context: z.RefinementCtx): void {
  for (const reserved of PLATFORM_VARIABLES) {
    if (Object.hasOwn(values, reserved)) {
      context.addIssue({ code: 'custom', path: [reserved], message: 'Leave it out: the platform sets it.' });
    }
  }
}

/** What an app is told when it starts. */
export const envShape = {
  env: z
    .record(
      variableName,
      z.string().regex(/^[^\0]*$/, 'Leave out the character of code 0: no process can be given it.'),
    )
    .superRefine(leavePlatformVariables)
    .default({})
    .describe('Environment variables. APP_NAME and PORT are set by the platform.'),
  secrets: z
    .record(variableName, secretReference)
    .superRefine(leavePlatformVariables)
    .default({})
    .describe('Environment variables from Secrets of its compartment, each as "name/key". Never a value.'),
};

/** What a container is told. */
interface Told {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Refuses a variable that has a value and is a secret. */
export function refuseVariablesTwice({ env, secrets }: Told, context: z.RefinementCtx): void {
  for (const name of Object.keys(secrets)) {
    if (!Object.hasOwn(env, name)) continue;
    const params = { problem: `The variable ${name} has a value already.` };
    context.addIssue({ code: 'custom', path: ['secrets', name], message: 'Remove one of the two.', params });
  }
}
