import * as z from 'zod';
import { FILES } from '../defaults';
import { secretReference } from './secret-reference';

/** Where the platform, Kubernetes or the kernel keeps files of its own. */
const TAKEN = /^\/(tmp|proc|sys|dev|etc\/(hosts|hostname|resolv\.conf|istio)|(var\/)?run\/secrets)(\/|$)/;

/** Where a file stands in the app's container. */
export const filePath = z
  .string()
  .regex(/^(\/[^/:\s]+)+$/, 'Write an absolute path, for example "/etc/app/settings.yaml".')
  .max(200, 'Write at most 200 characters.')
  .refine((path) => !/\/\.\.?(\/|$)/.test(path), { error: 'Write it without "." and "..".' })
  .refine((path) => !TAKEN.test(path), { error: 'Choose another place: this one belongs to the system.' });

/** Who may do what with a file. */
export const fileMode = z
  .string()
  .regex(/^0?[0-7]{3}$/, 'Write three octal digits, for example "0644".')
  .refine((mode) => !/^0?[0-7]{2}[0-3]$/.test(mode), {
    error: 'Let everybody read it, for example "0444": it belongs to root, and no app is root.',
  })
  .default(FILES.mode)
  .describe('Who may do what with it, in octal digits. Nobody may write it.');

const KINDS = ['content', 'binary', 'secret'] as const;

const file = z
  .strictObject({
    content: z.string().optional().describe('Its text.'),
    binary: z.base64('Write it in base64.').optional().describe('Its bytes, in base64.'),
    secret: secretReference.optional().describe('The Secret and its key that hold it, "name/key".'),
    mode: fileMode,
  })
  .superRefine((written, context) => {
    const [first, ...others] = KINDS.filter((kind) => written[kind] !== undefined);
    if (!first) {
      const params = { problem: 'This file has no content.' };
      context.addIssue({ code: 'custom', params, message: 'Write one of "content", "binary" and "secret".' });
    }
    for (const other of others) {
      const params = { problem: `A file has one content, and this one has "${first}" already.` };
      context.addIssue({ code: 'custom', path: [other], message: `Remove "${other}" or "${first}".`, params });
    }
  });

/** Files that an app finds in its container. */
export const filesShape = {
  files: z
    .record(filePath, file)
    .superRefine((files, context) => {
      for (const path of Object.keys(files)) checkFolder(path, files, context);
      checkSize(files, context);
    })
    .default({})
    .describe('Files that it finds in its container, by absolute path. Each replaces what the image has there.'),
};

export type Files = z.output<typeof filesShape.files>;

/** No path may be both a file and the folder of another. */
function checkFolder(path: string, files: object, context: z.RefinementCtx): void {
  const inside = Object.keys(files).find((other) => other.startsWith(`${path}/`));
  if (inside === undefined) return;
  const params = { problem: `It would be the folder of ${inside}, too.` };
  context.addIssue({ code: 'custom', path: [path], message: 'Choose another path for one of the two.', params });
}

function checkSize(
  files: Readonly<Record<string, Partial<Record<(typeof KINDS)[number], string>>>>,
  context: z.RefinementCtx,
) {
  const texts = Object.values(files).flatMap(({ content, binary }) => content ?? binary ?? []);
  const size = texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length, 0);
  if (size <= FILES.bytes) return;
  const params = { problem: `These files have ${size} bytes together.` };
  const message = `Keep them below ${FILES.bytes}: build large ones into the image, or fetch them when the app starts.`;
  context.addIssue({ code: 'custom', message, params });
}
