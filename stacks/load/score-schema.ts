import * as z from 'zod';
import { use } from '../../constructs/app/uses-spec';
import { appShape } from '../../constructs/app-spec';
import { readInput } from '../../constructs/input/read-input';

/** Members of an app for which Score has words of its own; what is left stands under `metadata.bulkhead`. */
const {
  name,
  image,
  command,
  args,
  env,
  files: _files,
  port,
  servicePort: _offered,
  uses: _resources,
  ...wordless
} = appShape;

/** A member that Score has and this version does not support: an error with advice, never ignored. */
function unsupported(advice: string) {
  return z.never({ error: advice }).optional();
}

/** For checks that look at entries one by one, and so need not wait until all of them are right. */
const OF_ANY_MAP = {
  when: ({ value }: z.core.ParsePayload) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Variables are those of the container, and no others. */
const resource = use.omit({ variables: true }).extend({
  params: unsupported('Leave it out: the environment decides what it is like, by class.'),
  metadata: unsupported('Leave it out: nothing here reads it.'),
});

const portNumber = z.int().min(1).max(65535);

const httpGet = z.strictObject({
  path: z.string().regex(/^\/\S*$/, 'Write a path such as "/healthz".'),
  port: portNumber,
  host: unsupported('Leave it out: an app is asked at its own address.'),
  scheme: unsupported('Leave it out: probes speak HTTP, the mesh encrypts.'),
  httpHeaders: unsupported('Leave it out.'),
});

const container = z.strictObject({
  image: image.refine((written) => written !== '.', {
    error: 'Write the image itself: nobody fills it in for ".".',
  }),
  command,
  args,
  variables: env,
  readinessProbe: z
    .strictObject({
      httpGet: httpGet.optional(),
      exec: unsupported('Write httpGet, or leave the probe out: then a connection to the port counts.'),
    })
    .optional(),
  livenessProbe: unsupported('Leave it out: it would restart an app that is only busy.'),
  resources: unsupported('Write metadata.bulkhead.size, one of S, M, L, XL.'),
  files: unsupported('Pass the value as a variable, or build the file into the image.'),
  volumes: unsupported('Keep state in a service outside; /tmp is writable.'),
  before: unsupported('Leave it out: an app has one container.'),
});

const WANTED_CONTAINER = 'Write one container, for example "main", with its image.';

const containers = z
  .record(z.string().min(1, 'Write a name, for example "main".'), container, { error: WANTED_CONTAINER })
  .refine((all) => Object.keys(all).length > 0, { ...OF_ANY_MAP, error: WANTED_CONTAINER })
  .superRefine(
    onlyOne('A second container is not supported by this version.', 'Make it an app of its own, in its own file.'),
    OF_ANY_MAP,
  );

const servicePort = z
  .strictObject({
    port: portNumber,
    targetPort: portNumber.optional(),
    protocol: z.literal('TCP').optional(),
  })
  .superRefine((written, context) => {
    const listening = listeningPort(written);
    const read = readInput(port, listening);
    if ('value' in read || !portNumber.safeParse(listening).success) return;
    const path = [written.targetPort === undefined ? 'port' : 'targetPort'];
    for (const { fix } of read.problems) context.addIssue({ code: 'custom', path, message: fix });
  });

const service = z.strictObject({
  ports: z
    .record(z.string().min(1, 'Write a name, for example "web".'), servicePort, {
      error: 'Write one port, for example "web: { port: 80, targetPort: 8080 }".',
    })
    .superRefine(
      onlyOne('A second port is not supported by this version.', 'Keep the port that others call.'),
      OF_ANY_MAP,
    ),
});

/**
 * What this version reads of Score v1b1, and advice on what it does not.
 * @see https://docs.score.dev/docs/score-specification/score-spec-reference/
 */
export const scoreSchema = z.strictObject({
  apiVersion: z.literal('score.dev/v1b1'),
  metadata: z.strictObject({
    name,
    annotations: unsupported('Leave it out: nothing here reads annotations.'),
    bulkhead: z
      .strictObject({
        ...wordless,
        // Score has a word for some of it: only what is written here may contradict that.
        health: wordless.health.removeDefault().optional(),
      })
      .prefault({})
      .describe('What Score has no word for.'),
  }),
  containers,
  service: service.optional(),
  resources: z.record(name, resource).default({}),
});

/** Refuses whatever follows the first entry of a map. */
function onlyOne(problem: string, advice: string) {
  return (entries: object, context: z.RefinementCtx): void => {
    for (const name of Object.keys(entries).slice(1)) {
      context.addIssue({ code: 'custom', path: [name], message: advice, params: { problem } });
    }
  };
}

interface ServicePort {
  readonly port: number;
  readonly targetPort?: number | undefined;
}

/** The port that the app itself listens on, which its Service may offer under another number. */
export function listeningPort({ port, targetPort }: ServicePort): number {
  return targetPort ?? port;
}

/** A Score file that is right member by member. */
export type Score = z.output<typeof scoreSchema>;
