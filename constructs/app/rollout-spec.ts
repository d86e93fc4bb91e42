import * as z from 'zod';
import { SLO } from '../defaults';
import { type Disk, isPersistent } from './disk-spec';

/** Ways in which a new version takes over that need nothing but their name. */
export const STRATEGIES = ['rolling', 'canary', 'blueGreen'] as const;

/** Of the edge, or with a word of its own. */
const NOT_A_VISITORS_HEADER: ReadonlySet<string> = new Set(['host', 'cookie']);

const header = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'Write the name of a header, for example "x-preview".')
    .max(64, 'Write at most 64 characters.')
    .refine((name) => !NOT_A_VISITORS_HEADER.has(name.toLowerCase()), {
      error: 'Write another header; for a cookie there is "ab.cookie".',
    })
    .describe('Name of a request header.'),
  value: z
    .string()
    .regex(/^[!-~]([ -~]*[!-~])?$/, 'Write printable characters, not starting or ending with a space.')
    .max(256, 'Write at most 256 characters.')
    .describe('Its value, letter by letter.'),
});

const COOKIE = /^[A-Za-z0-9_.-]+$/;

const cookie = z.strictObject({
  name: z.string().regex(COOKIE, 'Write letters, digits, dots, dashes and underscores.').describe('Name of a cookie.'),
  value: z.string().regex(COOKIE, 'Write letters, digits, dots, dashes and underscores.').describe('Its value.'),
});

const WHO = 'Write one of the two, header or cookie: it says who gets the new version.';

/** Whom a new version is shown to before everybody gets it. */
const ab = z.strictObject({
  ab: z
    .strictObject({
      header: header.optional().describe('Whoever sends this header.'),
      cookie: cookie.optional().describe('Whoever has this cookie.'),
    })
    .refine(({ header, cookie }) => (header === undefined) !== (cookie === undefined), { error: WHO })
    .describe('Visitors who get the new version first.'),
});

/** How a new version of an app takes over. */
export const rolloutShape = {
  rollout: z
    .union([z.enum(STRATEGIES), ab])
    .optional()
    .describe(
      "How a new version takes over. Left out: the environment's way for what is public and speaks HTTP, `rolling` for all else.",
    ),
  sticky: z.boolean().default(false).describe('Whether a visitor whom a canary has served stays with it.'),
  slo: z
    .strictObject({
      successRate: z
        .number()
        .min(50)
        .max(100)
        .default(SLO.successRate)
        .describe('Percent of requests that must not fail.'),
      p99ms: z
        .int()
        .min(1)
        .max(300_000)
        .default(SLO.p99ms)
        .describe('Milliseconds within which 99 of 100 requests must be answered.'),
    })
    .prefault({})
    .describe('What a new version must reach while it takes over, or it goes back.'),
};

type Rollout = z.output<typeof rolloutShape.rollout>;

/** What of an app decides whether its requests can be moved from version to version. */
interface Served {
  readonly port?: number | undefined;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly disk: Disk;
  /** @default - not known here: who makes the app says where it is exposed */
  readonly expose?: 'internal' | 'public' | undefined;
}

interface Shifted extends Served {
  readonly rollout?: Rollout;
  readonly sticky: boolean;
  readonly slo: { readonly p99ms: number };
  readonly timeout: number;
}

/** Refuses ways of taking over that an app's other members do not allow. */
export function checkRollout(app: Shifted, context: z.RefinementCtx): void {
  const refuse = (path: string[], problem: string, message: string, input: unknown) =>
    context.addIssue({ code: 'custom', path, message, params: { problem }, input });
  const { rollout, sticky, slo, timeout } = app;
  const unfit = rollout === undefined || rollout === 'rolling' ? undefined : unfitness(app);
  if (unfit) refuse(['rollout'], unfit.problem, unfit.fix, rollout);
  if (sticky && rollout !== undefined && rollout !== 'canary') {
    refuse(['sticky'], 'Only a canary can be sticky.', 'Leave sticky out, or write "rollout: canary".', sticky);
  }
  if (slo.p99ms > timeout * 1000) {
    const problem = `No request lasts that long: the timeout ends it after ${timeout} seconds.`;
    refuse(['slo', 'p99ms'], problem, `Write at most ${timeout * 1000}, or a longer timeout.`, slo.p99ms);
  }
}

/** Why an app's requests cannot be moved from version to version; `undefined`: they can. */
export function unfitness(app: Served): { problem: string; fix: string } | undefined {
  const fix = 'Leave rollout out: then versions take over pod by pod.';
  if (app.port === undefined) return { problem: 'A worker has no requests that could be moved.', fix };
  if (isPersistent(app)) return { problem: 'Two versions would write to one disk that stays.', fix };
  if (app.protocol !== 'http') {
    return { problem: `Only HTTP requests can be moved, and this app speaks ${app.protocol}.`, fix };
  }
  if (app.expose === 'internal') {
    const problem = 'Requests are moved at the edge, and this app is internal.';
    return { problem, fix: 'Write "expose: public", or leave rollout out: then versions take over pod by pod.' };
  }
  return undefined;
}
