import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../log/index.ts';
import type { HttpConfig } from './http-config.ts';
import { endSocket, errorPage, rawAnswer, respond } from './respond.ts';

/** What a door registers under a prefix. `path` is what follows the prefix, the query included. */
export interface HttpHandler {
  request(request: IncomingMessage, response: ServerResponse, path: string): void;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): void;
}

export interface HttpServerOptions {
  readonly config: HttpConfig;
  /** Value of the `Server` header. */
  readonly serverHeader: string;
  readonly log: Logger;
  /** Milliseconds that a request may take to arrive; shorter ones are for tests. */
  readonly timeouts?: { readonly headers: number; readonly request: number; readonly check: number };
}

/** Headers of a request, all together; Asterisk's own limit is lower. */
const MAX_HEADER_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often the two are looked at. */
const TIMEOUT_CHECK_MS = 2_000;
const MAX_CONNECTIONS = 10_000;

/** What goes with an offer to change the protocol. */
const UPGRADE_HEADERS: ReadonlySet<string> = new Set(['upgrade', 'connection', 'http2-settings']);

/** What is wrong with a request that Node's parser gave up on. */
interface ParseFault {
  readonly status: number;
  readonly reason: string;
  readonly text: string;
}
const INVALID_REQUEST: ParseFault = { status: 400, reason: 'Bad Request', text: 'Invalid Request' };
const PARSE_FAULTS: ReadonlyMap<string, ParseFault> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 400, reason: 'Bad Request', text: 'Header line too long' }],
  [
    'HPE_INVALID_CONTENT_LENGTH',
    { status: 400, reason: 'Bad Request', text: 'Invalid Content-Length in request!' },
  ],
  [
    'HPE_INVALID_TRANSFER_ENCODING',
    { status: 501, reason: 'Unimplemented', text: 'Unsupported Transfer-Encoding.' },
  ],
]);

/** Listens, and hands each request to the door that owns its prefix. */
export class HttpServer {
  readonly serverHeader: string;
  readonly #config: HttpConfig;
  readonly #log: Logger;
  readonly #server: Server;
  readonly #handlers = new Map<string, HttpHandler>();

  private constructor(options: HttpServerOptions) {
    this.#config = options.config;
    this.#log = options.log;
    this.serverHeader = options.config.serverName ?? options.serverHeader;
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: options.timeouts?.headers ?? HEADERS_TIMEOUT_MS,
        requestTimeout: options.timeouts?.request ?? REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: options.timeouts?.check ?? TIMEOUT_CHECK_MS,
        keepAliveTimeout: options.config.keepAliveMs,
        noDelay: true,
        // The original serves requests without Host, and scripts send them.
        requireHostHeader: false,
      },
      (request, response) => this.#request(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (error: Error & { code?: string }, socket) => this.#broken(error, socket));
  }

  /** A request that does not parse costs its sender the connection. */
  #broken(error: Error & { code?: string }, socket: Duplex): void {
    if (!socket.writable || error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      socket.destroy();
      return;
    }
    const { status, reason, text } = PARSE_FAULTS.get(error.code ?? '') ?? INVALID_REQUEST;
    const page = errorPage(status, text, this.serverHeader, reason);
    endSocket(socket, rawAnswer(this.serverHeader, status, reason, 'text/html', page, [], true));
  }

  /** Starts listening. @throws {Error} when the address cannot be had */
  static async listen(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(options.config.port, options.config.address, () => {
        server.#server.off('error', reject);
        resolve();
      });
    });
    server.#server.on('error', (error) => server.#log.error(`HTTP server: ${error.message}`));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
    );
  }

  get address(): string {
    return this.#config.address;
  }

  get prefix(): string {
    return this.#config.prefix;
  }

  /** Registered prefixes, for `http show status`. */
  uris(): string[] {
    return [...this.#handlers.keys()].map((each) => `${this.#config.prefix}/${each}`);
  }

  /** Gives `/<prefix>` to a door; the returned function takes it back. */
  handle(prefix: string, handler: HttpHandler): () => void {
    this.#handlers.set(prefix, handler);
    return () => this.#handlers.delete(prefix);
  }

  #find(url: string): { handler: HttpHandler; path: string } | undefined {
    const { prefix } = this.#config;
    if (prefix !== '' && !url.startsWith(`${prefix}/`)) return undefined;
    const rest = url.slice(prefix.length + 1);
    let end = 0;
    while (end < rest.length && rest[end] !== '/' && rest[end] !== '?') end++;
    const handler = this.#handlers.get(rest.slice(0, end));
    return handler === undefined ? undefined : { handler, path: rest.slice(end) };
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    const found = this.#find(request.url ?? '/');
    if (found === undefined) {
      respond(
        response,
        this.serverHeader,
        404,
        undefined,
        'text/html',
        errorPage(404, '', this.serverHeader),
      );
      return;
    }
    try {
      found.handler.request(request, response, found.path);
    } catch (error) {
      this.#log.error(`A request failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent)
        respond(
          response,
          this.serverHeader,
          500,
          undefined,
          'text/html',
          errorPage(500, '', this.serverHeader),
        );
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#withoutUpgrade(request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const found = this.#find(request.url ?? '/');
    if (found?.handler.upgrade === undefined) {
      const page = errorPage(404, '', this.serverHeader);
      endSocket(socket, rawAnswer(this.serverHeader, 404, undefined, 'text/html', page));
      return;
    }
    try {
      found.handler.upgrade(request, socket, head, found.path);
    } catch (error) {
      this.#log.error(`An upgrade failed: ${error instanceof Error ? error.stack : String(error)}`);
      socket.destroy();
    }
  }

  /**
   * An upgrade to something else is an offer that is passed over (RFC 9110 §7.8); clients that would like HTTP/2 make it
   * with every request. Node has let go of the connection by then, so it gets the request again, without the offer.
   */
  #withoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    let text = `${request.method} ${request.url} HTTP/${request.httpVersion}\r\n`;
    const { rawHeaders } = request;
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      if (!UPGRADE_HEADERS.has(name.toLowerCase())) text += `${name}: ${rawHeaders[index + 1]}\r\n`;
    }
    socket.unshift(Buffer.concat([Buffer.from(`${text}\r\n`, 'latin1'), head]));
    this.#server.emit('connection', socket);
  }

  async close(): Promise<void> {
    this.#handlers.clear();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}
