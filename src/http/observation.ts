import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

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

  #watch(request: IncomingMessage, response: ServerResponse, id: string | undefined): void {
    const start = this.#monotonic();
    const { url = '', method = '' } = request;
    const mark = url.indexOf('?');
    const about = {
      id,
      method,
      path: mark < 0 ? url : url.slice(0, mark),
      remote: request.socket.remoteAddress ?? '',
    };
    began.publish(about);
    response.once('close', () => {
      const exchange: HttpExchange = {
        ...about,
        status: response.statusCode,
        ms: this.#monotonic() - start,
        complete: response.writableFinished,
      };
      ended.publish(exchange);
      for (const observer of this.#observers) observer(exchange);
    });
  }
}
