import { posix } from 'node:path';
import type { Half } from '../../../constructs/contents';
import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { PlannedCompartment } from '../../planned';
import type { DeliveredHalf } from './delivered-half';

type Flux = Extract<Environment['delivery'], { kind: 'flux' }>;

/** How long Flux waits for a half to become ready before it says that it did not; apps have a minute to start. */
const TIMEOUT = '5m';

/** One domain whose certificate is not issued must not hold up everybody: to Flux a Certificate is well once it is there. */
const CERTIFICATES_HOLD_UP_NOBODY = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', current: 'true' };

/** How often Flux looks for drift, and how soon it tries again after a failure. */
const INTERVAL = '10m';
const RETRY_INTERVAL = '1m';

/**
 * One Kustomization per half. A tenant's contents are applied as its deliverer, which can write nothing else; whatever is
 * not ready holds up only what waits for it.
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function fluxObjects(halves: readonly DeliveredHalf[], environmentName: string, flux: Flux): Manifest[] {
  return halves.map(({ compartment, half, name, after }) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: DELIVERY },
    spec: {
      path: posix.join(flux.path, environmentName, compartment.name, half),
      sourceRef: { kind: 'GitRepository', name: flux.source },
      ...(after.length > 0 ? { dependsOn: after.map((name) => ({ name })) } : {}),
      ...(compartment.deliverer && half === 'contents' ? { serviceAccountName: compartment.deliverer.name } : {}),
      prune: true,
      // Waiting for the deliveries themselves would make one tenant's failure that of all.
      wait: !(compartment.name === DELIVERY && half === 'contents'),
      ...(holdsCertificates(compartment, half) ? { healthCheckExprs: [CERTIFICATES_HOLD_UP_NOBODY] } : {}),
      timeout: TIMEOUT,
      interval: INTERVAL,
      retryInterval: RETRY_INTERVAL,
    },
  }));
}

function holdsCertificates({ manifests }: PlannedCompartment, half: Half): boolean {
  return manifests.some((object) => object.half === half && object.manifest.kind === CERTIFICATES_HOLD_UP_NOBODY.kind);
}
