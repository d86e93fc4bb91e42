import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { binary } from './build';
import type { Named } from './client';
import type { Cluster } from './control-plane';
import { installCrds } from './crds';

/** The source that the deliveries read from: a GitRepository, by name. */
export interface Repository {
  readonly name: string;
  readonly namespace: string;
}

/** Flux's kustomize-controller at work in a cluster. */
export interface Flux {
  /**
   * Lets Flux see a folder as a new commit of the repository. The GitRepository must be on the server; whoever reads from it is
   * reconciled at once.
   *
   * @param tree the folder whose files are the commit
   * @param revision a name for the commit that no earlier one has, such as `main@sha1:1`
   * @param source the GitRepository that has this commit; left out, the one that was named at the start
   * @throws a Refusal, also when the GitRepository does not exist
   */
  publish(tree: string, revision: string, source?: Repository): Promise<void>;
  /** Stops serving commits. The controller ends with the cluster. */
  close(): void;
}

/**
 * Starts Flux's real kustomize-controller, after installing the CRDs it watches.
 *
 * There is no source-controller and no git: this process serves each commit from loopback and writes the GitRepository's status,
 * as the source-controller would. Deliveries wait one second for the ones they depend on, not Flux's thirty.
 *
 * @throws when the controller must be built and Go is missing, or when it does not come up
 */
export async function startFlux(cluster: Cluster, repository: Repository): Promise<Flux> {
  const controller = await binary('kustomize-controller');
  await installCrds(cluster.client, ['flux-kustomize', 'flux-source']);
  const args = [
    '--watch-all-namespaces',
    '--no-cross-namespace-refs=true',
    '--requeue-dependency=1s',
    '--events-addr=',
    '--metrics-addr=0',
    '--health-addr=0',
  ];
  cluster.run('kustomize-controller', controller, args, {
    KUBECONFIG: cluster.kubeconfig,
    RUNTIME_NAMESPACE: repository.namespace,
  });

  const commits = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const commit = commits.get(request.url ?? '');
    response.writeHead(commit === undefined ? 404 : 200).end(commit);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;

  return {
    publish: async (tree, revision, source = repository) => {
      const commit = await pack(tree);
      const digest = createHash('sha256').update(commit).digest('hex');
      const path = `/${digest}.tar.gz`;
      commits.set(path, commit);
      const url = `http://127.0.0.1:${port}${path}`;
      const status = commitStatus({ url, path, revision, digest: `sha256:${digest}`, size: commit.length });
      const target = { ...gitRepository(source), status };
      await cluster.client.serverSideApply(target, { fieldManager: 'source-controller', subresource: 'status' });
    },
    close: () => server.close(),
  };
}

/** Where Flux finds a commit. */
interface Artifact {
  readonly url: string;
  readonly path: string;
  readonly revision: string;
  readonly digest: string;
  readonly size: number;
}

function commitStatus(artifact: Artifact): object {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: artifact.revision,
    lastTransitionTime: now,
  };
  // As the server counts them: nobody changes a repository after it was made, and health is asked by this.
  return { observedGeneration: 1, artifact: { ...artifact, lastUpdateTime: now }, conditions: [ready] };
}

function gitRepository(metadata: Repository): Named {
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'GitRepository', metadata };
}

async function pack(folder: string): Promise<Buffer> {
  const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const;
  const { stdout } = await promisify(execFile)('tar', ['--create', '--gzip', '--directory', folder, '.'], options);
  return stdout;
}
