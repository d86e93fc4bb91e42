import * as z from 'zod';
import { MESH_PORT_RANGE } from './defaults';
import { scale } from './environment';
import { appName, appReference } from './names';
import { size } from './size';

const ENVIRONMENT_VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Variables that the platform sets itself. */
export const PLATFORM_VARIABLES = ['APP_NAME', 'PORT'] as const;

const port = z
  .int()
  .min(1024, 'Write a port from 1024: without root no process may listen below.')
  .max(65535)
  .refine((value) => value < MESH_PORT_RANGE.first || value > MESH_PORT_RANGE.last, {
    error: `Write a port outside ${MESH_PORT_RANGE.first} to ${MESH_PORT_RANGE.last}: the mesh listens there.`,
  });

const variables = z
  .record(
    z.string().regex(ENVIRONMENT_VARIABLE, 'Write letters, digits and underscores, not starting with a digit.'),
    z.string().regex(/^[^\0]*$/, 'Leave out the character of code 0: no process can be given it.'),
  )
  .superRefine((values, context) => {
    for (const reserved of PLATFORM_VARIABLES) {
      if (Object.hasOwn(values, reserved)) {
        context.addIssue({ code: 'custom', path: [reserved], message: 'Leave it out: the platform sets it.' });
      }
    }
  });

/** The members of a workload, for front ends that spell them differently. */
export const workloadShape = {
  name: appName.describe('Name of the app; also of its service account and of its Service.'),
  image: z
    .string()
    .regex(/^[^\s@]+(@sha256:[a-f0-9]{64})?$/, 'Write an image by tag or by digest, "…@sha256:<64 hex digits>".')
    .max(512, 'Write at most 512 characters.')
    .refine((image) => /:[^/@:]+(@|$)|@/.test(image), {
      error: 'Write a tag or a digest: without one, the image moves.',
    })
    .refine((image) => !/:latest($|@)/.test(image), { error: 'Write a tag that names one build: latest moves.' })
    .describe('Container image.'),
  command: z.array(z.string()).min(1).optional().describe("Replaces the image's entrypoint."),
  args: z.array(z.string()).min(1).optional().describe("Replaces the image's arguments."),
  env: variables.default({}).describe('Environment variables. APP_NAME and PORT are set by the platform.'),
  port: port.optional().describe('The port that the app listens on. Left out: a worker, which nobody can call.'),
  servicePort: z
    .int()
    .min(1)
    .max(65535)
    .optional()
    .describe('The port under which callers find it. Left out: the same as port.'),
  protocol: z.enum(['http', 'grpc', 'tcp']).default('http').describe('What the app speaks on its port.'),
  health: z
    .string()
    .regex(/^(\/\S*|tcp|none)$/, 'Write a path such as "/healthz", or "tcp", or "none".')
    .default('tcp')
    .describe('How to ask whether it is ready: a path, or a connection, or not at all. A worker is not asked.'),
  size: size.default('S').describe('CPU and memory of one replica.'),
  scale: scale.optional().describe("How many replicas. Left out: the environment's."),
  timeout: z
    .int()
    .min(1)
    .max(300)
    .default(30)
    .describe('Seconds that a stop waits for what the app still has to finish.'),
};

/** What an app says of its traffic. */
export const trafficShape = {
  expose: z.enum(['internal', 'public']).default('internal').describe('Whether the edge may reach it.'),
  calls: z
    .record(appReference, z.string().min(1, 'Write why it calls.'))
    .default({})
    .describe('Apps that it calls, each with the reason. An app of another tenant must accept it.'),
};

/** What an app runs as. Deliberately without any word of Kubernetes. */
export const workloadSchema = z.strictObject(workloadShape).superRefine(requirePort);

/** What a developer ships: what the app runs as, and who may talk to whom. Both front ends end here. */
export const appSpecSchema = z.strictObject({ ...workloadShape, ...trafficShape }).superRefine(requirePort);

/** A workload as it is written. */
export type WorkloadInput = z.input<typeof workloadSchema>;

/** A workload as the platform reads it: complete. */
export type Workload = z.output<typeof workloadSchema>;

/** An app as it is written. */
export type AppSpecInput = z.input<typeof appSpecSchema>;

/** An app as the platform reads it: complete. */
export type AppSpec = z.output<typeof appSpecSchema>;

function requirePort(app: Workload & Partial<Pick<AppSpec, 'expose'>>, context: z.RefinementCtx): void {
  if (app.port !== undefined) return;
  const refuse = (path: string, why: string) =>
    context.addIssue({
      code: 'custom',
      path: [path],
      message: `Add a port, or leave ${path} out: ${why}.`,
      input: Reflect.get(app, path),
    });
  if (app.expose === 'public') refuse('expose', 'the edge needs one to reach');
  if (app.health.startsWith('/')) refuse('health', 'the path is asked on it');
  if (app.servicePort !== undefined) refuse('servicePort', 'it leads to it');
}
