// node test/cluster/run.mjs cli <command>
import { join } from 'node:path';
import { type Cluster, startCluster } from './control-plane';
import { sweep } from './ledger';
import { runMatrix } from './matrix';
import { pinKubernetes } from './pins';
import { endKept, keptClusters } from './processes';
import { smoke } from './smoke';
import { defaultMinor, kubernetesReleases, minorNamed } from './versions';

const commands: Readonly<Record<string, () => Promise<void>>> = { up, hold, down, smoke, matrix, pin };

const run = commands[process.argv[3] ?? ''] ?? usage;
run().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

/** Starts a cluster with every CRD and leaves it running. */
async function up(): Promise<void> {
  const cluster = await start(true);
  await cluster.keep();
  cluster.client.close();
}

/** Starts a bare cluster that ends with this process, by Ctrl-C or otherwise. */
async function hold(): Promise<void> {
  await start(false);
  setInterval(() => undefined, 2 ** 30);
}

/** Ends every cluster that `up` left running, and what is left of clusters that crashed. */
async function down(): Promise<void> {
  const crashed = sweep();
  const kept = [...keptClusters().keys()];
  await Promise.all(kept.map(endKept));
  for (const folder of kept) say(`ended the cluster in ${folder}`);
  for (const folder of crashed) say(`cleaned up after a crash in ${folder}`);
  if (kept.length + crashed.length === 0) say('no cluster is running');
}

/** Proves the acceptance of everything on every supported minor, each with its own binaries. */
async function matrix(): Promise<void> {
  runMatrix();
}

/** Rewrites the committed go.mod and go.sum of the default minor; to be run after its release in versions.ts has changed. */
async function pin(): Promise<void> {
  await pinKubernetes(join(__dirname, 'tools', 'kubernetes'), `v${kubernetesReleases[defaultMinor]}`);
}

async function usage(): Promise<void> {
  throw new Error(`Usage: node test/cluster/run.mjs cli <${Object.keys(commands).join('|')}>`);
}

async function start(crds: boolean): Promise<Cluster> {
  const cluster = await startCluster({
    kubernetes: minorNamed(process.env.BULKHEAD_KUBERNETES ?? defaultMinor),
    crds,
  });
  process.stdout.write(`# Kubernetes ${cluster.kubernetes}, logs in ${cluster.folder}\n`);
  process.stdout.write(`export KUBECONFIG=${cluster.kubeconfig}\n`);
  return cluster;
}

function say(sentence: string): void {
  process.stderr.write(`cluster: ${sentence}\n`);
}
