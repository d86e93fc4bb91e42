import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Named, Refusal, type ServerObject } from './client';
import { type Cluster, startCluster } from './control-plane';
import { eventually } from './eventually';
import { startFlux } from './flux';
import { isRunning, type Ledger, ledgers, type Running, sweep } from './ledger';

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'smoke', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

const container = {
  name: 'app',
  image: 'example.com/app:1',
  resources: { requests: { cpu: '100m', memory: '64Mi', 'ephemeral-storage': '64Mi' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'smoke' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'app' } },
    template: { metadata: { labels: { app: 'app' } }, spec: { containers: [container] } },
  },
};

const rootPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'root', namespace: 'smoke' },
  spec: { containers: [{ ...container, securityContext: {} }] },
};

/**
 * Shows on this machine that the harness works and cleans up: one sentence on standard output for each thing that was seen.
 *
 * @throws at the first thing that is not as it should be
 */
export async function smoke(): Promise<void> {
  await seen('a cluster starts', async () => withCluster(runWorkload));
  await seen('two clusters run side by side', async () => {
    const clusters = await Promise.all([startCluster(), startCluster()]);
    await Promise.all(clusters.map(stopWithoutTrace));
  });
  await seen('a cluster with every CRD starts', async () => stopWithoutTrace(await startCluster({ crds: true })));
  await seen('Flux delivers', async () => withCluster(deliver));
  await seen('killing the starter in the middle of a start leaves nothing', async () => {
    const starter = hold();
    const ledger = await ledgerOf(starter, 'kube-apiserver');
    starter.kill('SIGKILL');
    await withoutTrace(ledger);
  });
  await seen('killing the starter of a running cluster leaves nothing', async () => {
    const starter = hold();
    const ledger = await ledgerOf(starter, 'kwok');
    starter.kill('SIGKILL');
    await withoutTrace(ledger);
  });
  await seen('what is left when starter and supervisor are killed is swept up later', async () => {
    const starter = hold();
    const found = await ledgerOf(starter, 'kwok');
    process.kill(found.ledger.supervisor.pid, 'SIGKILL');
    starter.kill('SIGKILL');
    await eventually('the supervisor to be gone', async () => !isRunning(found.ledger.supervisor) || undefined);
    demand(found.ledger.processes.every(isRunning), 'the orphans still run before the sweep');
    sweep();
    await withoutTrace(found);
  });
}

async function withCluster(use: (cluster: Cluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster();
  try {
    await use(cluster);
  } finally {
    await stopWithoutTrace(cluster);
  }
}

async function runWorkload(cluster: Cluster): Promise<void> {
  const { client } = cluster;
  await client.serverSideApply(namespace);
  await seen('pods of a restricted Deployment become Ready', async () => {
    await client.serverSideApply(deployment);
    await cluster.until('two Ready pods', async () => ((await readyPods(cluster)) === 2 ? true : undefined));
  });
  await seen('a second apply changes nothing', async () => {
    const before = await client.get(deployment);
    const after = await client.serverSideApply(deployment);
    demand(after.metadata.generation === before?.metadata.generation, 'the generation stays');
  });
  await seen('a misspelt field is refused', async () => {
    const misspelt = { ...deployment, spec: { ...deployment.spec, replica: 2 } };
    await refused(client.serverSideApply(misspelt), '.spec.replica: field not declared in schema');
  });
  await seen('a pod below the restricted level is refused', async () =>
    refused(client.create(rootPod), 'violates PodSecurity "restricted:latest"'),
  );
  await seen('a service account without rights is refused', async () => {
    const tenant = client.as({ user: 'system:serviceaccount:smoke:default' });
    await refused(tenant.get(deployment), 'cannot get resource "deployments"');
  });
  await seen('the namespace is deleted with all it holds', async () => {
    await client.delete(namespace);
    await cluster.until('the namespace to be gone', async () => ((await client.get(namespace)) ? undefined : true));
  });
}

async function deliver(cluster: Cluster): Promise<void> {
  const repository = { name: 'platform', namespace: 'smoke' };
  const flux = await startFlux(cluster, repository);
  const tree = mkdtempSync(join(cluster.folder, 'tree-'));
  const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'smoke' } };
  const client = cluster.client;
  await client.serverSideApply(namespace);
  await client.serverSideApply({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'GitRepository',
    metadata: repository,
    spec: { interval: '1h', url: 'https://example.com/platform.git' },
  } as Named);
  await client.serverSideApply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'contents', namespace: 'smoke' },
    spec: {
      interval: '1h',
      path: './',
      prune: true,
      wait: true,
      sourceRef: { kind: 'GitRepository', name: 'platform' },
    },
  } as Named);
  await seen('an object of a commit is applied', async () => {
    writeFileSync(join(tree, 'settings.yaml'), JSON.stringify(settings));
    await flux.publish(tree, 'main@sha1:1');
    await cluster.until('the object to be there', () => client.get(settings));
  });
  await seen('an object that the next commit leaves out is pruned', async () => {
    rmSync(join(tree, 'settings.yaml'));
    await flux.publish(tree, 'main@sha1:2');
    await cluster.until('the object to be gone', async () => ((await client.get(settings)) ? undefined : true));
  });
  flux.close();
}

async function readyPods({ client }: Cluster): Promise<number> {
  const pods = await client.list('v1', 'Pod', { namespace: 'smoke', selector: 'app=app' });
  return pods.filter(isReady).length;
}

function isReady({ status }: ServerObject): boolean {
  const { conditions = [] } = status as { readonly conditions?: readonly { type: string; status: string }[] };
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

async function refused(request: Promise<unknown>, sentence: string): Promise<void> {
  const answer = await request.then(
    () => 'an agreement',
    (error: unknown) => (error instanceof Refusal ? error.sentence : String(error)),
  );
  demand(answer.includes(sentence), `a refusal that says "${sentence}", not: ${answer}`);
}

/** A cluster's ledger, and where its server listened. */
interface Found {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly port: number | undefined;
}

async function stopWithoutTrace(cluster: Cluster): Promise<void> {
  const ledger = ledgers().get(cluster.folder);
  if (ledger === undefined) throw new Error(`There is no ledger in ${cluster.folder}.`);
  const found = { folder: cluster.folder, ledger, port: serverPort(cluster.folder) };
  await cluster.stop();
  await withoutTrace(found);
}

async function withoutTrace({ folder, ledger, port }: Found): Promise<void> {
  const all: readonly Running[] = [ledger.supervisor, ...ledger.processes];
  await eventually('the processes and the folder to be gone', async () =>
    all.some(isRunning) || existsSync(folder) ? undefined : true,
  );
  if (port !== undefined) demand(!(await listens(port)), `port ${port} is free`);
}

function hold(): ChildProcess {
  return spawn(process.execPath, [join(__dirname, 'run.mjs'), 'cli', 'hold'], { stdio: 'ignore' });
}

/** The ledger of the cluster that a process starts, as soon as it names a program. */
async function ledgerOf(starter: ChildProcess, program: string): Promise<Found> {
  const find = async () =>
    [...ledgers()].find(
      ([, { startedBy, processes }]) => startedBy === starter.pid && processes.some(({ name }) => name === program),
    );
  const [folder, ledger] = await eventually(`the ledger to name ${program}`, find, { seconds: 120 });
  return { folder, ledger, port: serverPort(folder) };
}

/** The port of the API server, once the kubeconfig is written. */
function serverPort(folder: string): number | undefined {
  const kubeconfig = join(folder, 'kubeconfig');
  if (!existsSync(kubeconfig)) return undefined;
  return Number(/127\.0\.0\.1:(\d+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1]);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('close', () => socket.destroy());
  });
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Expected that ${what}.`);
}

async function seen(sentence: string, act: () => Promise<void>): Promise<void> {
  const begin = Date.now();
  await act();
  process.stdout.write(`${((Date.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${sentence}\n`);
}
