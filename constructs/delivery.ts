import type { Construct } from 'constructs';
import { Compartment } from './compartment';
import { apiServer, everyApp } from './end';
import { environmentOf } from './environment';
import { Passage } from './passage';
import { delivererOf } from './tenant';

/** Name of the delivery compartment and of its namespace. */
export const DELIVERY = 'delivery';

/**
 * The compartment of what carries the tree into the cluster: one deliverer per tenant, and the objects of the GitOps tool.
 * A deliverer lives here and not with its tenant, where any pod could run as it.
 */
export class Delivery extends Compartment {
  constructor(scope: Construct, owner: string) {
    super(scope, DELIVERY, { plane: 'delivery', owner });
    new Passage(this, {
      from: everyApp(this),
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'deliverers apply what they deliver',
    });
  }

  /** Gives a tenant the identity that applies its contents. */
  addDeliverer(tenant: string): void {
    this.addIdentity(delivererOf(tenant));
  }
}
