import { inBraces, piecesOf } from '../../constructs/app/placeholders';
import { closest } from '../../constructs/input/did-you-mean';
import type { Problem } from '../../constructs/input/problem';
import type { Score, ScorePlace } from './score-schema';

type Path = Problem['path'];

/** What an app says by a resource that is a place: a name, or a way to or from another. */
interface PlaceMember {
  readonly to: Path;
  readonly from: Path;
  readonly value: unknown;
}

/** What a resource of each type tells. */
const OUTPUTS = { dns: ['host'], route: [], 'service-port': ['hostname', 'port'] } as const satisfies Readonly<
  Record<ScorePlace['type'], readonly string[]>
>;

/** What resources mean that are no data stores: a route exposes the app, a port of another workload is a call. */
export function placeMembers({ resources, metadata: { bulkhead } }: Score): PlaceMember[] {
  return placesOf(resources).flatMap(([name, place]): PlaceMember[] => {
    const from = ['resources', name];
    if (place.type === 'route') return [{ to: ['expose'], from, value: 'public' }];
    if (place.type === 'dns') return [];
    const { workload, port } = place.params;
    const at = [...from, 'params'];
    const call = { to: ['calls', workload], from: [...at, 'workload'], value: `asks it for what it needs as ${name}` };
    const isSaid = Object.hasOwn(bulkhead.calls, workload);
    return [...(isSaid ? [] : [call]), { to: ['callPorts', workload], from: [...at, 'port'], value: port }];
  });
}

/** A variable's text in which every place stands for what it tells. */
export function withPlaces(text: string, resources: Score['resources']): string {
  const pieces = piecesOf(text).map((piece) => {
    if ('text' in piece) return piece.text.replaceAll('${', () => '$${');
    const [root, name = '', output = ''] = piece.placeholder.split('.');
    const place = root === 'resources' ? placeCalled(name, resources) : undefined;
    return (place && tellingOf(place)[output]) ?? inBraces(piece.placeholder);
  });
  return pieces.join('');
}

/** Everything about places that is right member by member and does not fit together. */
export function* placeMisfits(score: Score): Iterable<Problem> {
  for (const [name, place] of placesOf(score.resources)) {
    if (place.type === 'route') yield* routeMisfits(['resources', name], place, score);
  }
  const isExposed = Object.values(score.resources).some(({ type }) => type === 'route');
  if (isExposed && score.metadata.bulkhead.expose === 'internal') {
    const path = ['metadata', 'bulkhead', 'expose'];
    yield { path, problem: 'There is a route already.', fix: 'Remove one of the two.' };
  }
  for (const [container, { variables }] of Object.entries(score.containers)) {
    for (const [variable, text] of Object.entries(variables)) {
      yield* outputMisfits(['containers', container, 'variables', variable], text, score.resources);
    }
  }
}

function* routeMisfits(
  from: Path,
  { params }: ScorePlace & { readonly type: 'route' },
  score: Score,
): Iterable<Problem> {
  const [[portName, port] = []] = Object.entries(score.service?.ports ?? {});
  const hosts = placesOf(score.resources).flatMap(([name, { type }]) =>
    type === 'dns' ? [inBraces(`resources.${name}.host`)] : [],
  );
  if (!port) {
    const problem = 'There is no port that the edge could reach.';
    yield { path: from, problem, fix: 'Add one under service.ports, or leave the route out.' };
  } else if (params.port !== undefined && params.port !== port.port && params.port !== portName) {
    const path = [...from, 'params', 'port'];
    yield { path, problem: `The app offers port ${port.port}, "${portName}".`, fix: `Write ${port.port}.` };
  }
  if (params.host !== undefined && !hosts.includes(params.host)) {
    const [host = ''] = hosts;
    const fix = host === '' ? 'Leave it out, or add a resource of type dns and name it.' : `Write "${host}".`;
    yield { path: [...from, 'params', 'host'], problem: 'Hostnames follow from names.', fix };
  }
}

function* outputMisfits(path: Path, text: string, resources: Score['resources']): Iterable<Problem> {
  for (const piece of piecesOf(text)) {
    if ('text' in piece) continue;
    const [root, name = '', ...outputs] = piece.placeholder.split('.');
    const place = root === 'resources' ? placeCalled(name, resources) : undefined;
    const output = outputs.join('.');
    if (!place || Object.hasOwn(tellingOf(place), output)) continue;
    const possible: readonly string[] = OUTPUTS[place.type];
    const meant = closest(output, possible);
    const offer = possible.length > 0 ? `Possible: ${possible.join(', ')}.` : 'It has none: leave it out.';
    const fix = meant ? `Did you mean "${meant}"?` : offer;
    yield { path, problem: `A resource of type ${place.type} has no output "${output}".`, fix };
  }
}

/** What a place tells, by output. The hostname is known where the app is rendered. */
function tellingOf(place: ScorePlace): Readonly<Record<string, string>> {
  switch (place.type) {
    case 'dns':
      return { host: inBraces('metadata.hostname') };
    case 'route':
      return {};
    case 'service-port': {
      const [app = '', tenant] = place.params.workload.split('/').toReversed();
      return { hostname: tenant === undefined ? app : `${app}.${tenant}`, port: `${place.params.port}` };
    }
  }
}

function placesOf(resources: Score['resources']): [name: string, place: ScorePlace][] {
  return Object.entries(resources).flatMap(([name, resource]): [string, ScorePlace][] =>
    isPlace(resource) ? [[name, resource]] : [],
  );
}

function placeCalled(name: string, resources: Score['resources']): ScorePlace | undefined {
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  return resource && isPlace(resource) ? resource : undefined;
}

/** Whether a resource is a name or a way, and no data store. */
export function isPlace(resource: Score['resources'][string]): resource is ScorePlace {
  return Object.hasOwn(OUTPUTS, resource.type);
}
