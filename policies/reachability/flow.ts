import { describeBlock } from './addresses';
import type { Other } from './compare';
import type { Door } from './gate';
import type { Model } from './model';
import type { Pods } from './pods';
import { ALL_PORTS, intersectionOf, type Ports, unionOf } from './ports';

/** Every gate between two groups of pods. A gate stands only where somebody rendered it. */
export function gatesBetween(model: Model, from: Pods, to: Pods): { readonly door: Door; readonly other: Pods }[] {
  return [
    ...(from.isOurs ? model.leaving(from).map((door) => ({ door, other: to })) : []),
    ...(to.isOurs ? model.entering(to).map((door) => ({ door, other: from })) : []),
  ];
}

/** The ports that may get through every gate. */
export function portsBetween(model: Model, from: Pods, to: Pods): Ports {
  return gatesBetween(model, from, to).reduce<Ports>(
    (ports, { door, other }) => intersectionOf(ports, unionOf([door.toward(other).may, door.free])),
    ALL_PORTS,
  );
}

export function describeOther(other: Other): string {
  if (other === 'everyone') return 'everyone';
  return 'bits' in other ? describeBlock(other) : other.name;
}
