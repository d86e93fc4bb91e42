/** How an app comes to know an output: the environment says it, or the resource's Secret holds it under a key. */
export type OutputSource = 'host' | 'port' | 'endpoint' | { readonly key: string };

interface ResourceType {
  readonly outputs: Readonly<Record<string, OutputSource>>;
  /** The address as clients take it, of outputs in braces. @default - clients of this type take no address */
  readonly url?: string;
  /** What an app may ask of it. @default - nothing */
  readonly params?: readonly ParamName[];
}

/** What resources may be asked for, each where its type knows it. */
export type ParamName = 'disk';

const PLACE = { host: 'host', port: 'port' } as const;

/** What only the resource's Secret holds, each under the key of its own name. */
function held<Name extends string>(...names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, { key: name }])) as Record<Name, { readonly key: Name }>;
}

/** Both names of a database that Score files use. */
const DATABASE = { ...held('database'), name: { key: 'database' } } as const;

/**
 * What an app may use, and what it is told of it.
 * @see https://docs.score.dev/docs/score-specification/score-spec-reference/
 */
export const RESOURCE_TYPES = {
  postgres: {
    outputs: { ...PLACE, ...DATABASE, ...held('username', 'password') },
    url: 'postgres://{username}:{password}@{host}:{port}/{database}',
    params: ['disk'],
  },
  mysql: {
    outputs: { ...PLACE, ...DATABASE, ...held('username', 'password') },
    url: 'mysql://{username}:{password}@{host}:{port}/{database}',
    params: ['disk'],
  },
  redis: {
    outputs: { ...PLACE, ...held('username', 'password') },
    url: 'redis://{username}:{password}@{host}:{port}',
    params: ['disk'],
  },
  mongodb: {
    outputs: { ...PLACE, ...DATABASE, ...held('username', 'password') },
    url: 'mongodb://{username}:{password}@{host}:{port}/{database}',
    params: ['disk'],
  },
  amqp: {
    outputs: { ...PLACE, ...held('vhost', 'username', 'password') },
    url: 'amqp://{username}:{password}@{host}:{port}/{vhost}',
    params: ['disk'],
  },
  s3: {
    outputs: { ...PLACE, endpoint: 'endpoint', ...held('bucket', 'region', 'access_key_id', 'secret_key') },
  },
  'kafka-topic': {
    outputs: { ...PLACE, ...held('name', 'username', 'password') },
  },
} as const satisfies Readonly<Record<string, ResourceType>>;

export type ResourceTypeName = keyof typeof RESOURCE_TYPES;

export const RESOURCE_TYPE_NAMES = Object.keys(RESOURCE_TYPES) as [ResourceTypeName, ...ResourceTypeName[]];

/** What an app is told of a resource, by name. */
export function outputsOf(type: ResourceTypeName): Readonly<Record<string, OutputSource>> {
  return RESOURCE_TYPES[type].outputs;
}

/** What an app may ask of a resource. */
export function paramsOf(type: ResourceTypeName): readonly ParamName[] {
  const described: ResourceType = RESOURCE_TYPES[type];
  return described.params ?? [];
}

/** The address of a resource as clients take it, of outputs in braces. */
export function urlOf(type: ResourceTypeName): string | undefined {
  const described: ResourceType = RESOURCE_TYPES[type];
  return described.url;
}
