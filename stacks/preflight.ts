import { LABEL } from '../constructs/labels';
import type { Manifest } from '../constructs/manifest';
import { type Kubectl, reasonOf } from './kubectl';
import type { Plan } from './planned';

/**
 * Everything that speaks against deploying `plan` to a cluster, asked before anything is changed there: it cannot be reached,
 * runs another minor, somebody else owns a namespace, or a workload would be deleted and made anew.
 */
export function preflight(plan: Plan, minor: string, kubectl: Kubectl): string[] {
  let version: Version;
  try {
    version = JSON.parse(kubectl(['version', '--output=json'])) as Version;
  } catch (error) {
    return [`${reasonOf(error)} Set kubernetes:kubeconfig and kubernetes:context, or KUBECONFIG.`];
  }
  return [
    ...otherMinor(version, minor),
    ...foreignNamespaces(plan, read<Namespace>(kubectl, 'namespaces')),
    ...replacedWorkloads(plan, read<Workload>(kubectl, 'deployments,statefulsets,daemonsets')),
  ];
}

interface Version {
  readonly serverVersion?: {
    readonly gitVersion: string;
    readonly emulationMajor?: string;
    readonly emulationMinor?: string;
  };
}

type Namespace = Manifest;
type Workload = Manifest & { readonly spec: { readonly selector?: { readonly matchLabels?: object } } };

function read<T>(kubectl: Kubectl, kinds: string): readonly T[] {
  const { items } = JSON.parse(kubectl(['get', kinds, '--all-namespaces', '--output=json'])) as { items: readonly T[] };
  return items;
}

function otherMinor({ serverVersion }: Version, minor: string): string[] {
  const running = /^v(1\.\d+)/.exec(serverVersion?.gitVersion ?? '')?.[1];
  if (running === minor) return [];
  return [
    `The cluster runs Kubernetes ${running ?? 'of an unknown version'}, and the environment pins ${minor}. Choose the other cluster, or change the environment's "kubernetes".`,
  ];
}

/** A namespace that carries no plane is none of ours, unless it is new. */
function foreignNamespaces({ compartments }: Plan, namespaces: readonly Namespace[]): string[] {
  const existing = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels]));
  return compartments.flatMap(({ namespace }) => {
    const labels = namespace === undefined ? undefined : existing.get(namespace);
    if (!existing.has(namespace ?? '') || labels?.[LABEL.plane] !== undefined) return [];
    return [
      `Namespace ${namespace} is there already and belongs to somebody else: it has no label ${LABEL.plane}. Rename the compartment, or add the label if it is yours.`,
    ];
  });
}

/** A changed selector can only be had by deleting the workload first, which cuts off whoever calls it. */
function replacedWorkloads({ compartments }: Plan, running: readonly Workload[]): string[] {
  const key = ({ kind, metadata }: Manifest) => `${metadata.namespace} ${kind}/${metadata.name}`;
  const selectors = new Map(running.map((workload) => [key(workload), selectorOf(workload)]));
  return compartments.flatMap(({ manifests }) =>
    manifests.flatMap(({ manifest }) => {
      const selector = selectors.get(key(manifest));
      if (selector === undefined || selector === selectorOf(manifest)) return [];
      return [
        `${key(manifest)}: its selector changes from ${selector} to ${selectorOf(manifest)}, so it would be deleted and made anew, with an outage in between. Deploy it under another name first, move its callers, then remove the old one.`,
      ];
    }),
  );
}

function selectorOf({ spec }: Manifest): string {
  const labels = (spec as Workload['spec'] | undefined)?.selector?.matchLabels ?? {};
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(',');
}
