import * as z from 'zod';

/** Where the images of tenants come from. */
export const registries = z
  .array(
    z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*\/$/,
        'Write how images begin, up to a slash, for example "images.example.com/".',
      ),
  )
  .min(1, 'Write at least one, or leave it out.')
  .optional()
  .describe(
    "How images in tenants' compartments begin, those of data stores there too: registries, or folders of them. Left out: images come from anywhere.",
  );
