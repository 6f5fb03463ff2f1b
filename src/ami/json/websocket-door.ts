import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import {
  endSocket,
  errorPage,
  type HttpHandler,
  type HttpServer,
  rawAnswer,
  respond,
} from '../../http/index.ts';
import { endsOf, type ListenerHost } from '../listener.ts';
import { SocketSession } from '../socket-session.ts';
import type { Wire } from '../wire.ts';
import { MAX_OBJECT_CHARS } from './json-wire.ts';
import { WebSocketStream } from './websocket-stream.ts';

/** First part of the path. */
const PREFIX = 'ami';
const MAX_FRAGMENTS = 1_024;
/** Sockets at once, logged in or not. */
const MAX_SOCKETS = 1_000;

/** `/ami` on the HTTP server: sessions of the manager interface on WebSockets, a JSON object in each message. */
export class WebSocketDoor implements HttpHandler {
  readonly #host: ListenerHost;
  readonly #http: HttpServer;
  readonly #wire: Wire;
  readonly #sessions = new Set<SocketSession>();
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_OBJECT_CHARS,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: false,
  });
  #origins: readonly string[] = [];
  #unmount: (() => void) | undefined;

  constructor(host: ListenerHost, http: HttpServer, wire: Wire) {
    this.#host = host;
    this.#http = http;
    this.#wire = wire;
  }

  /** Opens or shuts it; pages of `origins` may use it besides those of this server. */
  apply(open: boolean, origins: readonly string[]): void {
    this.#origins = origins;
    if (!open) this.close();
    else this.#unmount ??= this.#http.handle(PREFIX, this, 'Asterism Manager WebSocket', false);
  }

  request(_request: IncomingMessage, response: ServerResponse): void {
    const { serverHeader } = this.#http;
    respond(response, serverHeader, 426, undefined, 'text/html', errorPage(426, '', serverHeader));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      const { serverHeader } = this.#http;
      const page = errorPage(refusal.status, refusal.why, serverHeader);
      endSocket(socket, rawAnswer(serverHeader, refusal.status, undefined, 'text/html', page));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const stream = new WebSocketStream(webSocket);
      const session = new SocketSession(
        this.#host,
        stream,
        endsOf(request.socket),
        () => {
          this.#sessions.delete(session);
          this.#host.leave(session.session);
        },
        this.#wire,
      );
      this.#sessions.add(session);
      this.#host.enter(session.session);
      const credentials = basic(request.headers.authorization);
      // As if the first message had been this login: it is answered, delayed and refused in the same way.
      if (credentials !== undefined) session.take([['Action', 'Login'], ...credentials]);
    });
  }

  #refusal(request: IncomingMessage): { readonly status: number; readonly why: string } | undefined {
    if (!this.#host.ports.modules.running('res_http_websocket')) return { status: 404, why: '' };
    // A browser sends what it knows of this server also for a foreign page.
    if (!this.#fromHere(request)) return { status: 403, why: 'Pages of other sites are refused' };
    if (this.#sessions.size >= MAX_SOCKETS || !this.#host.admits())
      return { status: 503, why: 'Too many connections' };
    return undefined;
  }

  #fromHere({ headers }: IncomingMessage): boolean {
    const origin = headers.origin?.toLowerCase();
    if (origin === undefined) return true;
    if (this.#origins.includes('*') || this.#origins.includes(origin)) return true;
    const host = headers.host?.toLowerCase() ?? '';
    return origin === `http://${host}` || origin === `https://${host}`;
  }

  close(): void {
    this.#unmount?.();
    this.#unmount = undefined;
    for (const each of [...this.#sessions]) each.close('was let go');
  }
}

/** HTTP Basic (RFC 7617) as headers of a login; undefined when there is nothing of the kind. */
function basic(authorization: string | undefined): [string, string][] | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return [
    ['Username', text.slice(0, colon)],
    ['Secret', text.slice(colon + 1)],
  ];
}
