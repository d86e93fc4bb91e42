import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Arrival, readExport } from './otlp';

/** How a backend treats what it is sent: takes it, answers 503, or reads it and never answers. */
export type Temper = 'accepts' | 'refuses' | 'hangs';

/** A store of lines and spans on loopback that speaks OTLP over HTTP and keeps count. */
export class Backend {
  /** May change at any time; requests that hang already are not answered any more. */
  temper: Temper;
  /** Requests received, whatever became of them. */
  requests = 0;
  /** The organisations that requests, whatever became of them, were sent for; a request without one is sent for `none`. */
  readonly organisations = new Set<string>();
  /** Everything that was taken, in the order of its arrival. */
  readonly arrivals: Arrival[] = [];

  private constructor(
    private readonly server: Server,
    temper: Temper,
  ) {
    this.temper = temper;
  }

  static async open(temper: Temper = 'accepts'): Promise<Backend> {
    const server = createServer();
    const backend = new Backend(server, temper);
    server.on('request', (request, response) => void backend.serve(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** What arrived, each text once: a collector may send a batch again of which it did not hear the answer. */
  get words(): ReadonlySet<string> {
    return new Set(this.arrivals.map(({ words }) => words));
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    this.organisations.add(String(request.headers['x-scope-orgid'] ?? 'none'));
    const body = await bodyOf(request);
    if (body === undefined || this.temper === 'hangs') return;
    if (this.temper === 'accepts') this.arrivals.push(...readExport(request.url ?? '', body));
    response.writeHead(this.temper === 'accepts' ? 200 : 503, { 'content-type': 'application/x-protobuf' }).end();
  }
}

/** Undefined when the collector was ended in the middle of its request. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  try {
    const body = Buffer.concat(await request.toArray());
    return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  } catch {
    return undefined;
  }
}
