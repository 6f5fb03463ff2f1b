import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { endSocket, errorPage, rawAnswer, respond } from './respond.ts';
import type { HttpHandler } from './server.ts';

/** What a protocol does with a socket that speaks it. */
export type ProtocolHandler = (webSocket: WebSocket, request: IncomingMessage) => void;

export interface WebSocketUriOptions {
  readonly serverHeader: () => string;
  /** Whether the module that brings it runs; without it there is no such path. */
  readonly running: () => boolean;
}

/** Largest message; SIP over WebSocket is the largest that is expected. */
const MAX_MESSAGE = 64 * 1024;
const MAX_FRAGMENTS = 128;
const MAX_PROTOCOLS = 32;
/** What a client speaks that names nothing. */
const DEFAULT_PROTOCOL = 'echo';

/** `/ws`: WebSockets by subprotocol. `echo` is built in, as in the original; others register themselves. */
export class WebSocketUri implements HttpHandler {
  readonly #options: WebSocketUriOptions;
  readonly #protocols = new Map<string, ProtocolHandler>([[DEFAULT_PROTOCOL, echo]]);
  readonly #open = new Set<WebSocket>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    maxFragments: MAX_FRAGMENTS,
    handleProtocols: (offered) => this.#known([...offered]) ?? false,
  });

  constructor(options: WebSocketUriOptions) {
    this.#options = options;
  }

  /** Takes over the sockets of a subprotocol; the returned function gives it back. */
  protocol(name: string, handler: ProtocolHandler): () => void {
    this.#protocols.set(name, handler);
    return () => {
      if (this.#protocols.get(name) === handler) this.#protocols.delete(name);
    };
  }

  #known(offered: readonly string[]): string | undefined {
    return offered.find((each) => this.#protocols.has(each));
  }

  request(_request: IncomingMessage, response: ServerResponse): void {
    const server = this.#options.serverHeader();
    const status = this.#options.running() ? 426 : 404;
    respond(response, server, status, undefined, 'text/html', errorPage(status, '', server));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const server = this.#options.serverHeader();
    if (!this.#options.running()) {
      endSocket(socket, rawAnswer(server, 404, undefined, 'text/html', errorPage(404, '', server)));
      return;
    }
    const header = request.headers['sec-websocket-protocol'];
    const offered = (header ?? DEFAULT_PROTOCOL).split(',', MAX_PROTOCOLS).map((each) => each.trim());
    const chosen = this.#known(offered);
    const handler = chosen === undefined ? undefined : this.#protocols.get(chosen);
    if (handler === undefined) {
      const extra = ['Sec-WebSocket-Version', '7, 8, 13'];
      endSocket(socket, rawAnswer(server, 400, undefined, 'text/html', '', extra));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open.add(webSocket);
      webSocket.on('close', () => this.#open.delete(webSocket));
      webSocket.on('error', () => webSocket.terminate());
      handler(webSocket, request);
    });
  }

  close(): void {
    for (const each of this.#open) each.terminate();
    this.#open.clear();
    this.#protocols.clear();
    this.#server.close();
  }
}

/** Bytes that may wait for a reader of its own words. */
const MAX_ECHO_BYTES = 1024 * 1024;

function echo(webSocket: WebSocket): void {
  webSocket.on('message', (data, binary) => {
    if (webSocket.bufferedAmount > MAX_ECHO_BYTES) webSocket.terminate();
    else webSocket.send(data, { binary });
  });
}
