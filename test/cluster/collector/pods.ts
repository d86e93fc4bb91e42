import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A pod that agents may find, with an address of its own on loopback. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly app: string;
  readonly node: string;
  readonly ip: string;
  /** Ports by the container that declares them. */
  readonly containers: Readonly<Record<string, number>>;
}

/** Stands in for the API server: lists pods of a namespace by node, and says of later changes that there are none. */
export async function standInApiServer(pods: readonly Pod[]): Promise<Served> {
  return serve('127.0.0.1', 0, (url, response) => {
    const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)\/pods$/.exec(url.pathname) ?? [];
    const [, node] = /^spec\.nodeName=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '') ?? [];
    const items = pods.filter((pod) => pod.namespace === namespace && pod.node === node).map(objectOf);
    response.setHeader('content-type', 'application/json');
    if (url.searchParams.get('watch') === null) {
      response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items }));
    } else if (url.searchParams.get('sendInitialEvents') === 'true') {
      for (const object of items) response.write(`${JSON.stringify({ type: 'ADDED', object })}\n`);
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: INITIAL_EVENTS_END })}\n`);
    } else response.flushHeaders();
  });
}

const INITIAL_EVENTS_END = {
  ...{ kind: 'Pod', apiVersion: 'v1' },
  metadata: { resourceVersion: '1', annotations: { 'k8s.io/initial-events-end': 'true' } },
};

/** Stands in for what a pod tells of itself, at one of its ports. */
export async function standInMetrics({ ip }: Pod, port: number, path: string, text: string): Promise<Served> {
  return serve(ip, port, (url, response) => {
    response.statusCode = url.pathname === path ? 200 : 404;
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(text);
  });
}

/** A server on loopback. */
export interface Served {
  readonly url: string;
  readonly close: () => Promise<void>;
}

async function serve(ip: string, port: number, answer: (url: URL, response: ServerResponse) => void): Promise<Served> {
  const server: Server = createServer((request, response) =>
    answer(new URL(request.url ?? '', 'http://here'), response),
  );
  await once(server.listen(port, ip), 'listening');
  return {
    url: `http://${ip}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function objectOf({ namespace, name, app, node, ip, containers }: Pod): object {
  return {
    ...{ kind: 'Pod', apiVersion: 'v1' },
    metadata: { namespace, name, uid: name, resourceVersion: '1', labels: { 'bulkhead.dev/app': app } },
    spec: {
      nodeName: node,
      containers: Object.entries(containers).map(([container, containerPort]) => ({
        name: container,
        image: 'none',
        ports: [{ containerPort, protocol: 'TCP' }],
      })),
    },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
  };
}
