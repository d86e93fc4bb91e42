import type { Manifest } from '../manifest';
import type { Cluster } from './cluster';
import { RouteGate, readGrant, readListeners, readRoute } from './route-gate';
import type { Service } from './service';
import { readEach, type Unsupported } from './unsupported';

const GROUP = 'gateway.networking.k8s.io';

/** Reads Gateways, what is attached to them, and who let them lead across namespaces. */
export function readRouteGate(
  of: (kind: string) => readonly Manifest[],
  namespaces: ReadonlyMap<string, Manifest>,
  services: readonly Service[],
  cluster: Cluster,
  unsupported: Unsupported[],
): RouteGate {
  const gateways = readEach(of(`${GROUP} Gateway`), unsupported, (manifest) => readListeners(manifest, namespaces));
  const routes = readEach([...of(`${GROUP} HTTPRoute`), ...of(`${GROUP} GRPCRoute`)], unsupported, readRoute);
  const grants = readEach(of(`${GROUP} ReferenceGrant`), unsupported, readGrant);
  const gate = new RouteGate(gateways, routes, grants, services, cluster);
  const problem = 'It leads to nobody, while others beside it lead somewhere: what is sent there is lost.';
  unsupported.push(...gate.deadBackends.map((place) => ({ ...place, problem })));
  return gate;
}
