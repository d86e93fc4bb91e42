import * as z from 'zod';

/** A key of a Secret of the app's own compartment, `name/key`. Never a value. */
export const secretReference = z
  .string()
  .max(253, 'Write at most 253 characters.')
  .superRefine((written, context) => {
    if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[\w.-]+$/.test(written)) return;
    // What was written may be the secret itself, and must not come into a log.
    const params = { problem: 'This names no key of a Secret.' };
    const message = 'Write the name of a Secret and its key, for example "database/password": never the value itself.';
    context.addIssue({ code: 'custom', params, message });
  });

/** The Secret and the key that a reference names. */
export function secretOf(reference: string): { readonly name: string; readonly key: string } {
  const slash = reference.indexOf('/');
  return { name: reference.slice(0, slash), key: reference.slice(slash + 1) };
}
