import type { IConstruct } from 'constructs';
import type { CompartmentRoot } from './compartment-root';
import type { Plane } from './defaults';

const FIRST = Symbol.for('bulkhead.first');

/** What compartments of a plane come after. */
type First = (plane: Plane) => readonly CompartmentRoot[];

/** From now on, every new compartment with a namespace below `root` comes after these. */
export function putFirst(root: IConstruct, first: First): void {
  Object.defineProperty(root, FIRST, { value: first, configurable: true });
}

/** What a new compartment with a namespace comes after; nothing where no Platform has said so. */
export function firstOf(construct: IConstruct, plane: Plane): readonly CompartmentRoot[] {
  const first: First | undefined = Reflect.get(construct.node.root, FIRST);
  return first?.(plane) ?? [];
}
