import { COMPONENT_NAMES, COMPONENTS, type ComponentName } from '../../constructs/components';
import { closest } from '../../constructs/input/did-you-mean';
import type { IstioVersion } from '../../constructs/mesh/istio-versions';
import { UsageError } from '../exit';
import type { Versions } from './path';
import { istioAt, type Pins } from './pins';

/**
 * What `--to istio=1.30.3,kubernetes=1.36` asks for, in an environment that pins `from`.
 * @throws {UsageError} when it names what there is not, or a version of which nothing is known
 */
export function readRequest(text: string, from: Pins): Pins {
  return text.split(',').reduce((pins, part) => withVersion(pins, part.trim()), from);
}

/** The request that leads from some versions to others, as `--to` takes it. */
export function requestOf(from: Versions, to: Versions): string {
  return COMPONENT_NAMES.filter((name) => from[name] !== to[name])
    .map((name) => `${name}=${to[name]}`)
    .join(',');
}

function withVersion(pins: Pins, part: string): Pins {
  const [, asked = '', version = ''] = /^([a-z-]+)=(\S+)$/.exec(part) ?? [];
  if (asked === '') throw new UsageError(`--to "${part}": Write <component>=<version>, for example istio=1.30.3.`);
  const name = COMPONENT_NAMES.find((known) => known === asked);
  if (!name) {
    const meant = closest(asked, COMPONENT_NAMES);
    const fix = meant ? `Did you mean "${meant}"?` : `Possible: ${COMPONENT_NAMES.join(', ')}.`;
    throw new UsageError(`--to: There is no component "${asked}". ${fix}`);
  }
  if (pins[name] === undefined) throw new UsageError(`--to: This environment has no ${COMPONENTS[name].title}.`);
  const known: readonly string[] = COMPONENTS[name].versions;
  if (!known.includes(version)) {
    const problem = `Nothing is known of ${COMPONENTS[name].title} ${version}.`;
    throw new UsageError(`--to: ${problem} Known: ${known.join(', ')}.`);
  }
  return moved(pins, name, version);
}

function moved(pins: Pins, name: ComponentName, version: string): Pins {
  if (name !== 'istio' || !pins.istio) return { ...pins, [name]: version };
  return { ...pins, istio: istioAt(version as IstioVersion, pins.istio) };
}

/**
 * What an earlier state of an environment pins, of those components that it has now: whatever else came or went is no
 * upgrade. A revision tag that is new begins where all others were.
 */
export function earlierPins(earlier: Pins, now: Pins): Pins {
  const names = COMPONENT_NAMES.filter((name) => name !== 'istio');
  const versions = Object.fromEntries(
    names.flatMap((name) => (now[name] === undefined ? [] : [[name, earlier[name] ?? now[name]]])),
  );
  const [was, is] = [earlier.istio, now.istio];
  if (!is) return versions;
  if (!was) return { ...versions, 'gateway-api': now['gateway-api'] ?? '', istio: is };
  const tags = Object.keys(is.tags).map((tag) => [tag, was.tags[tag] ?? was.defaultVersion ?? was.versions[0]]);
  return { ...versions, istio: { ...was, tags: Object.fromEntries(tags) } };
}
