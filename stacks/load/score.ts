import type * as z from 'zod';
import { type AppSpec, appSpecSchema } from '../../constructs/app-spec';
import type { Problem } from '../../constructs/input/problem';
import { type Read, readInput } from '../../constructs/input/read-input';
import { listeningPort, type Score, scoreSchema } from './score-schema';

type Path = Problem['path'];

/** Where a Score file says what Score has no word for. */
const EXTENSION = ['metadata', 'bulkhead'];

/** Where members of an AppSpec come from in the Score file, if not from `metadata.bulkhead`. */
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
  const origin = ([first, ...rest]: Path): Path =>
    first === undefined ? [] : [...(origins[first as keyof AppSpec] ?? [...EXTENSION, first]), ...rest];
  const misfits = [...misfitsOf(score.value)];
  if (misfits.length > 0) return { problems: misfits };
  const spec = readInput(appSpecSchema, toApp(score.value));
  if ('problems' in spec)
    return { problems: spec.problems.map((problem) => ({ ...problem, path: origin(problem.path) })) };
  return { value: { spec: spec.value, origin } };
}

function toApp({ metadata, containers, service, resources }: Score): z.input<typeof appSpecSchema> {
  const [main] = Object.values(containers);
  const [port] = Object.values(service?.ports ?? {});
  const { health = main?.readinessProbe?.httpGet?.path, scale, ...extension } = metadata.bulkhead;
  return {
    name: metadata.name,
    image: main?.image ?? '',
    ...(main?.command ? { command: main.command } : {}),
    ...(main?.args ? { args: main.args } : {}),
    env: main?.variables ?? {},
    uses: Object.fromEntries(
      Object.entries(resources).map(([name, { metadata: _, params: __, ...resource }]) => [
        name,
        { ...resource, variables: false },
      ]),
    ),
    ...(port ? { port: listeningPort(port), servicePort: port.port } : {}),
    ...(health === undefined ? {} : { health }),
    ...(scale ? { scale } : {}),
    ...extension,
  };
}

function originsOf({ metadata, containers, service }: Score): Origins {
  const container = ['containers', Object.keys(containers)[0] ?? 'main'];
  const [portName = 'web', port] = Object.entries(service?.ports ?? {})[0] ?? [];
  return {
    name: ['metadata', 'name'],
    image: [...container, 'image'],
    command: [...container, 'command'],
    args: [...container, 'args'],
    env: [...container, 'variables'],
    port: ['service', 'ports', portName, port?.targetPort === undefined ? 'port' : 'targetPort'],
    servicePort: ['service', 'ports', portName, 'port'],
    uses: ['resources'],
    ...(metadata.bulkhead.health === undefined ? { health: [...container, 'readinessProbe', 'httpGet', 'path'] } : {}),
  };
}

/** Members that are right by themselves and do not fit together. */
function* misfitsOf({ metadata: { bulkhead }, containers, service }: Score): Iterable<Problem> {
  const [port] = Object.values(service?.ports ?? {});
  if (bulkhead.expose === 'public' && !port) {
    const problem = 'There is no port that the edge could reach.';
    yield { path: [...EXTENSION, 'expose'], problem, fix: 'Add one under service.ports, or leave expose out.' };
  }
  if (typeof bulkhead.health === 'string' && bulkhead.health.startsWith('/') && !port) {
    const problem = 'There is no port on which this path could be asked.';
    yield { path: [...EXTENSION, 'health'], problem, fix: 'Add one under service.ports, or leave health out.' };
  }
  const [[name, container] = []] = Object.entries(containers);
  const probe = container?.readinessProbe?.httpGet;
  if (!name || !probe) return;
  const path = ['containers', name, 'readinessProbe', 'httpGet', 'port'];
  if (bulkhead.health !== undefined) {
    const problem = 'The container has a readinessProbe already.';
    yield { path: [...EXTENSION, 'health'], problem, fix: 'Remove one of the two.' };
  }
  if (!port) {
    yield { path, problem: 'The app has no port.', fix: 'Add this one under service.ports, or leave the probe out.' };
  } else if (listeningPort(port) !== probe.port) {
    const listening = listeningPort(port);
    yield { path, problem: `The app listens on ${listening}, not on ${probe.port}.`, fix: `Write ${listening}.` };
  }
}
