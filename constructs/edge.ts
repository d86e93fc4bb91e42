import type { Construct } from 'constructs';
import { tellProblems } from './collector/section-problems';
import { Compartment } from './compartment';
import { GATEWAY, MESH_PORTS } from './defaults';
import { certificate, type IssuerReference } from './edge/certificate';
import type { EdgeSection } from './edge/edge-spec';
import { gateway, type TenantDomain } from './edge/gateway';
import { componentOf, crowdedGateways, EDGE, gatewayOf, tenantsByGateway } from './edge/gateway-name';
import { overlay } from './edge/overlay';
import { redirect } from './edge/redirect';
import { type AppEnd, appEnd, type ClientsEnd, componentByName, everyApp } from './end';
import { ISTIOD, MESH } from './mesh/revision';
import { Passage } from './passage';

export interface EdgeProps {
  readonly owner: string;
  readonly section: EdgeSection;
  /** The revision tag that its Gateways are bound to. */
  readonly revisionTag: string;
  /** Who signs the certificates. */
  readonly issuer: IssuerReference;
  readonly tenants: readonly TenantDomain[];
}

/**
 * The compartment through which everything from outside comes in: its Gateways, one HTTPS listener and one certificate per
 * tenant, and HTTP only to send clients to HTTPS. What a listener's routes are, its tenant decides; to an app nobody comes
 * without the passage that its `expose: public` is.
 *
 * It does not promise that a certificate is there when the tenant is: until it is signed, that tenant's listener answers nobody,
 * and every other one does.
 */
export class Edge extends Compartment {
  private readonly section: EdgeSection;

  constructor(scope: Construct, { owner, section, revisionTag, issuer, tenants }: EdgeProps) {
    const byGateway = tenantsByGateway(tenants, section);
    super(scope, EDGE, { plane: 'edge', owner, mesh: 'identity', size: 'M', loadBalancers: byGateway.size });
    this.section = section;
    for (const [name, own] of byGateway) {
      this.addIdentity(componentOf(name));
      this.addBoundary(gateway(name, revisionTag, own));
      this.addContents(overlay(name, section, this.priorityClassName));
      this.open(name);
    }
    new Passage(this, {
      from: everyApp(this),
      to: componentByName(MESH, ISTIOD),
      ports: [{ protocol: 'TCP', port: MESH_PORTS.controlPlane }],
      why: 'gateways fetch certificates and configuration',
    });
    // Stands whether or not telemetry does, so that switching it on or off changes nothing here.
    new Passage(this, {
      from: componentByName('telemetry', 'agent'),
      to: everyApp(this),
      ports: [{ protocol: 'TCP', port: MESH_PORTS.scrape }],
      why: 'metrics are scraped from the gateways',
    });
    for (const { name, domain } of tenants) this.addBoundary(certificate(name, domain, issuer));
    this.addContents(redirect([...byGateway.keys()]));
    tellProblems(this, 'edge', crowdedGateways(byGateway));
  }

  /** The pods at which a tenant's clients arrive, as an end of a passage. */
  gatewayOf(tenant: string): AppEnd {
    return appEnd(this, componentOf(gatewayOf(tenant, this.section)));
  }

  private open(name: string): void {
    const { http, https } = GATEWAY.ports;
    new Passage(this, {
      from: clients(this.section),
      to: appEnd(this, componentOf(name)),
      ports: [
        { protocol: 'TCP', port: http },
        { protocol: 'TCP', port: https },
      ],
      why: 'whoever uses what the tenants expose',
    });
  }
}

function clients({ sources }: EdgeSection): ClientsEnd {
  return { kind: 'clients', cidrs: sources ?? ['0.0.0.0/0', '::/0'] };
}
