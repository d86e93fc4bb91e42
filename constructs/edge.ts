import type { Construct } from 'constructs';
import { Compartment } from './compartment';
import { type AppEnd, appEnd } from './end';

/**
 * The compartment through which everything from outside comes in. For now it holds the gateway's identity and the
 * passages to exposed apps; it admits nothing from outside yet.
 */
export class Edge extends Compartment {
  constructor(scope: Construct, owner: string) {
    super(scope, 'edge', { plane: 'edge', owner, mesh: 'identity' });
    this.addIdentity(GATEWAY);
  }

  /** The gateway's pods as an end of a passage. */
  get gateway(): AppEnd {
    return appEnd(this, GATEWAY);
  }
}

/** Istio runs the pods of Gateway `edge` as this service account: its name and that of its class. */
const GATEWAY = 'edge-istio';
