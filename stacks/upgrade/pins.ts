import { COMPONENT_NAMES, type ComponentName } from '../../constructs/components';
import type { Environment } from '../../constructs/environment';
import type { IstioVersion } from '../../constructs/mesh/istio-versions';
import type { MeshSpec } from '../../constructs/mesh/mesh-spec';
import type { Versions } from './path';

/** What of the mesh an upgrade moves beside its CRDs: the control planes that run, and who is bound to which. */
export type IstioPin = Pick<MeshSpec, 'versions' | 'tags' | 'defaultVersion'>;

/** The version of every component that an environment has. */
export interface Pins extends Readonly<Partial<Record<Exclude<ComponentName, 'istio'>, string>>> {
  readonly istio?: IstioPin;
}

/** The versions that an environment pins. What it does not have is left out. */
export function pinsOf(environment: Environment): Pins {
  const { kubernetes, podSecurity, mesh, certificates, rollouts, logging, telemetry, metrics } = environment;
  return {
    kubernetes,
    'pod-security': podSecurity,
    ...(mesh ? { 'gateway-api': mesh.gatewayApi, istio: istioPin(mesh) } : {}),
    ...(certificates ? { 'cert-manager': certificates.version } : {}),
    ...(rollouts ? { flagger: rollouts.version } : {}),
    ...(logging ? { logging: logging.version } : {}),
    ...(logging?.backend.kind === 'loki' ? { loki: logging.backend.version } : {}),
    ...(telemetry ? { telemetry: telemetry.version } : {}),
    ...(metrics ? { prometheus: metrics.version } : {}),
  };
}

function istioPin({ versions, tags, defaultVersion }: MeshSpec): IstioPin {
  return { versions, tags, ...(defaultVersion === undefined ? {} : { defaultVersion }) };
}

/**
 * The environment with other versions of what it has. It is what a file would say: whoever renders it must have it checked
 * first, because it may name versions that nobody knows.
 */
export function withPins(environment: Environment, pins: Pins): unknown {
  const { mesh, certificates, rollouts, logging, telemetry, metrics } = environment;
  const backend = logging?.backend.kind === 'loki' ? { ...logging.backend, version: pins.loki } : logging?.backend;
  return {
    ...environment,
    kubernetes: pins.kubernetes,
    podSecurity: pins['pod-security'],
    ...(mesh ? { mesh: { ...mesh, defaultVersion: undefined, ...pins.istio, gatewayApi: pins['gateway-api'] } } : {}),
    ...(certificates ? { certificates: { ...certificates, version: pins['cert-manager'] } } : {}),
    ...(rollouts ? { rollouts: { ...rollouts, version: pins.flagger } } : {}),
    ...(logging ? { logging: { ...logging, version: pins.logging, backend } } : {}),
    ...(telemetry ? { telemetry: { ...telemetry, version: pins.telemetry } } : {}),
    ...(metrics ? { metrics: { ...metrics, version: pins.prometheus } } : {}),
  };
}

/** The components whose pins differ. Of those that only one side has, nothing moves. */
export function movedBetween(before: Pins, after: Pins): ComponentName[] {
  return COMPONENT_NAMES.filter(
    (name) => before[name] !== undefined && after[name] !== undefined && textOf(before, name) !== textOf(after, name),
  );
}

/** Equal texts mean equal pins, in whatever order tags are written. */
function textOf(pins: Pins, name: ComponentName): string {
  if (name !== 'istio') return pins[name] ?? '';
  const { versions, tags, defaultVersion } = pins.istio ?? { versions: [], tags: {} };
  return JSON.stringify([versions, Object.entries(tags).sort(), defaultVersion]);
}

/** The one version of a component, as people say it; of several control planes the newest. */
export function versionOf(pins: Pins, name: ComponentName): string | undefined {
  return name === 'istio' ? newestOf(pins.istio) : pins[name];
}

/** The one version of every component that there is. */
export function versionsOf(pins: Pins): Versions {
  return Object.fromEntries(
    COMPONENT_NAMES.flatMap((name) => {
      const version = versionOf(pins, name);
      return version === undefined ? [] : [[name, version]];
    }),
  );
}

/** The newest control plane. */
export function newestOf(pin: IstioPin | undefined): IstioVersion | undefined {
  return pin?.versions.at(-1);
}

/** All of the mesh at one version. */
export function istioAt(version: IstioVersion, pin: IstioPin): IstioPin {
  return {
    versions: [version],
    tags: Object.fromEntries(Object.keys(pin.tags).map((tag) => [tag, version])),
    ...(pin.defaultVersion === undefined ? {} : { defaultVersion: version }),
  };
}

/** Whether all of the mesh is at one version: no upgrade is under way. */
export function isSettled({ versions, tags, defaultVersion }: IstioPin): boolean {
  const [version] = versions;
  return (
    versions.length === 1 &&
    Object.values(tags).every((tag) => tag === version) &&
    (defaultVersion === undefined || defaultVersion === version)
  );
}
