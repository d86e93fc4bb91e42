import { APP_LABEL } from '../names';
import type { Invariant } from './invariant';
import { observes } from './inventory';
import { textOf } from './json';
import { opensOnly, peerNamespaces, selectedValues } from './opening';

/** Where collectors accept OTLP. */
const OTLP = [4317, 4318];

/** Where pods show their metrics to be scraped: sidecar, control plane of the mesh, cert-manager. */
const SCRAPED = [15020, 15014, 9402];

/** Of what observes a tenant reaches its own gateway and its own proxy; what observes reaches of tenants only metrics. */
export const tenantsReachOnlyTheirOwnCollectors: Invariant = {
  id: 'tenants-reach-only-their-own-collectors',
  why: "A tenant floods another's collector, or writes into its traces.",
  how: 'Ingress rules on the planes logging and telemetry: from tenants only to the component that ends in their name, gateways on 4317 and 4318 alone; egress to other planes on metrics ports alone.',
  *check(inventory) {
    const isTenant = (name: string) => inventory.planeNamed(name) === 'tenant';
    for (const opening of inventory.openings) {
      const { manifest, direction, path, pods } = opening;
      if (!inventory.isObserving(manifest)) continue;
      const tenants = [...new Set(peerNamespaces(opening).filter(isTenant))];
      if (direction === 'egress') {
        const foreign = peerNamespaces(opening).find((name) => isForeign(inventory.planeNamed(name)));
        if (foreign === undefined || opensOnly(opening, SCRAPED)) continue;
        const problem = `It reaches ${foreign} on more than metrics ports.`;
        yield { manifest, path, problem, fix: `Open ${SCRAPED.join(' or ')} alone.` };
        continue;
      }
      const components = selectedValues(pods, APP_LABEL);
      const foreign = tenants.find((tenant) => !components?.every((name) => name.endsWith(`-${tenant}`)));
      if (foreign !== undefined) {
        const name = components?.map(textOf).join(', ') ?? 'everything';
        yield { manifest, path, problem: `${foreign} reaches ${name}.`, fix: `Let it reach gateway-${foreign} alone.` };
      } else if (
        tenants.length > 0 &&
        components?.some((name) => name.startsWith('gateway-')) &&
        !opensOnly(opening, OTLP)
      ) {
        const problem = `${tenants.join(', ')} reaches more of a gateway than OTLP.`;
        yield { manifest, path: `${path}.ports`, problem, fix: `Open ${OTLP.join(' and ')} alone.` };
      }
    }
  },
};

/** Planes that an observer has no business on beyond metrics. Namespaces of none are Kubernetes' own. */
function isForeign(plane: string | undefined): boolean {
  return plane !== undefined && !observes(plane);
}
