import { type Block, type Place, parseBlock } from './addresses';
import type { Cluster } from './cluster';
import { type DeclaredPassage, nameEnd } from './declared';
import type { Pods } from './pods';
import { type Ports, portRange, unionOf } from './ports';

/** What is declared between two groups of pods. */
export interface DeclaredFlow {
  readonly ports: Ports;
  readonly passages: readonly DeclaredPassage[];
}

/** What is declared between pods and addresses. */
export interface DeclaredPlace extends Place {
  readonly passage: DeclaredPassage;
}

type Flows = Map<Pods, Map<Pods, DeclaredFlow>>;

const NOTHING: ReadonlyMap<Pods, DeclaredFlow> = new Map();

/** The declared passages, by the pods at their ends. */
export class DeclaredFlows {
  private readonly from: Flows = new Map();
  private readonly to: Flows = new Map();
  private readonly placesFrom = new Map<Pods, DeclaredPlace[]>();
  private readonly placesTo = new Map<Pods, DeclaredPlace[]>();

  constructor(passages: readonly DeclaredPassage[], cluster: Cluster) {
    for (const passage of passages) {
      const ports = unionOf(passage.ports.map(({ protocol, port }) => portRange(protocol, port)));
      const [sources, targets] = [cluster.podsAt(passage.from), cluster.podsAt(passage.to)];
      for (const source of sources) {
        for (const target of targets) {
          declare(this.from, source, target, ports, passage);
          declare(this.to, target, source, ports, passage);
        }
      }
      for (const block of blocksAt(passage.to))
        for (const pods of sources) place(this.placesFrom, pods, { block, ports, passage });
      for (const block of blocksAt(passage.from))
        for (const pods of targets) place(this.placesTo, pods, { block, ports, passage });
    }
  }

  /** What these pods may send, by receiver; or what may be sent to them, by sender. */
  of(pods: Pods, direction: 'leaving' | 'entering'): ReadonlyMap<Pods, DeclaredFlow> {
    return this[direction === 'leaving' ? 'from' : 'to'].get(pods) ?? NOTHING;
  }

  /** The same of addresses. */
  placesOf(pods: Pods, direction: 'leaving' | 'entering'): readonly DeclaredPlace[] {
    return this[direction === 'leaving' ? 'placesFrom' : 'placesTo'].get(pods) ?? [];
  }
}

function declare(flows: Flows, pods: Pods, other: Pods, ports: Ports, passage: DeclaredPassage): void {
  const known = flows.get(pods) ?? new Map<Pods, DeclaredFlow>();
  const flow = known.get(other);
  known.set(other, {
    ports: flow ? unionOf([flow.ports, ports]) : ports,
    passages: flow ? [...flow.passages, passage] : [passage],
  });
  flows.set(pods, known);
}

function place(places: Map<Pods, DeclaredPlace[]>, pods: Pods, declared: DeclaredPlace): void {
  const known = places.get(pods);
  if (known) known.push(declared);
  else places.set(pods, [declared]);
}

function blocksAt(end: DeclaredPassage['from']): Block[] {
  if (end.kind !== 'addresses') return [];
  return end.cidrs.map((cidr) => {
    const block = parseBlock(cidr);
    if (!block) throw new Error(`${nameEnd(end)}: ${cidr} is no range of addresses. Write it in CIDR notation.`);
    return block;
  });
}
