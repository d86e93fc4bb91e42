import type { Manifest } from '../../constructs/manifest';
import { manifestsOf, runsOf } from '../../stacks/plan';
import type { Plan } from '../../stacks/planned';
import { unasked } from './apply';
import type { Client, ServerObject } from './client';

/** What is delivered, and the same with its releases as releases. */
export interface Delivered {
  readonly plan: Plan;
  readonly undelivered: Plan;
}

const INJECTED = { label: 'security.istio.io/tlsMode', revision: 'istio.io/rev' } as const;
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Stands in for what acts on a delivered environment and does not run here: installs what the releases run and removes what they
 * no longer do, runs a Deployment for each Gateway with the revision that it is bound to, and says of all that it is ready.
 */
export async function playControllers(client: Client, now: Delivered, earlier: Delivered = now): Promise<void> {
  const runs = runsOf(now.undelivered);
  const gone = runsOf(earlier.undelivered).filter((old) => !runs.some((run) => isSame(run, old)));
  for (const run of [...runs.flatMap(accountOf), ...runs]) {
    await client.serverSideApply(unasked(run), { fieldManager: 'helm-controller', force: true });
  }
  for (const run of [...gone, ...gone.flatMap(accountOf)]) await client.delete(run);
  const manifests = manifestsOf(now.plan);
  for (const gateway of manifests.filter(({ kind }) => kind === 'Gateway')) {
    await client.serverSideApply(deploymentOf(gateway, revisionOf(gateway, manifests)), { fieldManager: 'istiod' });
  }
  for (const manifest of manifests) await sayReady(client, manifest);
}

/** Notes on pods, as an injector would, the revision that their namespace is bound to now; those that have one keep it. */
export async function playInjector(client: Client, { plan }: Delivered): Promise<void> {
  const manifests = manifestsOf(plan);
  for (const namespace of manifests.filter(({ kind }) => kind === 'Namespace')) {
    const revision = revisionOf(namespace, manifests);
    if (revision === undefined) continue;
    for (const { metadata } of await podsIn(client, namespace.metadata.name)) {
      if (metadata.annotations?.[INJECTED.revision] !== undefined) continue;
      const { name, namespace } = metadata;
      const marks = { labels: { [INJECTED.label]: 'istio' }, annotations: { [INJECTED.revision]: revision } };
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, ...marks } };
      await client.serverSideApply(pod, { fieldManager: 'injector' });
    }
  }
}

async function podsIn(client: Client, namespace: string): Promise<readonly ServerObject[]> {
  const pods = await client.list('v1', 'Pod', { namespace });
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** The revision behind the tag that an object is bound to, read from the webhook of that tag. */
function revisionOf({ metadata }: Manifest, manifests: readonly Manifest[]): string | undefined {
  const bound = metadata.labels?.[INJECTED.revision];
  const tag = manifests.find((each) => bound !== undefined && each.metadata.labels?.['istio.io/tag'] === bound);
  return tag?.metadata.labels?.[INJECTED.revision];
}

function isSame(a: Manifest, b: Manifest): boolean {
  return a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace;
}

/** Charts bring the accounts of their pods, of which checks need not know. */
function accountOf({ spec, metadata: { namespace = '' } }: Manifest): Manifest[] {
  const { template } = (spec ?? {}) as { template?: { spec?: { serviceAccountName?: string } } };
  const name = template?.spec?.serviceAccountName;
  return name === undefined ? [] : [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }];
}

/** No pods: whether they fit into their namespace is no question here. */
function deploymentOf({ metadata: { name, namespace = '' } }: Manifest, revision = ''): Manifest {
  const labels = { [GATEWAY_NAME]: name };
  const securityContext = {
    ...{ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true },
    ...{ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  };
  const resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } };
  const image = `registry.istio.io/release/proxyv2:1@sha256:${'1'.repeat(64)}`;
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `${name}-istio`, namespace, labels } },
    spec: {
      ...{ replicas: 0, selector: { matchLabels: labels } },
      template: {
        metadata: { labels, annotations: { [INJECTED.revision]: revision } },
        spec: {
          serviceAccountName: `${name}-istio`,
          containers: [{ name: 'istio-proxy', image, resources, securityContext }],
        },
      },
    },
  };
}

const CONDITIONS: Readonly<Record<string, string>> = {
  ...{ HelmRelease: 'Ready', HelmRepository: 'Ready', GitRepository: 'Ready', Kustomization: 'Ready' },
  Gateway: 'Programmed',
};

async function sayReady(client: Client, { apiVersion, kind, metadata: { name, namespace } }: Manifest): Promise<void> {
  const type = CONDITIONS[kind];
  if (type === undefined) return;
  const object: Manifest = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  const observedGeneration = (await client.get(object))?.metadata.generation ?? 0;
  const said = { type, status: 'True', reason: 'Played', message: 'played by the harness', observedGeneration };
  const conditions = [{ ...said, lastTransitionTime: '2020-01-01T00:00:00Z' }];
  const told: Manifest = { ...object, status: { conditions } };
  await client.serverSideApply(told, { fieldManager: 'played', subresource: 'status' });
}
