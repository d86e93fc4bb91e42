import { groupOf, type Manifest } from '../../constructs/manifest';
import { at, fieldsOf, listOf, textOf } from '../../policies/isolation/json';

/** The condition by which objects of a kind say that what they ask for is there. */
const CONDITIONS: Readonly<Record<string, string>> = {
  'helm.toolkit.fluxcd.io/HelmRelease': 'Ready',
  'kustomize.toolkit.fluxcd.io/Kustomization': 'Ready',
  'source.toolkit.fluxcd.io/GitRepository': 'Ready',
  'source.toolkit.fluxcd.io/HelmRepository': 'Ready',
  'source.toolkit.fluxcd.io/OCIRepository': 'Ready',
  'gateway.networking.k8s.io/Gateway': 'Programmed',
};

/** Why what an object in a cluster asks for is not there yet, in a sentence; `undefined`: it is, or its kind never says so. */
export function whyNotReady(live: Manifest): string | undefined {
  const kind = `${groupOf(live.apiVersion)}/${live.kind}`;
  if (kind === 'apps/DaemonSet') return unseen(live) ?? daemonFault(live);
  if (kind === 'apps/Deployment' || kind === 'apps/StatefulSet') return unseen(live) ?? podsFault(live);
  if (kind === 'argoproj.io/Application') return applicationFault(live);
  const condition = CONDITIONS[kind];
  return condition === undefined ? undefined : conditionFault(live, condition);
}

function unseen({ metadata, status }: Manifest): string | undefined {
  return isSeen(at(status, 'observedGeneration'), metadata.generation)
    ? undefined
    : 'Its controller has not seen its last change.';
}

function isSeen(observed: unknown, generation: unknown): boolean {
  return generation === undefined || (typeof observed === 'number' && observed >= Number(generation));
}

function podsFault({ spec, status }: Manifest): string | undefined {
  const { replicas = 1 } = fieldsOf(spec);
  const { updatedReplicas = 0, readyReplicas = 0, replicas: running = 0 } = fieldsOf(status);
  return (
    fewer(updatedReplicas, replicas, 'are as it says now') ??
    fewer(replicas, running, 'are to stay, and the others still run') ??
    fewer(readyReplicas, replicas, 'are Ready')
  );
}

function daemonFault({ status }: Manifest): string | undefined {
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberReady = 0 } = fieldsOf(status);
  return (
    fewer(updatedNumberScheduled, desiredNumberScheduled, 'are as it says now') ??
    fewer(numberReady, desiredNumberScheduled, 'are Ready')
  );
}

function fewer(some: unknown, all: unknown, what: string): string | undefined {
  return Number(some) < Number(all) ? `${some} of its ${all} pods ${what}.` : undefined;
}

function applicationFault({ status }: Manifest): string | undefined {
  const [sync, health] = [textOf(at(status, 'sync', 'status')), textOf(at(status, 'health', 'status'))];
  if (sync === 'Synced' && health === 'Healthy') return undefined;
  return `It is ${sync || 'not compared yet'}, and ${health || 'of unknown health'}.`;
}

function conditionFault({ metadata, status }: Manifest, type: string): string | undefined {
  const condition = listOf(at(status, 'conditions'))
    .map(fieldsOf)
    .find((each) => each.type === type);
  if (!condition) return `Nobody says that it is ${type}.`;
  const observed = condition.observedGeneration ?? at(status, 'observedGeneration');
  if (!isSeen(observed, metadata.generation)) return 'Its controller has not seen its last change.';
  return condition.status === 'True'
    ? undefined
    : `It is not ${type}: ${textOf(condition.message) || condition.reason}`;
}
