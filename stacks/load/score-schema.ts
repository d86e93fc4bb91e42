import * as z from 'zod';
import { MAIN } from '../../constructs/app/companions-spec';
import { fileMode, filePath } from '../../constructs/app/files-spec';
import { probeCommand } from '../../constructs/app/health-spec';
import { amountsShape } from '../../constructs/app/size-spec';
import { use } from '../../constructs/app/uses-spec';
import { appShape } from '../../constructs/app-spec';
import { readInput } from '../../constructs/input/read-input';
import { appReference } from '../../constructs/names';

/** Members of an app for which Score has words of its own; what is left stands under `metadata.bulkhead`. */
const {
  name,
  image,
  command,
  args,
  env,
  companions: _containers,
  files: _files,
  port,
  servicePort: _offered,
  uses: _resources,
  callPorts: _places,
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
const store = use.omit({ variables: true }).extend({
  metadata: unsupported('Leave it out: nothing here reads it.'),
});

const UNREAD = unsupported('Leave it out: nothing here reads it.');

/** The app's own hostname. */
const hostname = z.strictObject({ type: z.literal('dns'), metadata: UNREAD });

/** The way to the app from outside. */
const route = z.strictObject({
  type: z.literal('route'),
  metadata: UNREAD,
  params: z
    .strictObject({
      host: z.string().optional(),
      path: z.literal('/', 'Write "/", or leave it out: all of a hostname leads to one app.').optional(),
      port: z.union([z.int(), z.string()]).optional(),
    })
    .prefault({}),
});

/** The way to another app. */
const otherPort = z.strictObject({
  type: z.literal('service-port'),
  metadata: UNREAD,
  params: z.strictObject({
    workload: appReference,
    port: z.int('Write the number under which it answers.').min(1).max(65535),
  }),
});

/** A place is a name, or a way to or from the app; nobody has to provide it. */
const place = z.discriminatedUnion('type', [hostname, route, otherPort]);

/** What a Score file says of a place. */
export type ScorePlace = z.output<typeof place>;

const VOLUME = 'Write metadata.bulkhead.disk, by path: { scratch: 1Gi } or { persistent: 1Gi }.';

const resource = z.discriminatedUnion('type', [store, hostname, route, otherPort], {
  error: ({ input }) =>
    typeof input === 'object' && input !== null && 'type' in input && input.type === 'volume' ? VOLUME : undefined,
});

export const NO_PLACEHOLDERS = {
  problem: 'In a file nothing is put in for a placeholder.',
  fix: 'Write the value itself, or pass it as a variable; for a literal dollar sign before a brace write "$${".',
};

/** Whether a text asks for something to be put in. */
export function hasPlaceholder(text: unknown): boolean {
  return typeof text === 'string' && /(^|[^$])\$\{/.test(text);
}

const fileShape = {
  content: z.string().optional(),
  binaryContent: z.base64('Write it in base64.').optional(),
  source: z.string().min(1).optional(),
  mode: fileMode,
  noExpand: z.boolean().optional(),
};

const CONTENTS = ['content', 'binaryContent', 'source'] as const;

interface WrittenFile extends Partial<Record<(typeof CONTENTS)[number], string | undefined>> {
  readonly noExpand?: boolean | undefined;
}

function checkFile(file: WrittenFile, context: z.RefinementCtx): void {
  const [first, ...others] = CONTENTS.filter((kind) => file[kind] !== undefined);
  if (!first) {
    const params = { problem: 'This file has no content.' };
    context.addIssue({ code: 'custom', params, message: 'Write one of "content", "binaryContent" and "source".' });
  }
  for (const other of others) {
    const params = { problem: `A file has one content, and this one has "${first}" already.` };
    context.addIssue({ code: 'custom', path: [other], message: 'Remove one of the two.', params });
  }
  if (hasPlaceholder(file.content) && !file.noExpand) {
    const { problem, fix } = NO_PLACEHOLDERS;
    context.addIssue({ code: 'custom', path: ['content'], params: { problem }, message: fix });
  }
}

/** What a file of a container says. */
export type ScoreFile = z.output<z.ZodObject<typeof fileShape>>;

/** As a map by target, and in the older form, a list. */
const files = z.union([
  z.record(filePath, z.strictObject(fileShape).superRefine(checkFile)),
  z.array(z.strictObject({ target: filePath, ...fileShape }).superRefine(checkFile)),
]);

const { cpu, memory } = amountsShape;

const resources = z
  .strictObject({
    requests: z
      .strictObject({ cpu: cpu.removeDefault().optional(), memory: memory.removeDefault().optional() })
      .optional(),
    limits: z
      .strictObject({
        cpu: unsupported('Leave it out: what its node has left it may use.'),
        memory: memory.removeDefault().optional(),
      })
      .optional(),
  })
  .superRefine(({ requests, limits }, context) => {
    if (!requests?.memory || !limits?.memory || requests.memory === limits.memory) return;
    const params = { problem: `The request is ${requests.memory}, the limit ${limits.memory}.` };
    const message =
      'Write the same amount twice, or one of the two: memory beyond the request may be taken back any time.';
    context.addIssue({ code: 'custom', path: ['limits', 'memory'], params, message });
  });

const portNumber = z.int().min(1).max(65535);

const httpGet = z.strictObject({
  path: z.string().regex(/^\/\S*$/, 'Write a path such as "/healthz".'),
  port: portNumber,
  host: unsupported('Leave it out: an app is asked at its own address.'),
  scheme: z.literal('HTTP', 'Leave it out: probes speak HTTP, the mesh encrypts.').optional(),
  httpHeaders: unsupported('Leave it out.'),
});

const probe = z
  .strictObject({ httpGet: httpGet.optional(), exec: z.strictObject({ command: probeCommand }).optional() })
  .refine(({ httpGet, exec }) => httpGet !== undefined || exec !== undefined, {
    error: 'Write "httpGet" or "exec", or leave the probe out.',
  });

const container = z.strictObject({
  image,
  command,
  args,
  variables: env,
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  resources: resources.optional(),
  files: files.optional(),
  volumes: unsupported('Write metadata.bulkhead.disk, by path: { scratch: 1Gi } or { persistent: 1Gi }.'),
  before: z.record(z.string(), z.strictObject({ ready: z.enum(['started', 'healthy', 'complete']) })).optional(),
});

/** No key that somebody in the cluster listens to. */
const UNHEARD =
  /^(?!([^/]*\.)?(k8s\.io|kubernetes\.io|istio\.io|flagger\.app|fluxcd\.io|argoproj\.io|cert-manager\.io|bulkhead\.dev|k8s\.score\.dev)\/)/;

/** Notes for people and for other tools that read the file. They reach nothing in the cluster. */
const annotations = z.record(z.string().regex(UNHEARD, 'Leave it out: no annotation reaches the cluster.'), z.string());

const WANTED_CONTAINER = 'Write one container, for example "main", with its image.';

const containers = z
  .record(z.string().min(1, 'Write a name, for example "main".'), container, { error: WANTED_CONTAINER })
  .refine((all) => Object.keys(all).length > 0, { ...OF_ANY_MAP, error: WANTED_CONTAINER })
  .superRefine((all, context) => {
    const names = Object.keys(all);
    if (names.length < 2 || names.includes(MAIN)) return;
    const params = { problem: `Nobody can tell which of these is the app: ${names.join(', ')}.` };
    context.addIssue({ code: 'custom', message: `Call it "${MAIN}": the others run beside it.`, params });
  }, OF_ANY_MAP);

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
      onlyOne(
        'An app has one port.',
        'Keep the port that others call; make the other an app of its own. Metrics and traces are sent by OTLP.',
      ),
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
    name: name.refine((written) => written.length > 1, { error: 'Write at least two characters: Score wants them.' }),
    annotations: annotations.optional(),
    bulkhead: z
      .strictObject({
        ...wordless,
        // Score has a word for some of it: only what is written here may contradict that.
        expose: wordless.expose.removeDefault().optional(),
        health: wordless.health.removeDefault().optional(),
        size: wordless.size.removeDefault().optional(),
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

/** What a container of a Score file says. */
export type ScoreContainer = z.output<typeof container>;
