import * as z from 'zod';

/** A container image by tag, digest or both. That it has a digest, the rules ask of what is rendered. */
export const image = z
  .string()
  .regex(/^[^\s@]+(@sha256:[a-f0-9]{64})?$/, 'Write an image by tag or by digest, "…@sha256:<64 hex digits>".')
  .max(512, 'Write at most 512 characters.')
  .refine((written) => /:[^/@:]+(@|$)|@/.test(written), {
    error: 'Write a tag or a digest: without one, the image moves.',
  })
  .refine((written) => !/:latest($|@)/.test(written), { error: 'Write a tag that names one build: latest moves.' });

/** What an app runs. */
export const imageShape = {
  image: image.describe('Container image.'),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's entrypoint."),
  args: z.array(z.string()).min(1).optional().describe("Replaces the image's arguments."),
};
