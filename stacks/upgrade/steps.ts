import type { OneWay } from '../../constructs/component';
import { COMPONENTS, type ComponentName } from '../../constructs/components';
import { ISTIO_VERSIONS, type IstioVersion } from '../../constructs/mesh/istio-versions';
import { type Ring, type RingedEnvironment, ringsOf } from '../../constructs/rings';
import { compareVersions } from '../../constructs/version';
import type { Move } from './path';
import { type IstioPin, istioAt, type Pins } from './pins';

/** What a step does to the mesh; `version`: any other component gets its version. */
export type Stage = 'version' | 'beside' | 'ring' | 'default' | 'alone';

/** One small change from one environment to the next: of one component, and of the mesh one part. */
export interface Step {
  readonly component: ComponentName;
  readonly stage: Stage;
  readonly from: string;
  readonly to: string;
  /** What it does, in a line. */
  readonly title: string;
  /** What is pinned once it is taken. */
  readonly pins: Pins;
  /** The ring whose pods have to be restarted once it is applied, which moving its tag does not do. */
  readonly ring?: Ring;
  /** What to wait for before the next one. */
  readonly waits: readonly string[];
  /** Why there is no way back, and what to save first. @default - there is one */
  readonly oneWay?: OneWay;
}

/** The steps of a path, each from what the one before pins. */
export function stepsOf(start: Pins, moves: readonly Move[], environment: RingedEnvironment, target: Pins): Step[] {
  const steps: Step[] = [];
  for (const move of moves) {
    const pins = steps.at(-1)?.pins ?? start;
    if (move.component === 'istio') {
      const goal = target.istio?.versions.at(-1) === move.to ? target.istio : undefined;
      steps.push(...istioSteps(pins, move.to as IstioVersion, environment, goal));
    } else steps.push(versionStep(pins, move));
  }
  return steps;
}

function versionStep(pins: Pins, { component, from, to }: Move): Step {
  const { title, waits } = COMPONENTS[component];
  const oneWay = oneWayOf(component, from, to);
  return {
    ...{ component, stage: 'version', from, to, waits, title: `${title} ${from} → ${to}` },
    pins: { ...pins, [component]: to },
    ...(oneWay ? { oneWay } : {}),
  };
}

/** The first release on the way from which there is no way back. */
function oneWayOf(component: ComponentName, from: string, to: string): OneWay | undefined {
  const oneWays: readonly OneWay[] = COMPONENTS[component].oneWays;
  return oneWays.find(({ since }) => since === 'every' || isCrossed(since, from, to));
}

/** Whether a release lies after one version, and not after another. */
export function isCrossed(since: string, from: string, to: string): boolean {
  return compareVersions(since, from) > 0 && compareVersions(since, to) <= 0;
}

/**
 * The steps to another version of the mesh: beside the old one, then ring after ring, then the default, then alone. What an
 * earlier plan has done already is left out.
 *
 * @param goal where it ends, if that is not simply all of the mesh at that version
 */
function istioSteps(start: Pins, to: IstioVersion, environment: RingedEnvironment, goal?: IstioPin): Step[] {
  const steps: Step[] = [];
  let pin = start.istio;
  if (!pin) return [];
  const end = goal ?? istioAt(to, pin);
  const checking = pin.defaultVersion ?? pin.tags[environment.mesh?.revisionTag ?? ''] ?? pin.versions[0];
  const [from] = pin.versions;
  const step = (stage: Stage, next: IstioPin, title: string, waits: readonly string[], ring?: Ring) => {
    pin = next;
    const pins = { ...start, istio: next };
    steps.push({ component: 'istio', stage, from, to, title, pins, waits, ...(ring ? { ring } : {}) });
  };
  if (end.versions.some((version) => !pin?.versions.includes(version))) {
    const versions = sorted([...pin.versions, ...end.versions]);
    step('beside', { ...pin, versions, defaultVersion: checking }, `Istio ${to} runs beside ${from}`, [
      `the control plane of ${to} is Ready, both replicas`,
      `its webhooks carry its certificate: caBundle is written`,
    ]);
  }
  for (const ring of ringsOf(environment)) {
    const version = end.tags[ring.tag];
    if (version === undefined || pin.tags[ring.tag] === version) continue;
    const tags = { ...pin.tags, [ring.tag]: version };
    step(
      'ring',
      { ...pin, tags, defaultVersion: pin.defaultVersion ?? checking },
      `ring ${ring.tag} moves to Istio ${version}`,
      [
        `the webhook of tag ${ring.tag} carries the certificate of ${version}`,
        ...(isEmpty(ring) ? [] : [`every pod of ring ${ring.tag} runs the proxy of ${version} and is Ready`]),
        ...(ring.edge ? ['every Gateway is Programmed, and its pods run the new proxy'] : []),
        'requests succeed as before',
      ],
      ring,
    );
  }
  const live = end.defaultVersion ?? end.tags[environment.mesh?.revisionTag ?? ''] ?? to;
  if ((pin.defaultVersion ?? checking) !== live) {
    step('default', { ...pin, defaultVersion: live }, `Istio ${live} checks what is written for the mesh`, [
      'a change of a policy of the mesh is accepted, and a wrong one refused',
    ]);
  }
  const gone = pin.versions.filter((version) => !end.versions.includes(version));
  if (gone.length > 0) {
    step('alone', end, `Istio ${gone.join(', ')} goes`, [
      `no proxy of ${gone.join(', ')} was connected before: istioctl proxy-status names none`,
      'the node agent of the new version is Ready on every node; no meshed pod starts on a node meanwhile',
    ]);
  }
  return steps;
}

function isEmpty({ tenants }: Ring): boolean {
  return tenants !== 'rest' && tenants.length === 0;
}

function sorted(versions: IstioPin['versions']): IstioPin['versions'] {
  const [first = versions[0], ...rest] = ISTIO_VERSIONS.filter((version) => versions.includes(version));
  return [first, ...rest];
}
