import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isTrue, parseInteger } from '../conf/index.ts';
import { AsterismError } from '../errors/index.ts';
import { endSocket, errorPage, type HttpHandler, rawAnswer, readBody, respond } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import { Tokens, type User } from '../security/index.ts';
import { type AriGeneral, type AriUser, GENERAL_OFF } from './ari-config.ts';
import { type Authenticator, BEARER, type Verdict } from './authenticator.ts';
import { corsHeaders, isAllowedOrigin, preflightHeaders } from './cors.ts';
import type { Debugging } from './debugging.ts';
import { type Description, describe, isDescription } from './descriptions/index.ts';
import type { EventSockets } from './event-sockets.ts';
import type { Listening } from './listeners.ts';
import type { AriAnswer } from './operation.ts';
import { parseBody } from './request-body.ts';
import { type AriRouter, asAnswer, EVENTS_PATH } from './router.ts';

export interface HttpDoorOptions {
  readonly general: () => AriGeneral | undefined;
  /** Who somebody is now, who has come as this; undefined when that is over. @throws {AsterismError} */
  readonly again: (user: AriUser) => AriUser | undefined;
  readonly tokenEnd: (id: string) => number | undefined;
  readonly authenticator: Authenticator;
  readonly router: AriRouter;
  readonly sockets: EventSockets;
  readonly debugging: Debugging;
  /** Whether everything has started; before, every request is told to wait. */
  readonly ready: () => boolean;
  readonly serverHeader: () => string;
  /** Path that the interface is found under: `/ari`, behind the prefix of http.conf. */
  readonly mount: () => string;
  readonly running: (module: string) => boolean;
  /** What descriptions say that they describe. */
  readonly version: string;
  readonly log: Logger;
}

/** Largest message that a client may send over an event socket: a request with the largest body, escaped. */
export const MAX_CLIENT_MESSAGE = 256 * 1024;
/** Frames that one message may come in. */
const MAX_FRAGMENTS = 1_024;
/** Subprotocols that a client may offer, and applications that one socket may listen for. */
const MAX_PROTOCOLS = 32;
export const MAX_APPS = 1_000;
const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html';
const SUBPROTOCOL = 'ari';

/** ARI over HTTP: who asks, what the body is, and the bytes of the answer. The operations are the router's. */
export class HttpDoor implements HttpHandler {
  readonly #options: HttpDoorOptions;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_CLIENT_MESSAGE,
    maxFragments: MAX_FRAGMENTS,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  constructor(options: HttpDoorOptions) {
    this.#options = options;
  }

  get #general() {
    return this.#options.general() ?? GENERAL_OFF;
  }

  request(request: IncomingMessage, response: ServerResponse, url: string): void {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? undefined : new URLSearchParams(url.slice(mark + 1));
    const { pretty, allowedOrigins } = this.#general;
    const exchange: Exchange = {
      request,
      response,
      pretty: pretty || isTrue(query?.get('pretty') ?? undefined),
      cors: corsHeaders(allowedOrigins, request.headers.origin),
    };
    if (this.#isPreflight(request, query)) {
      this.#dispatch(exchange, { method: 'OPTIONS', path, query, body: undefined, user: PREFLIGHT });
      return;
    }
    const judged = (who: Verdict) => {
      if (who instanceof AsterismError) this.#refuse(exchange, who);
      else this.#admitted(exchange, who, path, query);
    };
    const verdict = this.#identify(request, query);
    if (verdict instanceof Promise) void verdict.then(judged);
    else judged(verdict);
  }

  #admitted(exchange: Exchange, user: AriUser, path: string, query: URLSearchParams | undefined): void {
    const { request, response } = exchange;
    const { method = 'GET' } = request;
    if (isDescription(path)) this.#describe(exchange, path);
    else if (path === EVENTS_PATH && method === 'GET' && this.#options.running('res_ari_events'))
      this.#wantsUpgrade(exchange, user, query);
    else if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
      this.#dispatch(exchange, { method, path, query, body: undefined, user });
    } else {
      readBody(request, (bytes) => {
        let body: ReturnType<typeof parseBody>;
        try {
          if (bytes === undefined) {
            // The rest of the body is not read, so that the connection cannot go on.
            response.shouldKeepAlive = false;
            throw new AsterismError('BODY_TOO_LARGE');
          }
          body = parseBody(bytes.toString('utf8'), request.headers['content-type']);
        } catch (error) {
          this.#send(exchange, asAnswer(error));
          return;
        }
        this.#dispatch(exchange, { method, path, query, body, user });
      });
    }
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: string): void {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const serverHeader = this.#options.serverHeader();
    const end = (status: number, type: string, text: string, extra: readonly string[] = []) => {
      endSocket(socket, rawAnswer(serverHeader, status, undefined, type, text, extra));
    };
    const refuse = (error: AsterismError) => {
      const extra = error.status === 401 ? ['WWW-Authenticate', this.#challenge(request)] : [];
      end(error.status, JSON_TYPE, asAnswer(error).body, extra);
    };
    const judged = (who: Verdict) => {
      if (who instanceof AsterismError) {
        refuse(who);
        return;
      }
      if (path !== EVENTS_PATH || !this.#options.running('res_ari_events')) {
        refuse(new AsterismError('NOT_FOUND'));
        return;
      }
      const names = (query.get('app') ?? '').split(',');
      if (names.join('') === '' && names.length === 1) {
        const page = errorPage(400, 'HTTP request is missing param: [app]', serverHeader);
        end(400, HTML_TYPE, page);
      } else if (names.includes('') || names.length > MAX_APPS) {
        end(500, HTML_TYPE, errorPage(500, 'Stasis app registration failed', serverHeader));
      } else if (!acceptable(request.headers['sec-websocket-protocol'])) {
        end(400, HTML_TYPE, '', ['Sec-WebSocket-Version', '7, 8, 13']);
      } else {
        const listening = readListening(query, names.length);
        const refused = this.#options.router.refuseSocket(who, names);
        if (listening instanceof AsterismError) refuse(listening);
        else if (refused !== undefined) refuse(refused);
        else this.#accept(request, socket, head, who, names, query, listening);
      }
    };
    const verdict = this.#identify(request, query);
    if (verdict instanceof Promise) void verdict.then(judged);
    else judged(verdict);
  }

  #accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    user: AriUser,
    apps: readonly string[],
    query: URLSearchParams,
    listening: Listening,
  ): void {
    const remote = farEnd(request);
    const { again, router, tokenEnd } = this.#options;
    const expires = user.token === undefined ? undefined : tokenEnd(user.token);
    const mayStay = () => {
      let now: AriUser | undefined;
      try {
        now = again(user);
      } catch {
        // A store that cannot be read says nothing of anybody's rights.
        return true;
      }
      // As in the original, whoever had a password stays when the user is removed, and may ask for nothing.
      if (now === undefined) return user.token === undefined;
      return router.refuseSocket(now, apps) === undefined;
    };
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
      this.#options.sockets.open(webSocket, socket, {
        kind: 'inbound',
        remote,
        apps,
        subscribeAll: isTrue(query.get('subscribeAll') ?? undefined),
        listening,
        user: () => again(user),
        mayStay,
        ...(expires === undefined ? {} : { expires }),
      }),
    );
  }

  #dispatch(exchange: Exchange, request: Parameters<AriRouter['dispatch']>[0]): void {
    const { debugging, router } = this.#options;
    if (debugging.everything) debugging.request(farEnd(exchange.request), request);
    try {
      const answer = router.dispatch(request);
      if (answer instanceof Promise) {
        answer.then(
          (each) => this.#send(exchange, each),
          (error) => this.#failed(exchange, error),
        );
      } else this.#send(exchange, answer);
    } catch (error) {
      this.#failed(exchange, error);
    }
  }

  #failed(exchange: Exchange, error: unknown): void {
    this.#options.log.error(`An operation failed: ${error instanceof Error ? error.stack : String(error)}`);
    this.#send(exchange, asAnswer(new AsterismError('INTERNAL')));
  }

  #send(exchange: Exchange, answer: AriAnswer, more: readonly string[] = NOTHING): void {
    const { request, response, pretty, cors } = exchange;
    if (response.headersSent || response.destroyed) return;
    const body =
      pretty && answer.body !== '' ? JSON.stringify(JSON.parse(answer.body), null, 2) : answer.body;
    let extra = more;
    if (answer.allow !== undefined) extra = ['Allow', answer.allow];
    if (cors.length > 0) extra = [...cors, ...extra, ...this.#preflight(request, answer)];
    const { debugging, serverHeader } = this.#options;
    if (debugging.everything) debugging.answer(farEnd(request), answer);
    respond(response, serverHeader(), answer.status, answer.reason, JSON_TYPE, body, extra);
  }

  #preflight(request: IncomingMessage, { status, allow }: AriAnswer): readonly string[] {
    if (request.method !== 'OPTIONS' || status !== 204 || allow === undefined) return NOTHING;
    const { headers } = request;
    return preflightHeaders(
      this.#general.allowedOrigins,
      {
        origin: headers.origin,
        requestMethod: headers['access-control-request-method'],
        requestHeaders: headers['access-control-request-headers'],
      },
      allow,
    );
  }

  /**
   * Whether a browser asks for a page of an allowed origin. It never says for whom (Fetch §4.8, CORS-preflight fetch), so
   * that refusing it would refuse every request with an Authorization header. All that it can learn is `Allow`.
   */
  #isPreflight({ method, headers }: IncomingMessage, query: URLSearchParams | undefined): boolean {
    const { allowedOrigins } = this.#general;
    return (
      method === 'OPTIONS' &&
      headers.authorization === undefined &&
      query?.has('api_key') !== true &&
      headers['access-control-request-method'] !== undefined &&
      isAllowedOrigin(allowedOrigins, headers.origin) &&
      this.#options.ready()
    );
  }

  /** As in the original; who came with a token that is none any more hears of that (RFC 6750 §3). */
  #challenge({ headers }: IncomingMessage): string {
    const given = headers.authorization ?? '';
    const bearer = given.startsWith(BEARER) && Tokens.looksLike(given.slice(BEARER.length));
    const { realm } = this.#general;
    return bearer ? `Bearer realm="${realm}", error="invalid_token"` : `Basic realm="${realm}"`;
  }

  #refuse(exchange: Exchange, error: AsterismError): void {
    const { request } = exchange;
    const extra = error.status === 401 ? ['WWW-Authenticate', this.#challenge(request)] : NOTHING;
    this.#send(exchange, asAnswer(error), extra);
  }

  /** A WebSocket does not tell its user why it did not open: asked like this, the same path does. */
  #wantsUpgrade(exchange: Exchange, user: AriUser, query: URLSearchParams | undefined): void {
    const { response } = exchange;
    const apps = (query?.get('app') ?? '').split(',').filter((each) => each !== '');
    const refused = this.#options.router.refuseSocket(user, apps);
    if (refused !== undefined) {
      this.#refuse(exchange, refused);
      return;
    }
    const serverHeader = this.#options.serverHeader();
    respond(response, serverHeader, 426, undefined, HTML_TYPE, errorPage(426, '', serverHeader));
  }

  #describe(exchange: Exchange, path: string): void {
    const { request } = exchange;
    if (request.method !== 'GET') {
      this.#refuse(exchange, new AsterismError('DOCS_METHOD'));
      return;
    }
    if (path.endsWith('/')) {
      this.#refuse(exchange, new AsterismError('TRAILING_SLASH', { args: { path: path.slice(1, -1) } }));
      return;
    }
    const { router, running, version, mount } = this.#options;
    const baseUrl = `${originOf(request)}${mount()}`;
    const found = describe(path, { baseUrl, version, running, missing: new Set(router.missing) });
    if (found === undefined) this.#refuse(exchange, new AsterismError('NOT_FOUND'));
    else if (found.type === JSON_TYPE) this.#send(exchange, { status: 200, body: found.text });
    else this.#sendPage(exchange, found);
  }

  #sendPage({ response, cors }: Exchange, { type, text, headers }: Description): void {
    respond(response, this.#options.serverHeader(), 200, undefined, type, text, [...cors, ...headers]);
  }

  /** The whole server first: nobody is asked for a password before there is something to let them into. */
  #identify(request: IncomingMessage, query: URLSearchParams | undefined): Verdict | Promise<Verdict> {
    if (!this.#options.ready()) return new AsterismError('STARTING');
    return this.#options.authenticator.identify({
      authorization: request.headers.authorization,
      apiKey: query?.get('api_key') ?? undefined,
      address: request.socket.remoteAddress ?? '',
      connection: request.socket,
    });
  }

  close(): void {
    this.#webSockets.close();
  }
}

const NOTHING: readonly string[] = [];
/** Whoever looks over the shoulder of a browser: may read what needs no object. */
const PREFLIGHT: User = { name: '', readOnly: true };

/** One request and what its answer depends on. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pretty: boolean;
  readonly cors: readonly string[];
}

/** Whether one of the subprotocols that a client offers is ours; offering none is fine. */
function acceptable(offered: string | undefined): boolean {
  if (offered === undefined) return true;
  const names = offered.split(',', MAX_PROTOCOLS + 1);
  return names.length <= MAX_PROTOCOLS && names.some((each) => each.trim() === SUBPROTOCOL);
}

/** `resume` and `consumers`, which Asterisk does not have: how a socket listens. */
function readListening(query: URLSearchParams, apps: number): Listening | AsterismError {
  const wrong = (field: string, hint: string) =>
    new AsterismError('PARAMETER_INVALID', { args: { field }, field, hint });
  const resume = query.get('resume');
  const consumers = query.get('consumers');
  if (consumers !== null && consumers !== 'shared') return wrong('consumers', "The only value is 'shared'.");
  if (resume === null) return consumers === null ? { mode: 'own' } : { mode: 'shared' };
  if (consumers !== null) return wrong('consumers', 'Events that several sockets share cannot be resumed.');
  const after = resume
    .split(',', apps + 1)
    .map((each) => (each === '' ? undefined : (parseInteger(each, 0) ?? -1)));
  if (after.length > apps || after.includes(-1)) {
    return wrong(
      'resume',
      'Give the last "sequence" of each application, in the order of app; empty for none.',
    );
  }
  return { mode: 'resume', after };
}

/** Scheme, host and port that a request was sent to, as its sender names them. */
function originOf({ socket, headers }: IncomingMessage): string {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const origin = `${scheme}://${headers.host ?? ''}`;
  return URL.canParse(origin) ? origin : `${scheme}://localhost`;
}

function farEnd({ socket }: IncomingMessage): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
