import type { Container, Probe, Volume } from 'kubernetes-types/core/v1';
import { type Companion, endsFirst, startOrder } from '../app/companions-spec';
import { OPEN_IMAGE } from '../app/image-spec';
import type { Workload } from '../app-spec';
import type { Compartment } from '../compartment';
import { EXEC_TIMEOUT, LIVENESS, READINESS, SCRATCH, STARTUP } from '../defaults';

import { container } from './container';
import { companionFileSet, fileMounts } from './files';

type Probes = Pick<Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;

/**
 * What runs beside an app in its pods, each started when those before it have, are healthy, or have ended. Whatever runs as
 * long as the app is a sidecar that Kubernetes itself knows: it starts before the app, ends after it, and is started anew alone.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
 */
export function companionContainers(
  app: Workload,
  compartment: Compartment,
): { initContainers: Container[] } | undefined {
  const names = startOrder(app.companions);
  const initContainers = names.flatMap((name) => {
    const companion = app.companions[name];
    return companion ? [companionContainer(app, name, companion, compartment)] : [];
  });
  return initContainers.length > 0 ? { initContainers } : undefined;
}

/** Each may write to a `/tmp` of its own. */
export function companionVolumes(app: Workload): Volume[] {
  const names = Object.keys(app.companions).sort();
  return names.map((name) => ({ name: tmpOf(name), emptyDir: { sizeLimit: SCRATCH.tmp } }));
}

function companionContainer(app: Workload, name: string, companion: Companion, compartment: Compartment): Container {
  const fileSet = companionFileSet(app, name, companion);
  return {
    ...container(name, asWorkload(app, companion), compartment),
    ...(endsFirst(companion) ? {} : { restartPolicy: 'Always' }),
    ...probesOf(companion),
    volumeMounts: [{ name: tmpOf(name), mountPath: '/tmp' }, ...fileMounts(fileSet)],
  };
}

/** A companion as what it is to its container. Of what the app uses, it is told only what its own variables ask for. */
function asWorkload(app: Workload, { image, command, args, env, secrets, files, size }: Companion): Workload {
  const uses = Object.fromEntries(Object.entries(app.uses).map(([name, use]) => [name, { ...use, variables: false }]));
  return {
    ...app,
    image: image === OPEN_IMAGE ? app.image : image,
    ...{ command, args, env, secrets, files, size, uses },
    ...{ port: undefined, disk: {} },
  };
}

/** Only for whom others wait its start is asked: whoever is asked at the start holds up all that start after it. */
function probesOf({ ready, live, before }: Companion): Probes {
  const isAwaited = Object.values(before).includes('healthy');
  return {
    ...(ready && isAwaited ? { startupProbe: { ...ask(ready), ...STARTING } } : {}),
    ...(ready ? { readinessProbe: { ...ask(ready), ...READINESS } } : {}),
    ...(live ? { livenessProbe: { ...ask(live), ...LIVENESS } } : {}),
  };
}

const STARTING: Probe = {
  periodSeconds: STARTUP.periodSeconds,
  failureThreshold: Math.ceil(STARTUP.seconds / STARTUP.periodSeconds),
};

function ask(command: readonly string[]): Probe {
  return { exec: { command: [...command] }, timeoutSeconds: EXEC_TIMEOUT };
}

function tmpOf(name: string): string {
  return `tmp-${name}`;
}
