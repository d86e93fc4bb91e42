import * as z from 'zod';

/** Written where an image is named by whoever delivers: on the command line, or in the environment. */
export const OPEN_IMAGE = '.';

/** A container image by tag, digest or both, unless it is left open. That it has a digest, the rules ask of what is rendered. */
function imageUnless(isOpen: (written: string) => boolean) {
  return z
    .string()
    .regex(/^[^\s@]+(@sha256:[a-f0-9]{64})?$/, 'Write an image by tag or by digest, "…@sha256:<64 hex digits>".')
    .max(512, 'Write at most 512 characters.')
    .refine((written) => isOpen(written) || /:[^/@:]+(@|$)|@/.test(written), {
      error: 'Write a tag or a digest: without one, the image moves.',
    })
    .refine((written) => !/:latest($|@)/.test(written), { error: 'Write a tag that names one build: latest moves.' });
}

/** An image by its name. */
export const image = imageUnless(() => false);

/** What an app runs. */
export const imageShape = {
  image: imageUnless((written) => written === OPEN_IMAGE).describe(
    'Container image. `.` leaves it to `--image` on the command line, or to `images` of the environment.',
  ),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's entrypoint."),
  args: z.array(z.string()).min(1).optional().describe("Replaces the image's arguments."),
};
