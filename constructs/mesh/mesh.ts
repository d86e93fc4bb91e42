import type { Construct } from 'constructs';
import { Compartment } from '../compartment';
import { MESH_PORTS } from '../defaults';
import { type AppEnd, apiServer, appEnd, componentByName, everyApp } from '../end';
import { environmentOf } from '../environment';
import { Passage } from '../passage';
import { ChartRelease } from '../release';
import { istioBase } from './istio-base';
import type { IstioVersion } from './istio-versions';
import { istiodRelease } from './istiod';
import type { MeshSpec } from './mesh-spec';
import { ISTIOD, MESH } from './revision';
import { tagInjector, tagService } from './revision-tag';

/**
 * The compartment of the mesh's control planes. Creates one release per live version, each under names of its own, so that they
 * run side by side; the kinds that they share; the revision tags, by which alone tenants are bound to one of them; and STRICT
 * mTLS for the whole mesh.
 *
 * Without any control plane running pods keep serving and talking; new meshed pods are refused, and so are changes of the
 * mesh's own kinds. It holds nobody's app back by what only observes: no request and no start of a pod asks telemetry.
 */
export class Mesh extends Compartment {
  constructor(scope: Construct, spec: MeshSpec) {
    const { owner, dns } = environmentOf(scope);
    super(scope, MESH, { plane: 'mesh', owner, size: spec.size });
    const [oldest, ...newer] = spec.versions;
    const tags = Object.entries(spec.tags).sort(([a], [b]) => (a < b ? -1 : 1));
    const live = spec.defaultVersion ?? spec.tags[spec.revisionTag] ?? oldest;
    const base = new ChartRelease(this, istioBase(newer.at(-1) ?? oldest, live));
    for (const version of spec.versions) {
      const { trustDomain } = spec;
      const { priorityClassName } = this;
      const props = { version, trustDomain, dnsNamespace: dns.namespace, priorityClassName };
      new ChartRelease(this, istiodRelease(props)).after(base);
    }
    for (const [tag, version] of tags) this.addTag(tag, version);
    this.requireMutualTls();
    this.openControlPlanes();
  }

  /** The control planes as an end of a passage. */
  get istiod(): AppEnd {
    return appEnd(this, ISTIOD);
  }

  private addTag(tag: string, version: IstioVersion): void {
    this.addBoundary(tagInjector(tag, version));
    this.addContents(tagService(tag, version));
  }

  /** In the namespace that rules the mesh, so for every member of it. */
  private requireMutualTls(): void {
    this.addBoundary({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'default', namespace: MESH },
      spec: { mtls: { mode: 'STRICT' } },
    });
  }

  /** Members of the mesh open their own way here. Edge and telemetry are named, so that nothing here depends on them. */
  private openControlPlanes(): void {
    new Passage(this, {
      from: this.istiod,
      to: apiServer,
      ports: [{ protocol: 'TCP', port: environmentOf(this).apiServer.port }],
      why: 'control planes watch services, policies and routes',
    });
    new Passage(this, {
      from: apiServer,
      to: this.istiod,
      ports: [{ protocol: 'TCP', port: MESH_PORTS.webhooks }],
      why: 'pods get their sidecars, and policies of the mesh are checked',
    });
    new Passage(this, {
      from: everyApp({ name: 'edge', mesh: 'none', absent: true }),
      to: this.istiod,
      ports: [{ protocol: 'TCP', port: MESH_PORTS.controlPlane }],
      why: 'gateways fetch certificates and configuration',
    });
    new Passage(this, {
      from: componentByName('telemetry', 'agent'),
      to: this.istiod,
      ports: [{ protocol: 'TCP', port: MESH_PORTS.monitoring }],
      why: 'whether control planes answer, and whom, is told there',
    });
  }
}
