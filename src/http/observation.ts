import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request and how it was answered. */
export interface HttpExchange {
  /** What the client, or this server, calls it. */
  readonly id: string | undefined;
  readonly method: string;
  /** Without query: `api_key` is in there. */
  readonly path: string;
  readonly status: number;
  /** Milliseconds from the headers of the request to the end of the answer. */
  readonly ms: number;
  readonly remote: string;
  /** False when the client went away before the end. */
  readonly complete: boolean;
}

export type HttpObserver = (exchange: HttpExchange) => void;

/** Channels of `node:diagnostics_channel`: a request has come, and it has been answered. */
const began = channel('asterism:http:request');
const ended = channel('asterism:http:response');

const REQUEST_ID = 'X-Request-Id';
/** What a client may call its request. */
const GIVEN_ID = /^[\w.:-]{1,128}$/;

/** Watches requests for whoever wants to know; costs nothing while nobody does. */
export class Observation {
  readonly #observers = new Set<HttpObserver>();
  readonly #monotonic: () => number;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Hears of every request until the returned function is called. */
  add(observer: HttpObserver): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  begin(request: IncomingMessage, response: ServerResponse): void {
    const given = request.headers['x-request-id'];
    const wanted = this.#observers.size > 0 || began.hasSubscribers || ended.hasSubscribers;
    if (given === undefined && !wanted) return;
    const own = wanted ? randomUUID() : undefined;
    const id = typeof given === 'string' && GIVEN_ID.test(given) ? given : own;
    if (id !== undefined) response.setHeader(REQUEST_ID, id);
    if (wanted) this.#watch(request, response, id);
  }

  /** A request for another protocol: it is answered by whoever writes the first bytes into the connection. */
  beginUpgrade(request: IncomingMessage, socket: Duplex): void {
    if (this.#observers.size === 0 && !began.hasSubscribers && !ended.hasSubscribers) return;
    const given = request.headers['x-request-id'];
    const start = this.#monotonic();
    const about = describe(request, typeof given === 'string' && GIVEN_ID.test(given) ? given : randomUUID());
    began.publish(about);
    const answered = (status: number, complete: boolean) => {
      socket.off('close', gone);
      Reflect.deleteProperty(socket, 'write');
      Reflect.deleteProperty(socket, 'end');
      this.#tell({ ...about, status, ms: this.#monotonic() - start, complete });
    };
    const gone = () => answered(0, false);
    socket.once('close', gone);
    for (const way of ['write', 'end'] as const) {
      // Until the first line of the answer has passed; what comes after is no business of this part.
      Reflect.set(socket, way, (...parts: readonly unknown[]): unknown => {
        const status = statusOf(parts[0]);
        answered(status, status > 0);
        return Reflect.apply(socket[way], socket, parts);
      });
    }
  }

  #watch(request: IncomingMessage, response: ServerResponse, id: string | undefined): void {
    const start = this.#monotonic();
    const about = describe(request, id);
    began.publish(about);
    response.once('close', () => {
      this.#tell({
        ...about,
        status: response.statusCode,
        ms: this.#monotonic() - start,
        complete: response.writableFinished,
      });
    });
  }

  #tell(exchange: HttpExchange): void {
    ended.publish(exchange);
    for (const observer of this.#observers) observer(exchange);
  }
}

function describe({ url = '', method = '', socket }: IncomingMessage, id: string | undefined) {
  const mark = url.indexOf('?');
  return { id, method, path: mark < 0 ? url : url.slice(0, mark), remote: socket.remoteAddress ?? '' };
}

/** The status in the first line of an answer; 0 for what is none. */
function statusOf(start: unknown): number {
  const text = typeof start === 'string' || Buffer.isBuffer(start) ? start.toString().slice(0, 12) : '';
  return Number(/^HTTP\/1\.[01] (\d{3})$/.exec(text)?.[1] ?? 0);
}
