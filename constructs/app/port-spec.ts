import * as z from 'zod';
import { MESH_PORT_RANGE, STARTUP } from '../defaults';
import { type Health, healthOf, type healthShape } from './health-spec';

const port = z
  .int()
  .min(1024, 'Write a port from 1024: without root no process may listen below.')
  .max(65535)
  .refine((value) => value < MESH_PORT_RANGE.first || value > MESH_PORT_RANGE.last, {
    error: `Write a port outside ${MESH_PORT_RANGE.first} to ${MESH_PORT_RANGE.last}: the mesh listens there.`,
  });

/** Where an app is reached. */
export const portShape = {
  port: port.optional().describe('The port that the app listens on. Left out: a worker, which nobody can call.'),
  servicePort: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('The port under which callers find it. Left out: the same as port.'),
  protocol: z.enum(['http', 'grpc', 'tcp']).default('http').describe('What the app speaks on its port.'),
};

/** What of an app makes sense only if it has a port. */
interface Listener {
  readonly port?: number | undefined;
  readonly servicePort?: number | undefined;
  readonly health: z.output<typeof healthShape.health>;
  readonly expose?: 'internal' | 'public';
}

/** Refuses what leads to a port where there is none. */
export function requirePort(app: Listener, context: z.RefinementCtx): void {
  if (app.port !== undefined) return;
  const refuse = (path: keyof Listener, why: string) =>
    context.addIssue({
      code: 'custom',
      path: [path],
      message: `Add a port, or leave ${path} out: ${why}.`,
      input: app[path],
    });
  if (app.expose === 'public') refuse('expose', 'the edge needs one to reach');
  if (asksPort(healthOf(app.health))) refuse('health', 'the path is asked on it');
  if (isPatientInVain(app.health)) {
    const problem = 'A worker is asked nothing when it starts, unless a command asks it.';
    const message = 'Write the command that tells when it is ready (exec), or leave this out.';
    context.addIssue({ code: 'custom', path: ['health', 'startupSeconds'], params: { problem }, message });
  }
  if (app.servicePort !== undefined) refuse('servicePort', 'it leads to it');
}

/** Whether an answer needs a port of which somebody speaks: "tcp" alone asks a worker nothing. */
function asksPort(health: Health | undefined): boolean {
  return [health?.ready, health?.live].some((question) => typeof question === 'object' && 'path' in question);
}

/** Whether a worker's health says how long a start may take, and nobody asks when it is over. */
function isPatientInVain(health: Listener['health']): boolean {
  if (typeof health === 'string' || health.exec !== undefined || health.path !== undefined) return false;
  return health.live === undefined || health.startupSeconds !== STARTUP.seconds;
}
