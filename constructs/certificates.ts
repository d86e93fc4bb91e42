import type { Construct } from 'constructs';
import { certManager, METRICS_PORT, WEBHOOK_PORT } from './certificates/cert-manager';
import type { AcmeIssuer, CertificatesSection } from './certificates/certificates-spec';
import { placeOf } from './certificates/dns-solver';
import { issuerObjects } from './certificates/issuer';
import { Compartment } from './compartment';
import { apiServer, appEnd, componentByName, everyApp, outside } from './end';
import { environmentOf } from './environment';
import { ManifestObject } from './manifest-object';
import { portOf } from './names';
import { Passage } from './passage';
import { ChartRelease } from './release';

/**
 * The compartment of what makes certificates: cert-manager and the environment's ClusterIssuer. Its pods reach the API server
 * and, where certificates are ordered by ACME, the ACME server and whoever writes the DNS records.
 *
 * It holds no key of a tenant domain: Certificates and their Secrets lie with the edge. When they run out it tells whoever
 * scrapes it, and waits for nobody to do so.
 */
export class Certificates extends Compartment {
  constructor(scope: Construct, owner: string, section: CertificatesSection) {
    super(scope, 'certificates', { plane: 'certificates', owner });
    new ChartRelease(this, certManager(section, this));
    for (const manifest of issuerObjects(section.issuer, this.namespace)) new ManifestObject(this, manifest);
    this.openApiServer();
    this.openMetrics();
    if (section.issuer.kind === 'acme') this.openAcme(section.issuer);
  }

  private openApiServer(): void {
    new Passage(this, {
      from: everyApp(this),
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'Certificates are read there, and their Secrets written',
    });
    new Passage(this, {
      from: apiServer,
      to: appEnd(this, 'webhook'),
      ports: [{ protocol: 'TCP', port: WEBHOOK_PORT }],
      why: 'Certificates and issuers are judged before they are stored',
    });
  }

  /** Stands whether or not telemetry does, so that switching it on or off changes nothing here. */
  private openMetrics(): void {
    new Passage(this, {
      from: componentByName('telemetry', 'agent'),
      to: everyApp(this),
      ports: [{ protocol: 'TCP', port: METRICS_PORT }],
      why: 'when certificates end is told there',
    });
  }

  private openAcme({ server, cidrs, dns }: AcmeIssuer): void {
    const controller = appEnd(this, 'controller');
    new Passage(this, {
      from: controller,
      to: outside(new URL(server).hostname, ...cidrs),
      ports: [{ protocol: 'TCP', port: portOf(server) }],
      why: 'certificates are ordered there',
    });
    const place = placeOf(dns);
    new Passage(this, {
      from: controller,
      to: outside(dns.kind, ...place.cidrs),
      ports: place.ports,
      why: 'the DNS records that prove a domain ours are written there',
    });
  }
}
