import type { Manifest } from '../manifest';
import { nameObject } from '../rule';
import type { Cause } from './gate';
import type { Pods } from './pods';
import { ALL_PORTS, differenceOf, NO_PORTS, type Ports, portRange, unionOf } from './ports';
import { readFields, readLabels, refuseOthers, Unreadable } from './read';
import { requireLabels, type Selector, selects } from './selector';

const MODES = ['UNSET', 'DISABLE', 'PERMISSIVE', 'STRICT'] as const;

type Mode = (typeof MODES)[number];

/** One PeerAuthentication. */
export interface PeerAuthentication {
  readonly manifest: Manifest;
  readonly namespace: string;
  /** @default - all pods of its namespace or, in the mesh's own, of the mesh */
  readonly pods: Selector | undefined;
  readonly mode: Mode;
  readonly portModes: ReadonlyMap<number, Mode>;
}

/** Where a caller's identity is proven, and what leaves it open elsewhere. */
export interface Proven {
  readonly strict: Ports;
  /** @default - nothing: there is no PeerAuthentication for these pods */
  readonly by: Cause | undefined;
}

/** @throws {Unreadable} when it is not as Istio knows it, or has no effect */
export function readPeerAuthentication(manifest: Manifest, meshNamespace: string): PeerAuthentication {
  const spec = readFields(manifest.spec, 'spec');
  refuseOthers(spec, ['selector', 'mtls', 'portLevelMtls'], 'spec');
  const labels = readLabels(readFields(spec.selector, 'spec.selector').matchLabels, 'spec.selector.matchLabels');
  const pods = Object.keys(labels).length > 0 ? requireLabels(labels) : undefined;
  const namespace = manifest.metadata.namespace ?? 'default';
  const ports = Object.entries(readFields(spec.portLevelMtls, 'spec.portLevelMtls'));
  if (pods && namespace === meshNamespace) throw new Unreadable('spec.selector', 'none in the namespace of the mesh');
  if (!pods && ports.length > 0) throw new Unreadable('spec.portLevelMtls', 'a selector beside it');
  return {
    ...{ manifest, namespace, pods, mode: readMode(spec.mtls, 'spec.mtls') },
    portModes: new Map(ports.map(([port, mtls]) => [Number(port), readMode(mtls, `spec.portLevelMtls.${port}`)])),
  };
}

function readMode(value: unknown, path: string): Mode {
  const { mode = 'UNSET' } = readFields(value, path);
  const known = MODES.find((each) => each === mode);
  if (!known) throw new Unreadable(`${path}.mode`, MODES.join(', '));
  return known;
}

/** Finds where callers of pods must prove who they are: the pods' own word counts before their namespace's and the mesh's. */
export class MutualTls {
  constructor(
    private readonly all: readonly PeerAuthentication[],
    private readonly meshNamespace: string,
  ) {}

  at({ namespace, labels }: Pods): Proven {
    const own = this.all.filter((each) => each.namespace === namespace && each.pods && selects(each.pods, labels));
    const wide = [namespace, this.meshNamespace].map((name) =>
      this.all.filter((each) => each.namespace === name && !each.pods),
    );
    const [decider, mode] = decide([own, ...wide]);
    const words = own.flatMap(({ portModes }) => [...portModes]);
    const portsOf = (isStrict: boolean) =>
      unionOf(
        words.flatMap(([port, word]) =>
          (word === 'STRICT') === isStrict && word !== 'UNSET' ? [portRange('TCP', port)] : [],
        ),
      );
    const strict = unionOf([mode === 'STRICT' ? ALL_TCP : NO_PORTS, portsOf(true)]);
    const opener = own.find(({ portModes }) => portModes.size > 0) ?? decider;
    return {
      strict: differenceOf(strict, portsOf(false)),
      by: opener && { manifest: opener.manifest, path: 'spec', mend: 'Have it say STRICT.' },
    };
  }

  /** Pairs of which Istio takes the older. Manifests do not say which that is. */
  get rivals(): readonly { readonly manifest: Manifest; readonly other: string }[] {
    const wide = this.all.filter(({ pods }) => !pods);
    return wide.flatMap(({ manifest, namespace }, index) => {
      const first = wide.findIndex((each) => each.namespace === namespace);
      const other = wide[first];
      return first < index && other ? [{ manifest, other: nameObject(other.manifest) }] : [];
    });
  }
}

const ALL_TCP = ALL_PORTS.filter(({ protocol }) => protocol === 'TCP');

/** The first level that says something; of two that say different things, the weaker. If none does, one that could have. */
function decide(levels: readonly (readonly PeerAuthentication[])[]): [PeerAuthentication | undefined, Mode] {
  for (const level of levels) {
    const [weakest] = level
      .filter(({ mode }) => mode !== 'UNSET')
      .toSorted((a, b) => MODES.indexOf(a.mode) - MODES.indexOf(b.mode));
    if (weakest) return [weakest, weakest.mode];
  }
  return [levels.flat().at(-1), 'UNSET'];
}
