import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { isTrue } from '../conf/index.ts';
import { AsterismError } from '../errors/index.ts';
import { endSocket, errorPage, type HttpHandler, rawAnswer, readBody, respond } from '../http/index.ts';
import type { Logger } from '../log/index.ts';
import { PasswordChecker } from '../security/index.ts';
import type { AriConfig, AriUser } from './ari-config.ts';
import { apiDocs } from './descriptions.ts';
import type { EventSockets } from './event-socket.ts';
import type { AriAnswer } from './operation.ts';
import { type AriRouter, asAnswer } from './router.ts';

export interface HttpDoorOptions {
  readonly config: () => AriConfig;
  readonly router: AriRouter;
  readonly sockets: EventSockets;
  readonly serverHeader: () => string;
  /** Path that the interface is found under: `/ari`, behind the prefix of http.conf. */
  readonly mount: () => string;
  readonly running: (module: string) => boolean;
  readonly log: Logger;
}

/** Largest message that a client may send over an event socket. */
const MAX_CLIENT_FRAME = 64 * 1024;
const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html';
const EVENTS_PATH = '/events';
const SUBPROTOCOL = 'ari';

/** ARI over HTTP: who asks, what the body is, and the bytes of the answer. The operations are the router's. */
export class HttpDoor implements HttpHandler {
  readonly #options: HttpDoorOptions;
  readonly #passwords = new PasswordChecker();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_CLIENT_FRAME,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  constructor(options: HttpDoorOptions) {
    this.#options = options;
  }

  request(request: IncomingMessage, response: ServerResponse, url: string): void {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? undefined : new URLSearchParams(url.slice(mark + 1));
    const pretty = this.#options.config().pretty || isTrue(query?.get('pretty') ?? undefined);
    this.#authenticate(request, query, (user) => {
      const refusal = this.#refusal(user, request);
      if (user === undefined || refusal !== undefined) {
        this.#refuse(response, refusal, pretty);
        return;
      }
      if (path.startsWith('/api-docs/')) {
        this.#describe(request, response, path, pretty);
        return;
      }
      const { method = 'GET' } = request;
      if (path === EVENTS_PATH && method === 'GET' && this.#options.running('res_ari_events'))
        return this.#wantsUpgrade(response);
      if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') {
        return this.#dispatch(response, pretty, { method, path, query, body: undefined, user });
      }
      readBody(request, (bytes) => {
        let body: Readonly<Record<string, unknown>> | undefined;
        try {
          if (bytes === undefined) {
            // The rest of the body is not read, so that the connection cannot go on.
            response.shouldKeepAlive = false;
            throw new AsterismError('BODY_TOO_LARGE');
          }
          body = parseBody(bytes, request.headers['content-type']);
        } catch (error) {
          return this.#send(response, asAnswer(error), pretty);
        }
        this.#dispatch(response, pretty, { method, path, query, body, user });
      });
    });
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: string): void {
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
    const serverHeader = this.#options.serverHeader();
    const end = (status: number, type: string, text: string, extra: readonly string[] = []) => {
      endSocket(socket, rawAnswer(serverHeader, status, undefined, type, text, extra));
    };
    this.#authenticate(request, query, (user) => {
      const refusal = this.#refusal(user, request);
      if (refusal !== undefined) {
        const extra = refusal.code === 'UNAUTHORIZED' ? ['WWW-Authenticate', this.#challenge()] : [];
        return end(refusal.status, JSON_TYPE, asAnswer(refusal).body, extra);
      }
      if (path !== EVENTS_PATH || !this.#options.running('res_ari_events')) {
        return end(404, JSON_TYPE, asAnswer(new AsterismError('NOT_FOUND')).body);
      }
      const apps = query.get('app') ?? '';
      if (apps === '') {
        const page = errorPage(400, 'HTTP request is missing param: [app]', serverHeader);
        return end(400, HTML_TYPE, page);
      }
      const names = apps.split(',');
      if (names.includes('')) {
        return end(500, HTML_TYPE, errorPage(500, 'Stasis app registration failed', serverHeader));
      }
      const offered = request.headers['sec-websocket-protocol'];
      if (offered !== undefined && !offered.split(',').some((each) => each.trim() === SUBPROTOCOL)) {
        return end(400, HTML_TYPE, '', ['Sec-WebSocket-Version', '7, 8, 13']);
      }
      const { remoteAddress = '', remotePort = 0 } = request.socket;
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#options.sockets.open(
          webSocket,
          socket,
          names,
          isTrue(query.get('subscribeAll') ?? undefined),
          `${remoteAddress}:${remotePort}`,
        ),
      );
    });
  }

  #dispatch(response: ServerResponse, pretty: boolean, request: Parameters<AriRouter['dispatch']>[0]): void {
    try {
      const answer = this.#options.router.dispatch(request);
      if (answer instanceof Promise) {
        answer.then(
          (each) => this.#send(response, each, pretty),
          (error) => this.#failed(response, error),
        );
      } else this.#send(response, answer, pretty);
    } catch (error) {
      this.#failed(response, error);
    }
  }

  #failed(response: ServerResponse, error: unknown): void {
    this.#options.log.error(`An operation failed: ${error instanceof Error ? error.stack : String(error)}`);
    this.#send(response, asAnswer(new AsterismError('INTERNAL')), false);
  }

  #send(response: ServerResponse, answer: AriAnswer, pretty: boolean, extra?: readonly string[]): void {
    if (response.headersSent || response.destroyed) return;
    const body =
      pretty && answer.body !== '' ? JSON.stringify(JSON.parse(answer.body), null, 2) : answer.body;
    const allow = answer.allow === undefined ? extra : ['Allow', answer.allow];
    respond(response, this.#options.serverHeader(), answer.status, answer.reason, JSON_TYPE, body, allow);
  }

  /** Why somebody may not come in, undefined when they may. */
  #refusal(user: AriUser | undefined, request: IncomingMessage): AsterismError | undefined {
    if (user === undefined) return new AsterismError('UNAUTHORIZED');
    if (user.acl === undefined || user.acl.permits(request.socket.remoteAddress ?? '')) return undefined;
    return new AsterismError('ACL_DENIED');
  }

  #challenge(): string {
    return `Basic realm="${this.#options.config().realm}"`;
  }

  #refuse(response: ServerResponse, refusal: AsterismError | undefined, pretty: boolean): void {
    const error = refusal ?? new AsterismError('UNAUTHORIZED');
    const extra = error.code === 'UNAUTHORIZED' ? ['WWW-Authenticate', this.#challenge()] : undefined;
    this.#send(response, asAnswer(error), pretty, extra);
  }

  #wantsUpgrade(response: ServerResponse): void {
    const serverHeader = this.#options.serverHeader();
    respond(response, serverHeader, 426, undefined, HTML_TYPE, errorPage(426, '', serverHeader));
  }

  #describe(request: IncomingMessage, response: ServerResponse, path: string, pretty: boolean): void {
    const base = `http://${request.headers.host ?? 'localhost'}${this.#options.mount()}`;
    const found = apiDocs(path.slice('/api-docs/'.length), base, this.#options.running);
    let answer: AriAnswer;
    if (request.method !== 'GET') answer = asAnswer(new AsterismError('DOCS_METHOD'));
    else if (path.endsWith('/')) {
      answer = asAnswer(new AsterismError('TRAILING_SLASH', { args: { path: path.slice(1, -1) } }));
    } else if (found === undefined) answer = asAnswer(new AsterismError('NOT_FOUND'));
    else answer = { status: 200, body: JSON.stringify(found) };
    this.#send(response, answer, pretty);
  }

  /** Basic first, then `api_key`, as the original looks; answers at once unless a hash has to be computed. */
  #authenticate(
    request: IncomingMessage,
    query: URLSearchParams | undefined,
    done: (user: AriUser | undefined) => void,
  ): void {
    const header = request.headers.authorization;
    const given = header?.startsWith('Basic ')
      ? Buffer.from(header.slice(6), 'base64').toString('utf8')
      : (query?.get('api_key') ?? '');
    const colon = given.indexOf(':');
    const user = colon < 0 ? undefined : this.#options.config().users.get(given.slice(0, colon));
    const password = given.slice(colon + 1);
    if (user === undefined) done(undefined);
    else if (!user.crypted) done(this.#passwords.plain(password, user.password) ? user : undefined);
    else if (this.#passwords.known(password, user.password)) done(user);
    else void this.#passwords.crypt(password, user.password).then((ok) => done(ok ? user : undefined));
  }

  async close(): Promise<void> {
    this.#webSockets.close();
    await this.#passwords.close();
  }
}

/** A JSON object or the fields of a form; anything else is no body. @throws {AsterismError} BODY_NOT_JSON */
function parseBody(
  bytes: Buffer,
  contentType: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (bytes.length === 0 || contentType === undefined) return undefined;
  const semicolon = contentType.indexOf(';');
  const type = (semicolon < 0 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded')
    return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
  if (type !== JSON_TYPE) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AsterismError('BODY_NOT_JSON', { detail: withoutBody((error as Error).message) });
  }
  if (typeof parsed !== 'object' || parsed === null) {
    throw new AsterismError('BODY_NOT_JSON', { detail: 'the body is not a JSON object' });
  }
  return Array.isArray(parsed) ? undefined : (parsed as Record<string, unknown>);
}

/** What the JSON parser says, without the piece of the body that it repeats: a password may be in there. */
function withoutBody(message: string): string {
  const snippet = /,? *(?:\.\.\.)?"/.exec(message);
  const kept = snippet === null ? message : message.slice(0, snippet.index);
  return kept === '' ? 'the body is not JSON' : kept;
}
