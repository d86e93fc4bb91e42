import { MAIN } from '../../constructs/app/companions-spec';
import { type AppSpec, appSpecSchema } from '../../constructs/app-spec';
import type { Problem } from '../../constructs/input/problem';
import { type Read, readInput } from '../../constructs/input/read-input';
import { isPlace, placeMembers, placeMisfits, withPlaces } from './score-places';
import {
  hasPlaceholder,
  listeningPort,
  NO_PLACEHOLDERS,
  type Score,
  type ScoreContainer,
  type ScoreFile,
  scoreSchema,
} from './score-schema';

type Path = Problem['path'];

type ScoreHealth = Score['metadata']['bulkhead']['health'];

/** Where a Score file says what Score has no word for. */
const EXTENSION = ['metadata', 'bulkhead'];

/** One member of an app, and where in the Score file it stands. */
interface Member {
  readonly to: Path;
  readonly from: Path;
  readonly value: unknown;
}

/** An app read from a Score file, and the way back from its members to the file. */
export interface ScoreApp {
  readonly spec: AppSpec;
  /** Path in the file of a path in the spec. */
  readonly origin: (path: Path) => Path;
}

/** What stands in a file beside the Score file: its text, or else its bytes in base64; or why it cannot be had. */
export type Source = { readonly text: string } | { readonly bytes: string } | Pick<Problem, 'problem' | 'fix'>;

/** Reads a Score v1b1 document. Paths of problems are the file's own. */
export function readScore(document: unknown, sourceOf: (path: string) => Source = NO_SOURCES): Read<ScoreApp> {
  const written = readInput(scoreSchema, document);
  if ('problems' in written) return written;
  const score = withSources(written.value, sourceOf);
  if ('problems' in score) return score;
  const members = membersOf(score.value);
  const origin = (path: Path): Path => originOf(path, members);
  const misfits = [...misfitsOf(score.value), ...placeMisfits(score.value)];
  if (misfits.length > 0) return { problems: misfits };
  const spec = readInput(appSpecSchema, appOf(members));
  if ('problems' in spec)
    return { problems: spec.problems.map((problem) => ({ ...problem, path: origin(problem.path) })) };
  return { value: { spec: spec.value, origin } };
}

/** Where in the file a member of the app stands: where the longest of what leads there does. */
function originOf(path: Path, members: readonly Member[]): Path {
  const [nearest] = members
    .filter(({ to }) => to.length <= path.length && to.every((part, index) => part === path[index]))
    .sort((a, b) => b.to.length - a.to.length);
  if (nearest) return [...nearest.from, ...path.slice(nearest.to.length)];
  return path.length === 0 ? [] : [...EXTENSION, ...path];
}

/** The app as its members say it; later ones stand within earlier ones. */
function appOf(members: readonly Member[]): Record<string, unknown> {
  const app: Record<string, unknown> = {};
  for (const { to, value } of members) {
    const parent = to.slice(0, -1).reduce<Record<string, unknown>>((map, part) => {
      return map[part] as Record<string, unknown>;
    }, app);
    const last = to.at(-1);
    if (last !== undefined && value !== undefined) parent[last] = value;
  }
  return app;
}

function membersOf(score: Score): Member[] {
  const { metadata, containers, service } = score;
  const [name, container] = appContainerOf(containers);
  const [[portName, port] = []] = Object.entries(service?.ports ?? {});
  const { health: _, ...extension } = metadata.bulkhead;
  return [
    { to: ['name'], from: ['metadata', 'name'], value: metadata.name },
    ...(name && container ? containerMembers(container, [], ['containers', name], score.resources) : []),
    ...companionMembers(score),
    ...(portName && port ? portMembers(port, ['service', 'ports', portName]) : []),
    ...useMembers(score.resources),
    ...Object.entries(extension).map(([key, value]) => ({ to: [key], from: [...EXTENSION, key], value })),
    { to: ['callPorts'], from: ['resources'], value: {} },
    ...placeMembers(score),
    ...(name && container ? sizeMembers(container, [], ['containers', name, 'resources']) : []),
    ...healthMembers(metadata.bulkhead.health, ['containers', name ?? 'main'], container),
  ];
}

const NO_SOURCES = (): Source => ({
  problem: 'Nothing lies beside this file.',
  fix: 'Write its text under "content", or its bytes under "binaryContent".',
});

/** The same with what stands in the files that it names. */
function withSources(score: Score, sourceOf: (path: string) => Source): Read<Score> {
  const problems: Problem[] = [];
  const containers = Object.entries(score.containers).map(([name, container]) => {
    const { files } = container;
    const read = <F extends ScoreFile>(file: F, at: string | number): F => {
      const found = file.source === undefined ? {} : contentOf(sourceOf(file.source), file.noExpand);
      const path = ['containers', name, 'files', at, 'source'];
      if ('problem' in found) problems.push({ path, ...found });
      return { ...file, ...found };
    };
    if (!files) return [name, container];
    if (Array.isArray(files)) return [name, { ...container, files: files.map(read) }];
    return [
      name,
      { ...container, files: Object.fromEntries(Object.entries(files).map(([at, file]) => [at, read(file, at)])) },
    ];
  });
  return problems.length > 0 ? { problems } : { value: { ...score, containers: Object.fromEntries(containers) } };
}

function contentOf(
  source: Source,
  noExpand = false,
): Pick<ScoreFile, 'content' | 'binaryContent'> | typeof NO_PLACEHOLDERS {
  if ('problem' in source) return source;
  if ('bytes' in source) return { binaryContent: source.bytes };
  return hasPlaceholder(source.text) && !noExpand ? NO_PLACEHOLDERS : { content: source.text };
}

/** The container of the app itself: the one of that name, or the only one. */
function appContainerOf(containers: Score['containers']): [string, ScoreContainer] | [] {
  const all = Object.entries(containers);
  return all.find(([name]) => name === MAIN) ?? (all.length === 1 ? all[0] : undefined) ?? [];
}

/** Every other container runs beside it. */
function companionMembers({ containers, resources: places }: Score): Member[] {
  const [main] = appContainerOf(containers);
  const others = Object.entries(containers).filter(([name]) => name !== main);
  if (others.length === 0) return [];
  return [
    { to: ['companions'], from: ['containers'], value: {} },
    ...others.flatMap(([name, container]): Member[] => {
      const [to, from] = [
        ['companions', name],
        ['containers', name],
      ];
      const { before, readinessProbe: ready, livenessProbe: live, resources } = container;
      const states = Object.entries(before ?? {}).map(([other, { ready }]) => [other, ready]);
      return [
        { to, from, value: {} },
        ...containerMembers(container, to, from, places),
        ...(resources ? sizeMembers(container, to, [...from, 'resources']) : []),
        { to: [...to, 'before'], from: [...from, 'before'], value: Object.fromEntries(states) },
        { to: [...to, 'ready'], from: [...from, 'readinessProbe', 'exec', 'command'], value: ready?.exec?.command },
        { to: [...to, 'live'], from: [...from, 'livenessProbe', 'exec', 'command'], value: live?.exec?.command },
      ];
    }),
  ];
}

function containerMembers(container: ScoreContainer, to: Path, from: Path, places: Score['resources']): Member[] {
  const { image, command, args } = container;
  const variables = Object.entries(container.variables).map(([name, text]) => [name, withPlaces(text, places)]);
  return [
    { to: [...to, 'image'], from: [...from, 'image'], value: image },
    { to: [...to, 'command'], from: [...from, 'command'], value: command },
    { to: [...to, 'args'], from: [...from, 'args'], value: args },
    { to: [...to, 'env'], from: [...from, 'variables'], value: Object.fromEntries(variables) },
    { to: [...to, 'files'], from: [...from, 'files'], value: {} },
    ...fileMembers(container.files ?? {}, [...to, 'files'], [...from, 'files']),
  ];
}

/** What a text says where no placeholder stands: `$${` is a dollar and a brace. */
function unescaped(text: string): string {
  return text.replaceAll('$${', '${');
}

function fileMembers(files: NonNullable<ScoreContainer['files']>, to: Path, from: Path): Member[] {
  const listed = Array.isArray(files)
    ? files.map((file, index) => ({ path: file.target, at: index, file }))
    : Object.entries(files).map(([path, file]) => ({ path, at: path, file }));
  return listed.flatMap(({ path, at, file: { content, binaryContent, mode, noExpand, source } }) => {
    const text = content === undefined || noExpand ? content : unescaped(content);
    return [
      { to: [...to, path], from: [...from, at], value: {} },
      { to: [...to, path, 'content'], from: [...from, at, source === undefined ? 'content' : 'source'], value: text },
      {
        to: [...to, path, 'binary'],
        from: [...from, at, source === undefined ? 'binaryContent' : 'source'],
        value: binaryContent,
      },
      { to: [...to, path, 'mode'], from: [...from, at, 'mode'], value: mode },
    ];
  });
}

/** Score places what a resource has by placeholders alone, so no variables of its own come with it. */
function useMembers(resources: Score['resources']): Member[] {
  const uses = Object.entries(resources).flatMap(([name, resource]) => {
    if (isPlace(resource)) return [];
    const { metadata: _, ...store } = resource;
    return [[name, { ...store, variables: false }]];
  });
  return [{ to: ['uses'], from: ['resources'], value: Object.fromEntries(uses) }];
}

function portMembers(port: { readonly port: number; readonly targetPort?: number | undefined }, from: Path): Member[] {
  return [
    {
      ...{ to: ['port'], value: listeningPort(port) },
      from: [...from, port.targetPort === undefined ? 'port' : 'targetPort'],
    },
    { to: ['servicePort'], from: [...from, 'port'], value: port.port },
  ];
}

/** One number for each: a memory limit that differs from its request was refused. */
function sizeMembers({ resources }: ScoreContainer, to: Path, from: Path): Member[] {
  if (!resources) return [];
  const { requests, limits } = resources;
  const stated = limits?.memory === undefined ? 'requests' : 'limits';
  return [
    { to: [...to, 'size'], from, value: {} },
    { to: [...to, 'size', 'cpu'], from: [...from, 'requests', 'cpu'], value: requests?.cpu },
    { to: [...to, 'size', 'memory'], from: [...from, stated, 'memory'], value: limits?.memory ?? requests?.memory },
  ];
}

/** Score's own questions within what it has no word for: how long a start may take. Of two, it prefers the command. */
function healthMembers(health: ScoreHealth, from: Path, container: ScoreContainer | undefined): Member[] {
  const { readinessProbe: ready, livenessProbe: live } = container ?? {};
  const given = { to: ['health'], from: [...EXTENSION, 'health'], value: health };
  if (!ready && !live) return [given];
  if (health === undefined && !live && ready?.httpGet && !ready.exec) {
    return [{ to: ['health'], from: [...from, 'readinessProbe', 'httpGet', 'path'], value: ready.httpGet.path }];
  }
  const at = (probe: string, kind: 'exec' | 'httpGet') =>
    kind === 'exec' ? [...from, probe, 'exec', 'command'] : [...from, probe, 'httpGet', 'path'];
  return [
    { ...given, ...(health === undefined ? { from } : {}), value: typeof health === 'object' ? { ...health } : {} },
    ready?.exec
      ? { to: ['health', 'exec'], from: at('readinessProbe', 'exec'), value: ready.exec.command }
      : { to: ['health', 'path'], from: at('readinessProbe', 'httpGet'), value: ready?.httpGet?.path },
    live?.exec
      ? { to: ['health', 'live'], from: at('livenessProbe', 'exec'), value: { exec: live.exec.command } }
      : { to: ['health', 'live'], from: at('livenessProbe', 'httpGet'), value: live?.httpGet?.path },
  ];
}

/** Members that are right by themselves and do not fit together. */
function* misfitsOf({ metadata: { bulkhead }, containers, service }: Score): Iterable<Problem> {
  const [port] = Object.values(service?.ports ?? {});
  const [name, container] = appContainerOf(containers);
  yield* misfitContainers(containers);
  if (bulkhead.expose === 'public' && !port) {
    const problem = 'There is no port that the edge could reach.';
    yield { path: [...EXTENSION, 'expose'], problem, fix: 'Add one under service.ports, or leave expose out.' };
  }
  if (typeof bulkhead.health === 'string' && bulkhead.health.startsWith('/') && !port) {
    const problem = 'There is no port on which this path could be asked.';
    yield { path: [...EXTENSION, 'health'], problem, fix: 'Add one under service.ports, or leave health out.' };
  }
  if (container?.resources && bulkhead.size !== undefined) {
    const problem = 'The container has resources already.';
    yield { path: [...EXTENSION, 'size'], problem, fix: 'Remove one of the two.' };
  }
  for (const kind of PROBES) {
    const probe = container?.[kind];
    if (!name || !probe) continue;
    if (isSaidTwice(kind, bulkhead.health)) {
      const problem = `The container has a ${kind} already.`;
      yield { path: [...EXTENSION, 'health'], problem, fix: 'Remove one of the two.' };
    }
    if (probe.httpGet) yield* wrongPorts(probe.httpGet.port, port, ['containers', name, kind, 'httpGet', 'port']);
  }
}

/** What only the app's own container can have, or only the others. */
function* misfitContainers(containers: Score['containers']): Iterable<Problem> {
  const [main, own] = appContainerOf(containers);
  if (main && Object.keys(own?.before ?? {}).length > 0) {
    const problem = "The app's own container starts last: nothing waits for it.";
    yield { path: ['containers', main, 'before'], problem, fix: 'Remove it.' };
  }
  for (const [name, container] of Object.entries(containers)) {
    for (const kind of PROBES) {
      if (name === main || !container[kind]?.httpGet) continue;
      const path = ['containers', name, kind, 'httpGet'];
      yield { path, problem: "Only the app's own port is opened.", fix: 'Ask it by "exec".' };
    }
  }
}

const PROBES = ['readinessProbe', 'livenessProbe'] as const;

/** How long a start may take, Score cannot say; everything else it has said. */
function isSaidTwice(probe: (typeof PROBES)[number], health: ScoreHealth): boolean {
  if (typeof health !== 'object') return health !== undefined;
  if (probe === 'livenessProbe') return health.live !== undefined;
  return health.path !== undefined || health.exec !== undefined;
}

function* wrongPorts(
  asked: number,
  port: Parameters<typeof listeningPort>[0] | undefined,
  path: Path,
): Iterable<Problem> {
  if (!port) {
    yield { path, problem: 'The app has no port.', fix: 'Add this one under service.ports, or leave the probe out.' };
  } else if (listeningPort(port) !== asked) {
    const listening = listeningPort(port);
    yield { path, problem: `The app listens on ${listening}, not on ${asked}.`, fix: `Write ${listening}.` };
  }
}
