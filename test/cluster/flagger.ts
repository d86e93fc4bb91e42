import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { binary } from './build';
import type { Cluster } from './control-plane';

/** What every question of one kind is answered: percent that did not fail, milliseconds. */
export interface Figures {
  readonly successRate: number;
  readonly latency: number;
}

/** A stand-in for Prometheus: it understands no question, and tells only of which kind each is. */
export interface StandInMetrics {
  readonly address: string;
  /** Answers like this from now on. */
  say(figures: Figures): void;
  /** Every question so far. */
  readonly asked: readonly string[];
  close(): void;
}

export async function standInMetrics(): Promise<StandInMetrics> {
  let figures: Figures = { successRate: 100, latency: 0 };
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://metrics').searchParams.get('query') ?? '';
    asked.push(query);
    const value = query.includes('histogram_quantile') ? figures.latency : figures.successRate;
    const result = [{ metric: {}, value: [0, query === 'vector(1)' ? '1' : `${value}`] }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  server.unref();
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say: (told) => {
      figures = told;
    },
    asked,
    close: () => server.close(),
  };
}

/** Starts the real Flagger as its release does, but for where it runs. Its CRDs must be there. */
export async function startFlagger(cluster: Cluster, metrics: string): Promise<void> {
  const controller = await binary('flagger');
  cluster.run('flagger', controller, [
    `-kubeconfig=${cluster.kubeconfig}`,
    '-mesh-provider=gatewayapi:v1',
    `-metrics-server=${metrics}`,
    '-port=0',
    '-log-level=info',
  ]);
}
