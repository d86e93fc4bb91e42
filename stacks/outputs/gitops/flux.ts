import { posix } from 'node:path';
import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { PlannedCompartment } from '../../planned';
import { type Stage, stageOf } from '../../stage';
import type { DeliveredStage } from './delivered-stage';

type Flux = Extract<Environment['delivery'], { kind: 'flux' }>;

/** How long Flux waits for a stage to become ready before it says that it did not; apps have a minute to start. */
const TIMEOUT = '5m';

/** One domain whose certificate is not issued must not hold up everybody: to Flux a Certificate is well once it is there. */
const CERTIFICATES_HOLD_UP_NOBODY = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', current: 'true' };

/** How often Flux looks for drift, and how soon it tries again after a failure. */
const INTERVAL = '10m';
const RETRY_INTERVAL = '1m';

/**
 * One Kustomization per stage. What a tenant owns is applied as its deliverer, which can write nothing else; whatever is
 * not ready holds up only what waits for it.
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function fluxObjects(stages: readonly DeliveredStage[], environmentName: string, flux: Flux): Manifest[] {
  return stages.map(({ compartment, stage, name, after }) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: DELIVERY },
    spec: {
      path: posix.join(flux.path, environmentName, compartment.name, stage),
      sourceRef: { kind: 'GitRepository', name: flux.source },
      ...(after.length > 0 ? { dependsOn: after.map((name) => ({ name })) } : {}),
      ...(compartment.deliverer && stage !== 'boundary' ? { serviceAccountName: compartment.deliverer.name } : {}),
      prune: true,
      // Waiting for the deliveries themselves would make one tenant's failure that of all.
      wait: !(compartment.name === DELIVERY && stage === 'contents'),
      ...(holdsCertificates(compartment, stage) ? { healthCheckExprs: [CERTIFICATES_HOLD_UP_NOBODY] } : {}),
      timeout: stage === 'before-release' ? timeoutOf(compartment) : TIMEOUT,
      interval: INTERVAL,
      retryInterval: RETRY_INTERVAL,
    },
  }));
}

/** As long as the longest job may take, and a minute to start in. */
function timeoutOf({ manifests }: PlannedCompartment): string {
  const deadlines = manifests
    .filter((object) => stageOf(object) === 'before-release')
    .map(
      ({ manifest }) =>
        (manifest.spec as { readonly activeDeadlineSeconds?: number } | undefined)?.activeDeadlineSeconds ?? 0,
    );
  return `${Math.max(300, ...deadlines) + 60}s`;
}

function holdsCertificates({ manifests }: PlannedCompartment, stage: Stage): boolean {
  return manifests.some(
    (object) => stageOf(object) === stage && object.manifest.kind === CERTIFICATES_HOLD_UP_NOBODY.kind,
  );
}
