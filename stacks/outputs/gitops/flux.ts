import { posix } from 'node:path';
import { PROBE, PROBE_LABEL } from '../../../constructs/admission-probe';
import { DELIVERY } from '../../../constructs/delivery';
import type { Environment } from '../../../constructs/environment';
import type { Manifest } from '../../../constructs/manifest';
import type { PlannedCompartment } from '../../planned';
import { type Stage, stageOf } from '../../stage';
import type { DeliveredStage } from './delivered-stage';

type Flux = Extract<Environment['delivery'], { kind: 'flux' }>;

/** How long Flux waits at least for a stage to become ready before it says that it did not, in seconds. */
const SECONDS = 300;

/** For a node to be found and an image to be pulled, in seconds. */
const BEFORE_START_SECONDS = 60;

/** One domain whose certificate is not issued must not hold up everybody: to Flux a Certificate is well once it is there. */
const CERTIFICATES_HOLD_UP_NOBODY = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', current: 'true' };

/** The probe is well when the pod that it wants is refused by the policies of its mark, and by nothing else. */
const WELL_WHEN_REFUSED = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  current: `has(status.conditions) && status.conditions.exists(c, c.type == 'ReplicaFailure' && c.message.endsWith('The policies of ' + metadata.labels['${PROBE_LABEL}'] + ' bite.'))`,
};

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
      ...healthChecks(compartment, stage),
      timeout: timeoutOf(compartment, stage),
      interval: INTERVAL,
      retryInterval: RETRY_INTERVAL,
    },
  }));
}

/** As long as the longest job of the stage may take, or the slowest pod to start, and a minute to begin in. */
function timeoutOf({ manifests }: PlannedCompartment, stage: Stage): string {
  const ofStage = manifests.filter((object) => stageOf(object) === stage);
  const slowest = Math.max(0, ...ofStage.map(({ manifest }) => secondsToStand(manifest)));
  return slowest + BEFORE_START_SECONDS > SECONDS ? `${slowest + BEFORE_START_SECONDS}s` : '5m';
}

/** How long it may take until an object is well: a job until it has ended, a workload until its pods have started. */
function secondsToStand({ kind, spec }: Manifest): number {
  const { activeDeadlineSeconds, template } = (spec ?? {}) as {
    readonly activeDeadlineSeconds?: number;
    readonly template?: { readonly spec?: { readonly containers?: readonly Started[] } };
  };
  if (kind === 'Job') return activeDeadlineSeconds ?? 0;
  const seconds = (template?.spec?.containers ?? []).map(
    ({ startupProbe: { periodSeconds = 10, failureThreshold = 3 } = { failureThreshold: 0 } }) =>
      periodSeconds * failureThreshold,
  );
  return Math.max(0, ...seconds);
}

interface Started {
  readonly startupProbe?: { readonly periodSeconds?: number; readonly failureThreshold?: number };
}

/** What Flux is to take for well otherwise than it would by itself. */
function healthChecks({ name, manifests }: PlannedCompartment, stage: Stage): object {
  const held = new Set(manifests.filter((object) => stageOf(object) === stage).map(({ manifest }) => manifest.kind));
  const known = name === PROBE ? [WELL_WHEN_REFUSED] : [CERTIFICATES_HOLD_UP_NOBODY];
  const healthCheckExprs = known.filter(({ kind }) => held.has(kind));
  return healthCheckExprs.length > 0 ? { healthCheckExprs } : {};
}
