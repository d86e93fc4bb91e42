import * as z from 'zod';
import { STARTUP } from '../defaults';

const path = z.string().regex(/^\/\S*$/, 'Write a path such as "/healthz".');

/** A command that answers a probe. */
export const probeCommand = z
  .array(z.string().min(1, 'Leave out what is empty.'))
  .min(1, 'Write the command and its arguments, one an element.');

const live = z.union([path, z.strictObject({ exec: probeCommand.describe('Command that fails if it is stuck.') })]);

const patient = z
  .strictObject({
    path: path.optional().describe('The path to ask. Left out, like exec: a connection to the port.'),
    exec: probeCommand.optional().describe('The command to run in its container: ready if it ends with 0.'),
    startupSeconds: z
      .int()
      .min(2)
      .max(1800)
      .default(STARTUP.seconds)
      .describe('Seconds that it has to come up before it is started anew.'),
    live: live.optional().describe('What only a stuck process fails, who is then started anew: a path or a command.'),
  })
  .superRefine((health, context) => {
    if (health.path !== undefined && health.exec !== undefined) {
      const message = 'Write one of "path" and "exec".';
      context.addIssue({ code: 'custom', path: ['exec'], message, params: { problem: 'There is a path already.' } });
    }
    const ready = health.path ?? health.exec;
    const alive = typeof health.live === 'object' ? health.live.exec : health.live;
    if (alive !== undefined && JSON.stringify(alive) === JSON.stringify(ready)) {
      const problem = 'It asks what readiness asks: whoever is only busy would be started anew.';
      const message = 'Leave it out, or ask something that only a stuck process fails.';
      context.addIssue({ code: 'custom', path: ['live'], message, params: { problem } });
    }
  });

/** How an app is asked whether it is ready, and, only if it says so, whether it is stuck. */
export const healthShape = {
  health: z
    .union([
      z.string().regex(/^(\/\S*|tcp|none)$/, 'Write a path such as "/healthz", or "tcp", or "none", or a map.'),
      patient,
    ])
    .default('tcp')
    .describe(
      'How to ask whether it is ready: a path, or a connection ("tcp"), or not at all ("none"). A worker is asked only by exec.',
    ),
};

/** What a probe asks. */
export type Question = { readonly path: string } | { readonly exec: readonly string[] } | 'tcp';

/** Everything that an app is asked. */
export interface Health {
  readonly ready: Question;
  readonly live: Question | undefined;
  readonly startupSeconds: number;
}

/** What an app is asked; nothing where it said so. */
export function healthOf(written: z.output<typeof healthShape.health>): Health | undefined {
  if (written === 'none') return undefined;
  if (typeof written === 'string') {
    return { ready: written === 'tcp' ? 'tcp' : { path: written }, live: undefined, startupSeconds: STARTUP.seconds };
  }
  const { path, exec, startupSeconds, live } = written;
  const ready = exec ? { exec } : path === undefined ? 'tcp' : { path };
  return { ready, live: typeof live === 'string' ? { path: live } : live, startupSeconds };
}
