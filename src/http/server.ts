import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log/index.ts';
import { type Clock, systemClock } from '../platform/index.ts';
import { type Bind, bindText, type HttpConfig, type Restriction, type TlsConfig } from './http-config.ts';
import { Listener, type ListenerTimeouts, type RequestSink } from './listener.ts';
import { type HttpExchange, type HttpObserver, Observation } from './observation.ts';
import { canonicalPath, MAX_TARGET, parseTarget } from './path.ts';
import { endSocket, errorPage, rawAnswer, respond } from './respond.ts';
import { Sessions } from './sessions.ts';
import { StaticFiles } from './static-files.ts';
import { type StatusRow, statusPage } from './status-page.ts';
import { TlsFiles } from './tls-files.ts';

/** What a door registers under a prefix. `path` is what follows the prefix, the query included. */
export interface HttpHandler {
  request(request: IncomingMessage, response: ServerResponse, path: string): void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): void;
}

export interface HttpServerOptions {
  readonly config: HttpConfig;
  /** Value of the `Server` header, unless http.conf has a `servername`. */
  readonly serverHeader: string;
  readonly log: Logger;
  /** Where the files of `/static` are; without it there are none. */
  readonly staticFolder?: string;
  readonly clock?: Clock;
  /** Milliseconds that a request may take to arrive, in place of http.conf's; for tests. */
  readonly timeouts?: { readonly headers: number; readonly request: number; readonly check: number };
}

/** Headers have to be there sooner than bodies, whatever `session_inactivity` says. */
const MAX_HEADERS_TIMEOUT_MS = 10_000;
/** How often timeouts are looked at, at most and at least. */
const MAX_CHECK_MS = 2_000;
const MIN_CHECK_MS = 50;

interface Mount {
  readonly prefix: string;
  readonly about: string;
  readonly subtree: boolean;
  readonly handler: HttpHandler;
}

/** What is found at a path. */
type Found =
  | { readonly kind: 'mount'; readonly handler: HttpHandler; readonly rest: string }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'too-long' };

/**
 * The HTTP server: listens as http.conf says now, and hands each request to the door that owns its prefix. Doors mount
 * themselves once; listeners come and go with reloads.
 */
export class HttpServer implements RequestSink {
  readonly #options: HttpServerOptions;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #observation: Observation;
  #logging: (() => void) | undefined;
  /** By first part of the path, in lower case. */
  readonly #mounts = new Map<string, Mount>();
  #config: HttpConfig;
  #redirects: ReadonlyMap<string, string> = new Map();
  #restrictions: readonly Restriction[] = [];
  #plain: Listener | undefined;
  #secure: { readonly listener: Listener; readonly files: TlsFiles; readonly config: TlsConfig } | undefined;
  /** Listeners that were replaced and still have connections. */
  readonly #retired = new Set<Listener>();
  #unmountOwn: (() => void)[] = [];

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.#config = options.config;
    this.#observation = new Observation(() => this.#clock.monotonic());
    this.#sessions = new Sessions(options.config.sessionLimit, this.#clock);
  }

  /** Builds a server and starts listening. @throws {Error} when an address cannot be had */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    const faults = await server.apply(options.config);
    if (faults.length === 0) return server;
    await server.close();
    throw new Error(faults.join('; '));
  }

  /**
   * Takes a configuration on. Listeners whose address stays are kept, with their connections; certificates are read again.
   * Resolves with what could not be done.
   */
  async apply(config: HttpConfig): Promise<string[]> {
    this.#config = config;
    this.#sessions.limit = config.sessionLimit;
    this.#redirects = new Map(config.redirects.map(({ from, to }) => [from.toLowerCase(), to]));
    this.#restrictions = config.restrictions.map(({ path, acl }) => ({ path: canonicalPath(path), acl }));
    this.#mountOwn(config);
    this.#logging?.();
    this.#logging = config.accessLog ? this.observe((exchange) => this.#logAccess(exchange)) : undefined;
    const faults: string[] = [];
    await this.#listenPlain(config.bind).catch((error) => faults.push((error as Error).message));
    await this.#listenSecure(config.tls).catch((error) => faults.push((error as Error).message));
    for (const each of [this.#plain, this.#secure?.listener]) each?.reconfigure(this.#timeouts());
    return faults;
  }

  async #listenPlain(bind: Bind | undefined): Promise<void> {
    const before = this.#plain;
    if (before !== undefined && bind !== undefined && sameBind(before.asked, bind)) return;
    // On the same port the old one has to go first; on another one it stays until the new one stands.
    if (bind === undefined || bind.port === before?.asked.port) this.#plain = undefined;
    if (this.#plain === undefined) this.#retire(before);
    if (bind === undefined) return;
    const opened = await this.#open(bind, undefined);
    this.#retire(this.#plain);
    this.#plain = opened;
  }

  async #listenSecure(config: TlsConfig | undefined): Promise<void> {
    const before = this.#secure;
    if (config === undefined || (before !== undefined && !sameBind(before.listener.asked, config))) {
      before?.files.close();
      this.#retire(before?.listener);
      this.#secure = undefined;
    }
    if (config === undefined) return;
    const files = new TlsFiles({
      config,
      clock: this.#clock,
      log: this.#log,
      changed: (options) => this.#secure?.listener.setTls(options),
    });
    try {
      const tls = await files.open();
      const kept = this.#secure;
      if (kept !== undefined) {
        kept.files.close();
        kept.listener.setTls(tls);
        this.#secure = { listener: kept.listener, files, config };
      } else this.#secure = { listener: await this.#open(config, tls), files, config };
    } catch (error) {
      // What worked before goes on working, with the certificate it had.
      files.close();
      throw error;
    }
  }

  async #open(bind: Bind, tls: Parameters<Listener['setTls']>[0] | undefined): Promise<Listener> {
    const check = this.#options.timeouts?.check ?? this.#config.inactivityMs / 4;
    try {
      return await Listener.open({
        bind,
        tls,
        sink: this,
        sessions: this.#sessions,
        timeouts: this.#timeouts(),
        checkMs: Math.min(Math.max(check, this.#options.timeouts?.check ?? MIN_CHECK_MS), MAX_CHECK_MS),
        log: this.#log,
      });
    } catch (error) {
      throw new Error(`${bindText(bind)} cannot be listened on: ${(error as Error).message}`);
    }
  }

  #timeouts(): ListenerTimeouts {
    const { inactivityMs, keepAliveMs } = this.#config;
    return {
      headers: this.#options.timeouts?.headers ?? Math.min(inactivityMs, MAX_HEADERS_TIMEOUT_MS),
      request: this.#options.timeouts?.request ?? inactivityMs,
      keepAlive: keepAliveMs,
    };
  }

  #retire(listener: Listener | undefined): void {
    if (listener === undefined) return;
    this.#retired.add(listener);
    void listener.retire().then(() => this.#retired.delete(listener));
  }

  get serverHeader(): string {
    return this.#config.serverName ?? this.#options.serverHeader;
  }

  /** The port of plain HTTP; 0 when it is off. */
  get port(): number {
    return this.#plain?.bind.port ?? 0;
  }

  /** The port of HTTPS; 0 when it is off. */
  get tlsPort(): number {
    return this.#secure?.listener.bind.port ?? 0;
  }

  get prefix(): string {
    return this.#config.prefix;
  }

  get config(): HttpConfig {
    return this.#config;
  }

  /** Where it listens now, for `http show status`. */
  get listening(): { readonly plain: string | undefined; readonly secure: string | undefined } {
    return {
      plain: this.#plain === undefined ? undefined : bindText(this.#plain.bind),
      secure: this.#secure === undefined ? undefined : bindText(this.#secure.listener.bind),
    };
  }

  /** How many connections are open, WebSockets included. */
  connections(): number {
    return this.#sessions.size;
  }

  /** Connections refused because of the limit, since the start. */
  get refused(): number {
    return this.#sessions.refused;
  }

  /** What is mounted: the longest prefix first, of equals the newest, as the original lists it. */
  uris(): { readonly uri: string; readonly about: string }[] {
    return [...this.#mounts.values()]
      .reverse()
      .sort((a, b) => b.prefix.length - a.prefix.length)
      .map(({ prefix, about, subtree }) => ({
        uri: `${this.#config.prefix}/${prefix}${subtree ? '/...' : ''}`,
        about,
      }));
  }

  /** Gives `/<prefix>` to a door; the returned function takes it back. */
  handle(prefix: string, handler: HttpHandler, about = '', subtree = true): () => void {
    const mount: Mount = { prefix, about, subtree, handler };
    const key = prefix.toLowerCase();
    this.#mounts.set(key, mount);
    return () => {
      if (this.#mounts.get(key) === mount) this.#mounts.delete(key);
    };
  }

  /** Hears of every request and its answer until the returned function is called. */
  observe(observer: HttpObserver): () => void {
    return this.#observation.add(observer);
  }

  #logAccess(exchange: HttpExchange): void {
    const { remote, method, path, status, ms, id, complete } = exchange;
    const end = complete ? '' : ' (the client went away)';
    const printable = path.replace(/[^\x21-\x7e]/g, '?');
    this.#log
      .child('http_access')
      .notice(`${remote} ${method} ${printable} ${status} ${ms.toFixed(1)} ms ${id}${end}`, { ...exchange });
  }

  #mountOwn({ enableStatic, enableStatus }: HttpConfig): void {
    for (const unmount of this.#unmountOwn.splice(0)) unmount();
    const folder = this.#options.staticFolder;
    if (enableStatus) {
      const status = {
        request: (request: IncomingMessage, response: ServerResponse) => this.#status(request, response),
      };
      this.#unmountOwn.push(this.handle('httpstatus', status, 'Asterisk HTTP General Status', false));
    }
    if (enableStatic && folder !== undefined) {
      const files = new StaticFiles({ folder, serverHeader: () => this.serverHeader, log: this.#log });
      this.#unmountOwn.push(this.handle('static', files, 'Asterisk HTTP Static Delivery'));
    }
  }

  #status(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      this.#page(response, 501, 'Attempt to use unimplemented / unsupported method');
      return;
    }
    const { plain, secure } = this.listening;
    const rows: StatusRow[] = [
      ['Server', this.serverHeader],
      ['Prefix', this.prefix],
      ...(plain === undefined ? [] : [['Bind Address', plain] as const]),
      ...(secure === undefined ? [] : [['TLS Bind Address', secure] as const]),
      ['Sessions', `${this.#sessions.size} of ${this.#config.sessionLimit}`],
    ];
    respond(response, this.serverHeader, 200, undefined, 'text/html', statusPage(rows));
  }

  #find(url: string, address: string): Found | undefined {
    if (url.length > MAX_TARGET) return { kind: 'too-long' };
    const { path, query } = parseTarget(url);
    if (this.#redirects.size > 0) {
      const to = this.#redirects.get(path.toLowerCase());
      if (to !== undefined) return { kind: 'redirect', to };
    }
    if (this.#restrictions.length > 0) {
      const canonical = canonicalPath(path);
      for (const { path: start, acl } of this.#restrictions)
        if (canonical.startsWith(start) && !acl.permits(address)) return { kind: 'refused' };
    }
    const { prefix } = this.#config;
    if (prefix !== '' && !path.startsWith(`${prefix}/`)) return undefined;
    const from = prefix.length + 1;
    const slash = path.indexOf('/', from);
    const name = slash < 0 ? path.slice(from) : path.slice(from, slash);
    const mount = this.#mounts.get(name) ?? this.#mounts.get(name.toLowerCase());
    if (mount === undefined || (!mount.subtree && slash >= 0)) return undefined;
    return { kind: 'mount', handler: mount.handler, rest: (slash < 0 ? '' : path.slice(slash)) + query };
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    this.#observation.begin(request, response);
    if (this.#config.keepAliveMs === 0) response.shouldKeepAlive = false;
    const found = this.#find(request.url ?? '/', request.socket.remoteAddress ?? '');
    if (found?.kind !== 'mount') {
      this.#elsewhere(response, found);
      return;
    }
    try {
      found.handler.request(request, response, found.rest);
    } catch (error) {
      this.#log.error(`A request failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) this.#page(response, 500);
    }
  }

  /** Answers what no door is asked for. */
  #elsewhere(response: ServerResponse, found: Exclude<Found, { kind: 'mount' }> | undefined): void {
    switch (found?.kind) {
      case undefined:
        this.#page(response, 404);
        break;
      case 'redirect':
        respond(response, this.serverHeader, 302, 'Moved Temporarily', 'text/html', '', [
          'Location',
          found.to,
        ]);
        break;
      case 'refused':
        response.shouldKeepAlive = false;
        this.#page(response, 403, 'Access denied by ACL');
        break;
      case 'too-long':
        response.shouldKeepAlive = false;
        this.#page(response, 400, 'Request line too long');
        break;
    }
  }

  #page(response: ServerResponse, status: number, text = ''): void {
    const { serverHeader } = this;
    respond(response, serverHeader, status, undefined, 'text/html', errorPage(status, text, serverHeader));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#observation.beginUpgrade(request, socket);
    const found = this.#find(request.url ?? '/', request.socket.remoteAddress ?? '');
    if (found?.kind !== 'mount' || found.handler.upgrade === undefined) {
      const status = found?.kind === 'refused' ? 403 : found?.kind === 'too-long' ? 400 : 404;
      const text = status === 403 ? 'Access denied by ACL' : '';
      const page = errorPage(status, text, this.serverHeader);
      endSocket(socket, rawAnswer(this.serverHeader, status, undefined, 'text/html', page));
      return;
    }
    try {
      found.handler.upgrade(request, socket, head, found.rest);
    } catch (error) {
      this.#log.error(`An upgrade failed: ${error instanceof Error ? error.stack : String(error)}`);
      socket.destroy();
    }
  }

  async close(): Promise<void> {
    this.#mounts.clear();
    this.#secure?.files.close();
    const listeners = [this.#plain, this.#secure?.listener, ...this.#retired];
    this.#plain = undefined;
    this.#secure = undefined;
    this.#retired.clear();
    this.#sessions.closeAll();
    await Promise.all(listeners.map((each) => each?.close()));
  }
}

function sameBind(a: Bind, b: Bind): boolean {
  return a.address === b.address && a.port === b.port;
}
