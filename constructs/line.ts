import * as z from 'zod';

/** A text that people read in tables and terminals: one line, however it was broken in its file. */
export function line(advice?: string) {
  return z
    .string()
    .overwrite((text) => text.replaceAll(/\s+/g, ' ').trim())
    .min(1, advice)
    .superRefine(refuseSteering);
}

/** Nobody sees these: they steer a terminal, or turn the direction in which the text around them is read. */
const STEERING = /[\p{Cc}\p{Bidi_Control}]/u;

/** Refuses a text that would be shown as another one than it is. */
export function refuseSteering(text: string, context: z.RefinementCtx<string>): void {
  const [found] = STEERING.exec(text) ?? [];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const problem = `Holds the character U+${code}, which nobody sees and which changes how the rest is shown.`;
  context.addIssue({ code: 'custom', params: { problem }, message: 'Leave that character out.' });
}
