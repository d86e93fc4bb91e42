import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { binary } from './build';
import { type Access, Client, type Named } from './client';
import { type CrdChoice, installCrds } from './crds';
import { moduleSource } from './go';
import { kubeconfigOf } from './kubeconfig';
import { sweep } from './ledger';
import { toolFolder } from './pins';
import { Processes } from './processes';
import { canEmulate, defaultMinor, type Minor } from './versions';

/** What a cluster shall be. */
export interface ClusterOptions {
  /** @default the newest supported minor */
  readonly kubernetes?: Minor;
  /** Runs the newest minor's binaries in the manner of `kubernetes`: no build, but no proof for the real one. @default false */
  readonly emulated?: boolean;
  /** The CRDs to install, true for all of them. @default false */
  readonly crds?: CrdChoice | false;
}

/** A running control plane. */
export interface Cluster {
  /** The minor that it was started with. */
  readonly kubernetes: Minor;
  /** Acts as a member of `system:masters`. */
  readonly client: Client;
  /** The path of a kubeconfig with the same rights. */
  readonly kubeconfig: string;
  /** Holds everything the cluster writes, one log per process among it. */
  readonly folder: string;
  /**
   * Starts a further process, such as a controller, that ends with the cluster. Its log is `<name>.log` in the folder. Of this
   * process's environment it sees nothing but the PATH.
   */
  run(name: string, command: string, args: readonly string[], env?: Readonly<Record<string, string>>): void;
  /**
   * Waits for an answer as `eventually` does, and gives up at once when a process of the cluster has ended.
   *
   * @throws with the end of its log when a process has ended, or when the time is over
   */
  until<Answer>(sentence: string, ask: () => Promise<Answer | undefined>, seconds?: number): Promise<Answer>;
  /**
   * Ends parts of the control plane at once, all of them, and starts them again in this order.
   *
   * @param as what they are from now on: of another minor, on the same etcd
   */
  restart(parts: readonly Part[], as?: Pick<ClusterOptions, 'kubernetes' | 'emulated'>): Promise<void>;
  /** Lets the cluster outlive this process. */
  keep(): Promise<void>;
  /** Ends the cluster and returns when its processes and its folder are gone. */
  stop(): Promise<void>;
}

/** A program of the control plane that can be ended and started again. */
export type Part = 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

/** How long a part of the control plane may take to be ready, on a machine that is busy with other things. */
const readySeconds = 120;

/**
 * Starts a real control plane on loopback, with free ports, in a folder of its own, with two nodes.
 *
 * etcd, kube-apiserver, kube-controller-manager and kube-scheduler are the real ones; kwok stands in for the kubelets, so every
 * pod that gets a node becomes Ready: no image is pulled, no probe asked, and a Job's pod completes at once. There is no network
 * between pods. Several clusters run side by side. A cluster ends with the process that started it, unless it is kept.
 *
 * @throws when a binary must be built and Go is missing, or when a process of the cluster does not come up
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const minor = options.kubernetes ?? defaultMinor;
  const release = await releaseOf(minor, options.emulated ?? false);
  sweep();
  const processes = await Processes.open();
  try {
    const ports = await startEtcd(processes, release.programs);
    const access = await startServer(processes, release, ports);
    const client = new Client(access);
    for (const part of CONTROLLERS) startController(processes, release, part);
    await nodesUp(processes, client);
    await installCrds(client, options.crds || []);
    return {
      kubernetes: minor,
      client,
      kubeconfig: join(processes.folder, 'kubeconfig'),
      folder: processes.folder,
      run: (name, command, args, env) => processes.start(name, command, args, { env }),
      until: (sentence, ask, seconds = 30) => processes.until(sentence, ask, seconds),
      restart: async (parts, as = { kubernetes: minor, emulated: options.emulated ?? false }) => {
        const next = await releaseOf(as.kubernetes ?? defaultMinor, as.emulated ?? false);
        await Promise.all(parts.map((part) => processes.stop(part)));
        for (const part of parts) {
          if (part === 'kube-apiserver') await startServer(processes, next, ports);
          else startController(processes, next, part);
        }
      },
      keep: () => processes.keep(),
      stop: () => {
        client.close();
        return processes.end();
      },
    };
  } catch (error) {
    await processes.end();
    throw error;
  }
}

/** What is started of one minor. */
interface Release {
  readonly programs: Programs;
  /** Arguments. The controllers', too: a scheduler waits for ever for an API that the server, emulating an older one, does not serve. */
  readonly emulation: readonly string[];
}

async function releaseOf(minor: Minor, emulated: boolean): Promise<Release> {
  if (emulated && !canEmulate(minor)) {
    throw new Error(`Kubernetes ${defaultMinor} cannot emulate ${minor}; run its own binaries.`);
  }
  const programs = await findPrograms(emulated ? defaultMinor : minor);
  return { programs, emulation: emulated ? [`--emulated-version=${minor}`] : [] };
}

type Programs = Readonly<
  Record<'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok', string>
> & { readonly stages: readonly string[] };

/** Finds or builds everything before anything is started, one after another: a build uses every core by itself. */
export async function findPrograms(minor: Minor): Promise<Programs> {
  return {
    etcd: await binary('etcd'),
    'kube-apiserver': await binary('kube-apiserver', minor),
    'kube-controller-manager': await binary('kube-controller-manager', minor),
    'kube-scheduler': await binary('kube-scheduler', minor),
    kwok: await binary('kwok'),
    stages: await kwokStages(),
  };
}

/** kwok does nothing without stages, the rules by which pods and nodes come up, and has none built in. */
async function kwokStages(): Promise<readonly string[]> {
  const source = await moduleSource(await toolFolder('kwok'), 'sigs.k8s.io/kwok');
  const stages = ['pod/fast/pod-ready', 'pod/fast/pod-complete', 'pod/fast/pod-delete'];
  const nodeStages = ['node/fast/node-initialize', 'node/heartbeat/node-heartbeat'];
  return [...stages, ...nodeStages].map((stage) => join(source, 'kustomize', 'stage', `${stage}.yaml`));
}

/** Where etcd and the API server listen. */
interface Ports {
  readonly etcd: string;
  readonly server: number;
}

/** Starts etcd, and writes what an API server needs: who may enter, and the keys of service accounts. */
async function startEtcd(processes: Processes, programs: Programs): Promise<Ports> {
  const [etcdPort, peerPort, server] = await freePorts();
  const { folder } = processes;
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  processes.start('etcd', programs.etcd, [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync',
  ]);
  writePrivately(join(folder, 'tokens.csv'), `${randomBytes(24).toString('hex')},admin,admin,"system:masters"\n`);
  writeServiceAccountKeys(folder);
  return { etcd, server };
}

/** Starts the API server, and returns once it says that it is ready. */
async function startServer(
  processes: Processes,
  { programs, emulation }: Release,
  { etcd, server: serverPort }: Ports,
): Promise<Access> {
  const { folder } = processes;
  processes.start('kube-apiserver', programs['kube-apiserver'], [
    `--etcd-servers=${etcd}`,
    `--secure-port=${serverPort}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${folder}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=Node,RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--allow-privileged=true',
    ...emulation,
  ]);

  const server = `https://127.0.0.1:${serverPort}`;
  // The server signs its own certificate when it starts, and writes the file a moment before it listens.
  const certificate = join(folder, 'apiserver.crt');
  const ca = await processes.until(
    'the API server to write its certificate',
    async () => readIfThere(certificate),
    readySeconds,
  );
  const [token = ''] = readFileSync(join(folder, 'tokens.csv'), 'utf8').split(',');
  const access = { server, ca, token };
  const probe = new Client(access);
  try {
    await processes.until('the API server to be ready', () => readyz(probe), readySeconds);
  } finally {
    probe.close();
  }
  writePrivately(join(folder, 'kubeconfig'), kubeconfigOf(access));
  return access;
}

const CONTROLLERS = ['kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** Starts one of what acts on objects. */
function startController(
  processes: Processes,
  { programs, emulation }: Release,
  controller: (typeof CONTROLLERS)[number],
): void {
  const { folder } = processes;
  const kubeconfig = `--kubeconfig=${join(folder, 'kubeconfig')}`;
  const args = {
    'kube-controller-manager': [
      '--use-service-account-credentials',
      `--service-account-private-key-file=${join(folder, 'sa.key')}`,
      `--root-ca-file=${join(folder, 'apiserver.crt')}`,
      '--secure-port=0',
      '--leader-elect=false',
      ...emulation,
      // Volumes are never attached: no kubelet would report them.
      '--controllers=*,-attachdetach',
      // Autoscalers look every two seconds, not every fifteen: tests wait for them to raise replicas to the minimum.
      '--horizontal-pod-autoscaler-sync-period=2s',
    ],
    'kube-scheduler': ['--secure-port=0', '--leader-elect=false', ...emulation],
    kwok: ['--manage-all-nodes=true', ...programs.stages.map((stage) => `--config=${stage}`)],
  };
  // The controller manager waits ten seconds for a server, and then leaves it to its kubelet to start it again.
  processes.start(controller, programs[controller], [kubeconfig, ...args[controller]], { restarts: 3 });
}

/** Makes the nodes, and returns once they are Ready and a pod could be created. */
async function nodesUp(processes: Processes, client: Client): Promise<void> {
  await Promise.all(['a', 'b'].map((zone) => client.create(node(zone))));
  await processes.until('both nodes to be Ready', () => nodesReady(client), readySeconds);
  // Pods are refused until the controller manager has made their namespace's default service account.
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'default' } };
  await processes.until('the default service account', () => client.get(account), readySeconds);
}

/** A node with room for a whole platform. Without ephemeral-storage, pods that request it would stay Pending. */
function node(zone: string): Named & { readonly status: object } {
  const name = `node-${zone}`;
  const room = { cpu: '64', memory: '256Gi', pods: '1000', 'ephemeral-storage': '1Ti' };
  const labels = {
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': name,
    'topology.kubernetes.io/region': 'local',
    'topology.kubernetes.io/zone': `local-${zone}`,
  };
  const metadata = { name, labels };
  return { apiVersion: 'v1', kind: 'Node', metadata, status: { capacity: room, allocatable: room } };
}

async function nodesReady(client: Client): Promise<true | undefined> {
  const nodes = await client.list('v1', 'Node');
  const statuses = nodes.map(
    ({ status }) => status as { readonly conditions?: readonly { type: string; status: string }[] },
  );
  const ready = statuses.filter(({ conditions }) => conditions?.some((c) => c.type === 'Ready' && c.status === 'True'));
  return ready.length === 2 ? true : undefined;
}

async function readyz(client: Client): Promise<true | undefined> {
  try {
    return (await client.send('GET', '/readyz')).status === 200 ? true : undefined;
  } catch {
    return undefined; // It does not listen yet.
  }
}

/** All ports are taken before any is given back, so that no two are the same. */
async function freePorts(): Promise<readonly [number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  const [etcd, peer, server] = await Promise.all(servers.map(listen));
  await Promise.all(servers.map((holder) => once(holder.close(), 'close')));
  return [etcd ?? 0, peer ?? 0, server ?? 0];
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function writeServiceAccountKeys(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writePrivately(join(folder, 'sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writePrivately(join(folder, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
}

function writePrivately(file: string, text: string | Buffer): void {
  writeFileSync(file, text, { mode: 0o600 });
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') || undefined : undefined;
}
