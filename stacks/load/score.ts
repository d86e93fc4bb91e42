import * as z from 'zod';
import { type AppSpec, appSpecSchema, trafficShape, workloadShape } from '../../constructs/app-spec';
import { type Read, readInput } from '../../constructs/input';
import type { Problem } from '../../constructs/problem';

type Path = Problem['path'];

/** A member that Score has and this version does not support: an error with advice, never ignored. */
function unsupported(advice: string) {
  return z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined) return;
      context.addIssue({
        code: 'custom',
        message: advice,
        input: value,
        params: { problem: 'Not supported by this version.' },
      });
    })
    .optional();
}

const portNumber = z.int().min(1).max(65535);

const container = z.strictObject({
  image: workloadShape.image,
  command: workloadShape.command,
  args: workloadShape.args,
  variables: workloadShape.env.superRefine((variables, context) => {
    for (const [name, value] of Object.entries(variables)) {
      if (/(^|[^$])\$\{/.test(value)) {
        const message = 'Write the value itself; for a literal dollar sign before a brace write "$${".';
        context.addIssue({
          code: 'custom',
          path: [name],
          message,
          input: value,
          params: { problem: 'Placeholders are not supported by this version.' },
        });
      }
    }
  }),
  readinessProbe: z
    .strictObject({
      httpGet: z
        .strictObject({
          path: z.string().regex(/^\/\S*$/, 'Write a path such as "/healthz".'),
          port: portNumber,
          host: unsupported('Leave it out: an app is asked at its own address.'),
          scheme: unsupported('Leave it out: probes speak HTTP, the mesh encrypts.'),
          httpHeaders: unsupported('Leave it out.'),
        })
        .optional(),
      exec: unsupported('Write httpGet, or leave the probe out: then a connection to the port counts.'),
    })
    .optional(),
  livenessProbe: unsupported('Leave it out: it would restart an app that is only busy.'),
  resources: unsupported('Write metadata.bulkhead.size, one of S, M, L, XL.'),
  files: unsupported('Pass the value as a variable, or build the file into the image.'),
  volumes: unsupported('Keep state in a service outside; /tmp is writable.'),
  before: unsupported('Leave it out: an app has one container.'),
});

const scoreSchema = z.strictObject({
  apiVersion: z.literal('score.dev/v1b1'),
  metadata: z.strictObject({
    name: workloadShape.name,
    annotations: unsupported('Leave it out: nothing here reads annotations.'),
    bulkhead: z
      .strictObject({
        protocol: workloadShape.protocol,
        health: workloadShape.health.removeDefault().optional(),
        size: workloadShape.size,
        scale: workloadShape.scale,
        timeout: workloadShape.timeout,
        ...trafficShape,
      })
      .prefault({})
      .describe('What Score has no word for.'),
  }),
  containers: z.record(z.string().min(1), container).superRefine((containers, context) => {
    const [, ...others] = Object.keys(containers);
    if (Object.keys(containers).length === 0) {
      context.addIssue({ code: 'custom', message: 'Write one container, for example "main".', input: containers });
    }
    for (const name of others) {
      context.addIssue({
        ...{ code: 'custom', path: [name], message: 'Make it an app of its own, in its own file.', input: name },
        params: { problem: 'A second container is not supported by this version.' },
      });
    }
  }),
  service: z
    .strictObject({
      ports: z
        .record(
          z.string().min(1),
          z.strictObject({
            port: portNumber,
            targetPort: portNumber.optional(),
            protocol: z.literal('TCP').optional(),
          }),
        )
        .superRefine((ports, context) => {
          for (const name of Object.keys(ports).slice(1)) {
            context.addIssue({
              ...{ code: 'custom', path: [name], message: 'Keep the port that others call.', input: name },
              params: { problem: 'A second port is not supported by this version.' },
            });
          }
        }),
    })
    .optional(),
  resources: unsupported('Pass address and credentials as the platform team tells you.'),
});

type Score = z.output<typeof scoreSchema>;

/** Where each member of an AppSpec comes from in the Score file. */
type Origins = Readonly<Partial<Record<keyof AppSpec, Path>>>;

/** An app read from a Score file, and the way back from its members to the file. */
export interface ScoreApp {
  readonly spec: AppSpec;
  /** Path in the file of a path in the spec. */
  readonly origin: (path: Path) => Path;
}

/** Reads a Score v1b1 document. Paths of problems are the file's own. */
export function readScore(document: unknown): Read<ScoreApp> {
  const score = readInput(scoreSchema, document);
  if ('problems' in score) return score;
  const origins = originsOf(score.value);
  const origin = ([first, ...rest]: Path): Path => [...(origins[first as keyof AppSpec] ?? [String(first)]), ...rest];
  const clash = probeProblem(score.value);
  if (clash) return { problems: [clash] };
  const spec = readInput(appSpecSchema, toApp(score.value));
  if ('problems' in spec)
    return { problems: spec.problems.map((problem) => ({ ...problem, path: origin(problem.path) })) };
  return { value: { spec: spec.value, origin } };
}

function toApp({ metadata, containers, service }: Score): z.input<typeof appSpecSchema> {
  const [main] = Object.values(containers);
  const [port] = Object.values(service?.ports ?? {});
  const { health = main?.readinessProbe?.httpGet?.path, scale, ...extension } = metadata.bulkhead;
  return {
    name: metadata.name,
    image: main?.image ?? '',
    ...(main?.command ? { command: main.command } : {}),
    ...(main?.args ? { args: main.args } : {}),
    env: Object.fromEntries(
      Object.entries(main?.variables ?? {}).map(([name, value]) => [name, value.replaceAll('$${', '${')]),
    ),
    ...(port ? { port: port.targetPort ?? port.port, servicePort: port.port } : {}),
    ...(health === undefined ? {} : { health }),
    ...(scale ? { scale } : {}),
    ...extension,
  };
}

function originsOf({ metadata, containers, service }: Score): Origins {
  const container = ['containers', Object.keys(containers)[0] ?? 'main'];
  const [portName = 'web', port] = Object.entries(service?.ports ?? {})[0] ?? [];
  const bulkhead = ['metadata', 'bulkhead'];
  return {
    name: ['metadata', 'name'],
    image: [...container, 'image'],
    command: [...container, 'command'],
    args: [...container, 'args'],
    env: [...container, 'variables'],
    port: ['service', 'ports', portName, port?.targetPort === undefined ? 'port' : 'targetPort'],
    servicePort: ['service', 'ports', portName, 'port'],
    health:
      metadata.bulkhead.health === undefined
        ? [...container, 'readinessProbe', 'httpGet', 'path']
        : [...bulkhead, 'health'],
    protocol: [...bulkhead, 'protocol'],
    size: [...bulkhead, 'size'],
    scale: [...bulkhead, 'scale'],
    timeout: [...bulkhead, 'timeout'],
    expose: [...bulkhead, 'expose'],
    calls: [...bulkhead, 'calls'],
  };
}

/** What the file says twice, or of a port that it does not have. */
function probeProblem({ metadata, containers, service }: Score): Problem | undefined {
  const [[name, container] = []] = Object.entries(containers);
  const probe = container?.readinessProbe?.httpGet;
  if (!name || !probe) return undefined;
  const path = ['containers', name, 'readinessProbe', 'httpGet', 'port'];
  if (metadata.bulkhead.health !== undefined) {
    return {
      path: ['metadata', 'bulkhead', 'health'],
      problem: 'The container has a readinessProbe already.',
      fix: 'Remove one of them.',
    };
  }
  const [port] = Object.values(service?.ports ?? {});
  const own = port && (port.targetPort ?? port.port);
  if (own === undefined || own === probe.port) return undefined;
  return { path, problem: `The app listens on ${own}, not on ${probe.port}.`, fix: `Write ${own}.` };
}
