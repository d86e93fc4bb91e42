import { join } from 'node:path';
import { freePort } from './ports';
import type { Setting, Settings } from './rendered-collectors';

/** A rendered configuration made to run on this machine. */
export interface Local {
  readonly configuration: Settings;
  /** Where it listens now, by the path of the setting: `receivers.otlp.protocols.http.endpoint`. */
  readonly listeners: ReadonlyMap<string, string>;
}

/** What stands in for the cluster. */
export interface Surroundings {
  /** Stands in for the root of the file system. */
  readonly root: string;
  /** The address that stands in for an exporter's backend, by the exporter's name. */
  readonly backend: (exporter: string) => string;
  /** Stands in for the API server, where pods are discovered. @default - there is none */
  readonly apiServer?: string | undefined;
}

/** Settings that name files and folders. */
const FILES = ['directory', 'include', 'exclude'];

/**
 * Substitutes the addresses and paths of a rendered configuration, and nothing else:
 * exporters' endpoints by backends here (the path stays, TLS does not), the endpoints on which receivers and extensions listen,
 * and the one of the collector's own metrics, by free ports on loopback, paths by the same paths below another root, and the API
 * server that a pod would know by itself.
 */
export async function onLoopback(rendered: Settings, { root, backend, apiServer }: Surroundings): Promise<Local> {
  const listeners = new Map<string, string>();
  const configuration = apiServer === undefined ? rendered : asking(apiServer, rendered);
  for (const path of listenersOf(configuration)) listeners.set(path, `127.0.0.1:${await freePort()}`);

  const substituted = mapTexts(configuration, (text, path) => {
    const [section, name = ''] = path;
    if (isEndpoint(path) && section === 'exporters' && name.startsWith('otlp_grpc/')) return backend(name);
    if (isEndpoint(path) && section === 'exporters')
      return `${backend(name)}${new URL(text).pathname.replace(/\/$/, '')}`;
    if (FILES.includes(path.at(-1) ?? '')) return join(root, text);
    return listeners.get(path.join('.')) ?? text;
  });
  return { configuration: await withOwnMetrics(substituted), listeners };
}

/** Every discovery of pods asks there, and not the API server of the cluster that the collector runs in. */
function asking(apiServer: string, setting: Settings): Settings {
  const mapped = (key: string, value: Setting): Setting => {
    if (isList(value)) return value.map((each) => mapped(key, each));
    if (!isSettings(value)) return value;
    return key === 'kubernetes_sd_configs' ? { ...value, api_server: apiServer } : asking(apiServer, value);
  };
  return Object.fromEntries(Object.entries(setting).map(([key, value]) => [key, mapped(key, value)]));
}

function listenersOf(configuration: Settings): readonly string[] {
  const paths: string[] = [];
  mapTexts(configuration, (text, path) => {
    if (isEndpoint(path) && path[0] !== 'exporters') paths.push(path.join('.'));
    return text;
  });
  return paths;
}

function isEndpoint(path: readonly string[]): boolean {
  return path.at(-1) === 'endpoint';
}

/** Every collector serves its own metrics on port 8888: in a pod of its own no harm, here one. */
async function withOwnMetrics(configuration: Settings): Promise<Settings> {
  const { service } = configuration;
  if (!isSettings(service) || !isSettings(service.telemetry))
    throw new Error('The configuration says nothing of telemetry.');
  const reader = { pull: { exporter: { prometheus: { host: '127.0.0.1', port: await freePort() } } } };
  return {
    ...configuration,
    service: { ...service, telemetry: { ...service.telemetry, metrics: { readers: [reader] } } },
  };
}

type Change = (text: string, path: readonly string[]) => string;

/** The same settings with every text changed. The members of a list have the path of the list. */
function mapTexts(settings: Settings, change: Change, path: readonly string[] = []): Settings {
  const mapped = (setting: Setting, place: readonly string[]): Setting => {
    if (typeof setting === 'string') return change(setting, place);
    if (isSettings(setting)) return mapTexts(setting, change, place);
    return isList(setting) ? setting.map((part) => mapped(part, place)) : setting;
  };
  return Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, mapped(setting, [...path, key])]));
}

function isSettings(setting: Setting | undefined): setting is Settings {
  return typeof setting === 'object' && setting !== null && !Array.isArray(setting);
}

function isList(setting: Setting): setting is readonly Setting[] {
  return Array.isArray(setting);
}
