import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorPage, type HttpHandler, type HttpServer, readBody, respond } from '../../http/index.ts';
import { failure, type RelayedReply, type Reply, type WholeReply } from '../action.ts';
import { endsOf } from '../listener.ts';
import { header, type Packet, render } from '../packet.ts';
import { packets } from '../reply.ts';
import type { Session, SessionHost } from '../session.ts';
import { DigestNonces, readDigest } from './digest.ts';
import { type DoorSpec, doors } from './formats.ts';
import { HttpSession, queryPacket } from './http-session.ts';

const COOKIE = 'mansession_id';
/** Sessions over HTTP at once; more are refused until some end. */
const MAX_SESSIONS = 1_000;
/** Most that is kept of another server's answer. */
const MAX_ANSWER_CHARS = 4 * 1024 * 1024;

export interface HttpDoorHost extends SessionHost {
  /** Whether one more client may be known without having logged in. */
  admits(): boolean;
  enter(session: Session): void;
  leave(session: Session): void;
}

/** Whom a request is from: the session of its cookie or nonce. */
interface Client {
  readonly id: string;
  readonly http: HttpSession;
}

/** The manager interface on the HTTP server: an action for each request, a session for each cookie or nonce. */
export class HttpDoor {
  readonly #host: HttpDoorHost;
  readonly #http: HttpServer;
  readonly #nonces: DigestNonces;
  readonly #sessions = new Map<string, HttpSession>();
  #unmount: (() => void)[] = [];

  constructor(host: HttpDoorHost, http: HttpServer) {
    this.#host = host;
    this.#http = http;
    this.#nonces = new DigestNonces(host.clock);
  }

  /** Follows `enabled` and `webenabled`. */
  apply(): void {
    const { enabled, webEnabled } = this.#host.config();
    if (!(enabled && webEnabled)) this.close();
    else if (this.#unmount.length === 0) {
      this.#unmount = doors.map((door) =>
        this.#http.handle(door.prefix, this.#handler(door), door.about, false),
      );
    }
  }

  #handler(door: DoorSpec): HttpHandler {
    const answer = (request: IncomingMessage, response: ServerResponse, texts: readonly string[]) => {
      this.#answer(door, request, response, texts).catch((error) => {
        this.#host.log.error(`A request failed: ${error instanceof Error ? error.stack : String(error)}`);
        if (!response.headersSent) this.#page(response, 500);
      });
    };
    return {
      request: (request, response, path) => {
        // A browser sends its cookies also with requests that a foreign page makes it send.
        if (request.headers['sec-fetch-site'] === 'cross-site') {
          this.#page(response, 403, 'Requests from other sites are refused');
          return;
        }
        const query = path.startsWith('?') ? path.slice(1) : '';
        if (request.method === 'GET') answer(request, response, [query]);
        else if (request.method === 'POST') {
          readBody(request, (body) => {
            if (body === undefined) this.#page(response, 413);
            else answer(request, response, [query, body.toString('utf8')]);
          });
        } else this.#page(response, 501, 'Attempt to use unimplemented / unsupported method');
      },
    };
  }

  #page(response: ServerResponse, status: number, detail = '', extra: readonly string[] = []): void {
    const { serverHeader } = this.#http;
    const page = errorPage(status, detail, serverHeader);
    respond(response, serverHeader, status, undefined, 'text/html', page, extra);
  }

  async #answer(
    door: DoorSpec,
    request: IncomingMessage,
    response: ServerResponse,
    texts: readonly string[],
  ): Promise<void> {
    const packet = queryPacket(texts);
    if (packet === undefined) {
      this.#page(response, 400, 'Too many parameters');
      return;
    }
    const client = door.digest ? await this.#byDigest(request, response) : this.#byCookie(request);
    if (client === undefined) return;
    const { id, http } = client;
    http.interrupt();
    const known = this.#sessions.has(id);
    const given =
      known || this.#hasRoom() ? await http.session.dispatch(packet) : failure('Too many sessions');
    const reply = given.kind === 'relayed' ? await whole(given) : given;
    this.#write(door, packet, response, reply, door.digest ? undefined : id);
    if ('closes' in reply && reply.closes === true) this.#forget(id, http, 'logged off');
    else if (http.session.user === undefined && !http.session.challenged) this.#forget(id, http, 'left');
    else this.#keep(id, http);
    if ('afterwards' in reply) reply.afterwards?.();
  }

  #byCookie(request: IncomingMessage): Client {
    const given = cookieOf(request.headers.cookie);
    const known = this.#sessions.get(given);
    if (known !== undefined) return { id: given, http: known };
    return this.#newClient(randomBytes(24).toString('hex'), request);
  }

  #newClient(id: string, request: IncomingMessage): Client {
    const http: HttpSession = new HttpSession(this.#host, endsOf(request.socket), (how) =>
      this.#forget(id, http, how),
    );
    return { id, http };
  }

  /** The client of an answer to a challenge, logged in; undefined when it was asked to answer (another) one. */
  async #byDigest(request: IncomingMessage, response: ServerResponse): Promise<Client | undefined> {
    const answer = readDigest(request.headers.authorization, request.method ?? '', request.url ?? '');
    if (answer === undefined) return this.#challenge(response, false);
    const { username, nonce, count, matches } = answer;
    const known = this.#sessions.get(nonce);
    if (known === undefined) {
      if (!this.#nonces.fresh(nonce, this.#host.config().httpTimeout)) return this.#challenge(response, true);
      if (!this.#hasRoom()) return this.#challenge(response, false);
      const { http } = this.#newClient(nonce, request);
      const reply = await http.session.login({
        username,
        proves: (secret) => matches(secret) && secret !== '',
        fault: 'ChallengeResponseFailed',
        eventMask: undefined,
      });
      if (reply.kind !== 'success') return this.#challenge(response, false);
      http.count = count;
      this.#keep(nonce, http);
      reply.afterwards?.();
      return { id: nonce, http };
    }
    const { user } = known.session;
    const same = user !== undefined && user.name.toLowerCase() === username.toLowerCase();
    if (!same || !matches(user.secret)) return this.#challenge(response, false);
    // A count that was there before is an answer that somebody has listened to (RFC 7616 §3.3, nc).
    if (count !== 0 && count <= known.count) return this.#challenge(response, true);
    known.count = count;
    return { id: nonce, http: known };
  }

  #challenge(response: ServerResponse, stale: boolean): undefined {
    this.#page(response, 401, '', ['WWW-authenticate', this.#nonces.challenge(stale)]);
  }

  #hasRoom(): boolean {
    return this.#sessions.size < MAX_SESSIONS && this.#host.admits();
  }

  #keep(id: string, http: HttpSession): void {
    if (!this.#sessions.has(id)) {
      this.#sessions.set(id, http);
      this.#host.enter(http.session);
    }
    http.touch(this.#host.config().httpTimeout, () => this.#forget(id, http, 'timed out'));
  }

  #forget(id: string, http: HttpSession, how: string): void {
    this.#sessions.delete(id);
    http.close(how);
    this.#host.leave(http.session);
  }

  #write(
    { format, prefix }: DoorSpec,
    packet: Packet,
    response: ServerResponse,
    reply: Reply,
    cookie: string | undefined,
  ): void {
    const query = new Map(packet.map(([name, value]) => [name.toLowerCase(), value]));
    const actionId = header(packet, 'ActionID');
    const parts = [format.begin(prefix)];
    for (const each of packets(reply, actionId === '' ? undefined : actionId))
      parts.push(typeof each === 'string' ? eventText(format, each, query) : format.packet(each, query));
    parts.push(format.end());
    const seconds = this.#host.config().httpTimeout;
    const { serverHeader } = this.#http;
    respond(response, serverHeader, 200, undefined, format.contentType, parts.join(''), [
      ...(cookie === undefined ? [] : ['Set-Cookie', `${COOKIE}="${cookie}"; Version=1; Max-Age=${seconds}`]),
      'Pragma',
      'SuppressEvents',
    ]);
  }

  /** Takes the addresses back and lets everybody go. */
  close(): void {
    for (const off of this.#unmount.splice(0)) off();
    for (const [id, http] of [...this.#sessions]) this.#forget(id, http, 'was let go');
  }
}

/** Events were rendered for everybody; other formats than the raw one take them apart again. */
function eventText(format: DoorSpec['format'], events: string, query: ReadonlyMap<string, string>): string {
  if (format.contentType === 'text/plain') return events;
  let text = '';
  for (const event of events.split('\r\n\r\n')) {
    if (event === '') continue;
    const headers = event.split('\r\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    });
    text += format.packet(headers, query);
  }
  return text;
}

/** The session's cookie, with or without quotes; empty when there is none. */
function cookieOf(text: string | undefined): string {
  for (const part of text?.split(';') ?? []) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === COOKIE)
      return part
        .slice(equals + 1)
        .trim()
        .replaceAll('"', '');
  }
  return '';
}

/** Waits for all of another server's answer; what goes beyond the limit is left out, and the last packet says so. */
async function whole(reply: RelayedReply): Promise<WholeReply> {
  const parts: string[] = [];
  let chars = 0;
  await reply.run((text) => {
    chars += text.length;
    if (chars <= MAX_ANSWER_CHARS) parts.push(text);
  });
  if (chars > MAX_ANSWER_CHARS)
    parts.push(
      render([
        ['Response', 'Error'],
        ['Message', 'The answer is too long to be given over HTTP'],
      ]),
    );
  return { kind: 'whole', text: parts.join('') };
}
