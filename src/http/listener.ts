import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { Logger } from '../log/index.ts';
import type { Bind } from './http-config.ts';
import { endSocket, errorPage, rawAnswer } from './respond.ts';
import type { Sessions } from './sessions.ts';

/** What listeners do with requests; it lives longer than any of them. */
export interface RequestSink {
  readonly serverHeader: string;
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Milliseconds. */
export interface ListenerTimeouts {
  /** In which the headers have to be there. */
  readonly headers: number;
  /** In which a request has to be there, its body included. */
  readonly request: number;
  readonly keepAlive: number;
}

export interface ListenerOptions {
  readonly bind: Bind;
  readonly tls: SecureContextOptions | undefined;
  readonly sink: RequestSink;
  readonly sessions: Sessions;
  readonly timeouts: ListenerTimeouts;
  /** Milliseconds between two looks at the timeouts. */
  readonly checkMs: number;
  readonly log: Logger;
}

/** Headers of a request, all together; the original's limit of one line is lower. */
const MAX_HEADER_BYTES = 16 * 1024;
/** TLS handshakes under way at one time, and how long one may take: each costs a signature and some memory. */
const MAX_HANDSHAKES = 64;
const HANDSHAKE_TIMEOUT_MS = 5_000;

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

/** One listening socket, with or without TLS. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server | TlsServer;

  private constructor(options: ListenerOptions) {
    this.#options = options;
    const { timeouts, checkMs, tls } = options;
    const http = {
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: checkMs,
      noDelay: true,
      // The original serves requests without Host, and scripts send them.
      requireHostHeader: false,
    };
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#request(request, response);
    if (tls === undefined) {
      this.#server = createServer(http, answer);
      this.#server.on('connection', (socket: Socket) => options.sessions.admit(socket));
    } else {
      const server = createTlsServer({ ...http, ...tls, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, answer);
      server.on('connection', (socket: Socket) => this.#handshake(socket));
      server.on('secureConnection', (socket: Socket) => this.#secured(socket));
      server.on('tlsClientError', (error) => options.log.debug(`TLS: ${error.message}`));
      this.#server = server;
    }
    this.reconfigure(timeouts);
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (error: Error & { code?: string }, socket) => this.#broken(error, socket));
  }

  /** Starts listening. @throws {Error} when the address cannot be had */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    const server = listener.#server;
    const { address, port } = options.bind;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => {
        server.off('error', reject);
        resolve();
      });
    });
    server.on('error', (error) => options.log.error(`HTTP server: ${error.message}`));
    return listener;
  }

  get secure(): boolean {
    return this.#options.tls !== undefined;
  }

  /** What it was asked to listen on. */
  get asked(): Bind {
    return this.#options.bind;
  }

  /** Where it listens: the port is known now when 0 was asked for. */
  get bind(): Bind {
    return { address: this.#options.bind.address, port: (this.#server.address() as AddressInfo).port };
  }

  /** Changes the timeouts of requests to come. */
  reconfigure({ headers, request, keepAlive }: ListenerTimeouts): void {
    this.#server.headersTimeout = headers;
    this.#server.requestTimeout = request;
    // Node reads 0 as "never"; `Site` closes after each answer then.
    this.#server.keepAliveTimeout = keepAlive;
  }

  /** Another certificate for the connections to come; those that are open keep theirs. */
  setTls(options: SecureContextOptions): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(options);
  }

  /** Connections in their handshake, by far end: Node does not say which of them a secured one was. */
  readonly #shaking = new Map<string, Socket>();
  /** TLS sockets and the connections under them, which is what is counted. */
  readonly #under = new WeakMap<Socket, Socket>();

  #handshake(socket: Socket): void {
    const { sessions, log } = this.#options;
    if (this.#shaking.size >= MAX_HANDSHAKES) {
      log.warning(`${MAX_HANDSHAKES} TLS handshakes are under way: ${socket.remoteAddress} is refused`);
      socket.destroy();
      return;
    }
    if (!sessions.admit(socket)) return;
    const end = farEnd(socket);
    this.#shaking.set(end, socket);
    socket.once('close', () => {
      if (this.#shaking.get(end) === socket) this.#shaking.delete(end);
    });
  }

  #secured(secure: Socket): void {
    const end = farEnd(secure);
    const socket = this.#shaking.get(end);
    if (socket === undefined) return;
    this.#shaking.delete(end);
    this.#under.set(secure, socket);
  }

  #counted(socket: Socket): Socket {
    return this.#under.get(socket) ?? socket;
  }

  #request(request: IncomingMessage, response: ServerResponse): void {
    this.#options.sessions.served(this.#counted(request.socket));
    this.#options.sink.request(request, response);
  }

  /** A request that does not parse costs its sender the connection. */
  #broken(error: Error & { code?: string }, socket: Duplex): void {
    if (!socket.writable || error.code === 'ECONNRESET' || error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      socket.destroy();
      return;
    }
    const { serverHeader } = this.#options.sink;
    const { status, reason, text } = PARSE_FAULTS.get(error.code ?? '') ?? INVALID_REQUEST;
    const page = errorPage(status, text, serverHeader, reason);
    endSocket(socket, rawAnswer(serverHeader, status, reason, 'text/html', page, [], true));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#options.sessions.served(this.#counted(request.socket));
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#withoutUpgrade(request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    this.#options.sink.upgrade(request, socket, head);
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
    this.#server.emit(this.secure ? 'secureConnection' : 'connection', socket);
  }

  /** Takes no new connections; those between two requests end, the others finish what they are at. Resolves after the last. */
  async retire(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    await closed;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

function farEnd(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}
