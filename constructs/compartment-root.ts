import { Chart } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { Plane } from './defaults';
import type { Manifest } from './manifest';
import { ManifestObject } from './manifest-object';

const COMPARTMENT = Symbol.for('bulkhead.CompartmentRoot');

/** A service account of the delivery compartment. */
export interface Deliverer {
  readonly name: string;
  readonly namespace: string;
}

/**
 * What every compartment is to the plan: a named part of the tree that is delivered as a whole. Whatever object stands
 * below it, ours or a user's own chart, belongs to it. It creates nothing by itself.
 */
export abstract class CompartmentRoot extends Chart {
  /** Who applies the contents. `undefined`: the platform's own identity, which applies every boundary. */
  readonly deliverer: Deliverer | undefined = undefined;

  /** Whether `construct` is a compartment; also true for one of another copy of this package. */
  static isCompartmentRoot(construct: IConstruct): construct is CompartmentRoot {
    return COMPARTMENT in construct;
  }

  constructor(
    scope: Construct,
    /** Also its folder in the tree and, if it has one, its namespace. */
    readonly name: string,
    readonly plane: Plane,
    namespace: string | undefined,
  ) {
    super(scope, name, { ...(namespace === undefined ? {} : { namespace }), disableResourceNameHashes: true });
    Object.defineProperty(this, COMPARTMENT, { value: true });
  }

  /** This compartment is delivered after `others`: nothing in it can work before they stand. */
  after(...others: CompartmentRoot[]): this {
    this.node.addDependency(...others);
    return this;
  }

  /** Adds an object of the boundary, which only the platform applies. */
  protected bound(manifest: Manifest): void {
    new ManifestObject(this, manifest);
  }
}
