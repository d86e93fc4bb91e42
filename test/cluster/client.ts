import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';

/** What it takes to find an object on the server. Every manifest is one. */
export interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** An object as the server gives it. */
export interface ServerObject extends Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly [field: string]: unknown;
}

/** Whose rights a request is judged by. */
export interface Identity {
  /** For a service account `system:serviceaccount:<namespace>:<name>`; the server then adds its groups by itself. */
  readonly user: string;
  readonly groups?: readonly string[];
}

/** Where the server listens and how it is entered. */
export interface Access {
  readonly server: string;
  readonly ca: string;
  readonly token: string;
}

/** How an object is applied. */
export interface ApplyOptions {
  /** @default 'bulkhead' */
  readonly fieldManager?: string;
  /** Takes over fields that another manager owns, where otherwise the apply is refused as a conflict. @default false */
  readonly force?: boolean;
  /** Lets the server do everything but keep the result. @default false */
  readonly dryRun?: boolean;
  /** Refuses fields that the server does not know, and fields given twice. @default true */
  readonly strict?: boolean;
  readonly subresource?: 'status';
}

/** Which objects are listed. */
export interface ListOptions {
  /** @default every namespace */
  readonly namespace?: string;
  /** As `kubectl -l` takes it. */
  readonly selector?: string;
}

/** What the server answered, whether it agreed or refused. */
export interface Answer<Body> {
  readonly status: number;
  /** The texts of the `Warning` headers. */
  readonly warnings: readonly string[];
  readonly body: Body;
}

/** A request that the server refused. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    request: string,
    /** The HTTP status. */
    readonly status: number,
    /** The server's one-word reason, such as `Forbidden`, `Invalid`, `Conflict`. */
    readonly reason: string,
    /** The server's sentence. */
    readonly sentence: string,
  ) {
    super(`${request} was refused (${status} ${reason}): ${sentence}`);
  }
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/**
 * A small client of one API server: JSON over HTTPS, one pool of connections, no watches.
 *
 * Paths are found by discovery, so objects of any kind that the server serves can be used, custom ones included.
 */
export class Client {
  private readonly agent: Agent;
  private readonly discovered: Map<string, readonly Resource[]>;

  constructor(
    private readonly access: Access,
    private readonly identity?: Identity,
    shared?: Client,
  ) {
    this.agent = shared?.agent ?? new Agent({ ca: access.ca, keepAlive: true, maxSockets: 32 });
    this.discovered = shared?.discovered ?? new Map();
  }

  /** The same client acting as somebody else, by impersonation. */
  as(identity: Identity): Client {
    return new Client(this.access, identity, this);
  }

  /** Closes the connections, also those of the clients made by `as`. */
  close(): void {
    this.agent.destroy();
  }

  /**
   * Applies an object on the server's side.
   *
   * @throws a Refusal
   */
  async serverSideApply(object: Named, options: ApplyOptions = {}): Promise<ServerObject> {
    const query = new URLSearchParams({
      fieldManager: options.fieldManager ?? 'bulkhead',
      force: String(options.force ?? false),
      fieldValidation: (options.strict ?? true) ? 'Strict' : 'Ignore',
      ...(options.dryRun && { dryRun: 'All' }),
    });
    const path = await this.path(object);
    const target = options.subresource === undefined ? path : `${path}/${options.subresource}`;
    return this.request('PATCH', `${target}?${query}`, object, 'application/apply-patch+yaml');
  }

  /**
   * Creates an object; for reviews, which are answered and not kept, the answer.
   *
   * @throws a Refusal
   */
  async create<Body = ServerObject>(object: Omit<Named, 'metadata'> & Partial<Pick<Named, 'metadata'>>): Promise<Body> {
    const path = await this.collection(object.apiVersion, object.kind, object.metadata?.namespace);
    return this.request('POST', `${path}?fieldValidation=Strict`, object);
  }

  /**
   * The object as it is on the server, or undefined if it is not there.
   *
   * @throws a Refusal
   */
  async get(object: Named): Promise<ServerObject | undefined> {
    return this.unlessMissing(async () => this.request<ServerObject>('GET', await this.path(object)));
  }

  /**
   * Every object of a kind.
   *
   * @throws a Refusal
   */
  async list(apiVersion: string, kind: string, options: ListOptions = {}): Promise<readonly ServerObject[]> {
    const path = await this.collection(apiVersion, kind, options.namespace);
    const query = new URLSearchParams(options.selector === undefined ? {} : { labelSelector: options.selector });
    const { items } = await this.request<{ readonly items: readonly ServerObject[] }>('GET', `${path}?${query}`);
    // Objects in a list of a built-in kind come without these two.
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /**
   * Asks the server to delete an object and, in the background, what it owns. Does not wait until it is gone.
   *
   * @returns whether it was there
   * @throws a Refusal
   */
  async delete(object: Named): Promise<boolean> {
    const options = { propagationPolicy: 'Background' };
    const answer = await this.unlessMissing(async () => this.request('DELETE', await this.path(object), options));
    return answer !== undefined;
  }

  /**
   * Sends a request and returns the body of the answer.
   *
   * @throws a Refusal
   */
  async request<Body>(method: string, path: string, body?: unknown, contentType?: string): Promise<Body> {
    const answer = await this.send<Body>(method, path, body, contentType);
    if (answer.status < 400) return answer.body;
    const { reason, message } = answer.body as { readonly reason?: string; readonly message?: string };
    throw new Refusal(`${method} ${path}`, answer.status, reason ?? 'no reason', message ?? String(answer.body));
  }

  /** Sends a request and returns the answer, also when it is a refusal. A server that asks for patience gets it. */
  async send<Body>(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
  ): Promise<Answer<Body>> {
    for (let attempt = 1; ; attempt++) {
      const { retryAfter, ...answer } = await this.sendOnce<Body>(method, path, body, contentType);
      // A kind whose CRD is new answers 429 until its storage is ready.
      if (answer.status !== 429 || retryAfter === undefined || attempt === 5) return answer;
      await sleep(retryAfter * 1000);
    }
  }

  /** Whether the server serves a kind by now. */
  async serves(apiVersion: string, kind: string): Promise<boolean> {
    return (await this.resource(groupPath(apiVersion), kind)) !== undefined;
  }

  /**
   * The path of an object.
   *
   * @throws when the server does not serve its kind
   */
  async path({ apiVersion, kind, metadata }: Named): Promise<string> {
    return `${await this.collection(apiVersion, kind, metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
  }

  private async collection(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const group = groupPath(apiVersion);
    const resource = await this.resource(group, kind);
    if (resource === undefined) throw new Error(`The server does not serve ${kind} of ${apiVersion}.`);
    const { name, namespaced } = resource;
    return namespaced && namespace !== undefined ? `${group}/namespaces/${namespace}/${name}` : `${group}/${name}`;
  }

  private async resource(group: string, kind: string): Promise<Resource | undefined> {
    const known = this.discovered.get(group)?.find((resource) => resource.kind === kind);
    if (known !== undefined) return known;
    const { body } = await this.send<{ readonly resources?: readonly Resource[] }>('GET', group);
    const resources = (body.resources ?? []).filter(({ name }) => !name.includes('/'));
    this.discovered.set(group, resources);
    return resources.find((resource) => resource.kind === kind);
  }

  private async unlessMissing<Body>(ask: () => Promise<Body>): Promise<Body | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return undefined;
      throw error;
    }
  }

  private sendOnce<Body>(
    method: string,
    path: string,
    body: unknown,
    contentType: string,
  ): Promise<Answer<Body> & { readonly retryAfter?: number }> {
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = {
      authorization: `Bearer ${this.access.token}`,
      accept: 'application/json',
      // The length must be said: for DELETE, Node would send the body without any framing.
      ...(payload && { 'content-type': contentType, 'content-length': payload.length }),
      ...(this.identity && { 'impersonate-user': this.identity.user }),
      ...(this.identity?.groups && { 'impersonate-group': [...this.identity.groups] }),
    };
    return new Promise((resolve, reject) => {
      const call = request(`${this.access.server}${path}`, { method, headers, agent: this.agent, timeout: 60_000 });
      call.on('error', reject);
      call.on('timeout', () => call.destroy(new Error(`${method} ${path} was not answered within 60 s.`)));
      call.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          // A schema that is not published yet is answered by nothing at all, called JSON.
          const isJson = text !== '' && (response.headers['content-type']?.includes('json') ?? false);
          const wait = response.headers['retry-after'];
          resolve({
            status: response.statusCode ?? 0,
            warnings: warningTexts(response.headersDistinct.warning ?? []),
            body: isJson ? JSON.parse(text) : text,
            ...(wait !== undefined && { retryAfter: Number(wait) }),
          });
        });
      });
      call.end(payload);
    });
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** A header reads `299 - "text"`. */
function warningTexts(headers: readonly string[]): readonly string[] {
  return headers.map((header) => header.replace(/^\d+ \S+ "(.*)"$/, '$1').replaceAll('\\"', '"'));
}
