import * as z from 'zod';

/** A key of a Secret of the app's own compartment, `name/key`. Never a value. */
export const secretReference = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?\/[\w.-]+$/,
    'Write the name of a Secret and its key, for example "database/password": never the value itself.',
  )
  .max(253, 'Write at most 253 characters.');

/** The Secret and the key that a reference names. */
export function secretOf(reference: string): { readonly name: string; readonly key: string } {
  const slash = reference.indexOf('/');
  return { name: reference.slice(0, slash), key: reference.slice(slash + 1) };
}
