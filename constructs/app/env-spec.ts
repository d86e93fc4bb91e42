import * as z from 'zod';

/** Variables that the platform sets itself. */
export const PLATFORM_VARIABLES = ['APP_NAME', 'PORT'] as const;

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Write letters, digits and underscores, not starting with a digit.');

const variables = z
  .record(variableName, z.string().regex(/^[^\0]*$/, 'Leave out the character of code 0: no process can be given it.'))
  .superRefine((values, context) => {
    for (const reserved of PLATFORM_VARIABLES) {
      if (Object.hasOwn(values, reserved)) {
        context.addIssue({ code: 'custom', path: [reserved], message: 'Leave it out: the platform sets it.' });
      }
    }
  });

/** What an app is told when it starts. */
export const envShape = {
  env: variables.default({}).describe('Environment variables. APP_NAME and PORT are set by the platform.'),
};
