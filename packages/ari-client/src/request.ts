import { AriConnectionError, AriError } from './errors.ts';

/** What the generated methods say about an operation. */
export interface Operation {
  /** `resource.id`. */
  readonly key: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{name}` where parameters go. */
  readonly path: string;
  readonly query?: readonly string[];
  /** Parameters that are members of the body. */
  readonly members?: readonly string[];
  /** The parameter that is the body. */
  readonly body?: string;
  readonly result: 'json' | 'none' | 'bytes';
}

export interface CallOptions {
  /** Ends the request; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the answer; default what the client has. */
  readonly timeoutMs?: number | undefined;
}

export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export interface RequesterOptions {
  /** Where the interface is, without a slash at the end. */
  readonly url: string;
  readonly authorization: string;
  readonly fetch: FetchLike;
  readonly timeoutMs: number;
}

/** Sends requests and reads answers. Nothing is tried twice: an operation may have been done before its answer got lost. */
export class Requester {
  readonly #options: RequesterOptions;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  /** The result, which the caller knows the type of. Throws AriError, AriConnectionError, or the signal's reason. */
  async send<T>(operation: Operation, parameters: object = {}, options: CallOptions = {}): Promise<T> {
    const { key, result } = operation;
    const patience = AbortSignal.timeout(options.timeoutMs ?? this.#options.timeoutMs);
    const signal = options.signal === undefined ? patience : AbortSignal.any([options.signal, patience]);
    try {
      const response = await this.#options.fetch(
        ...this.#prepare(operation, new Map(Object.entries(parameters)), signal),
      );
      if (!response.ok) throw AriError.from(key, response.status, await response.text());
      if (result === 'bytes') return new Uint8Array(await response.arrayBuffer()) as T;
      const text = await response.text();
      return (result === 'none' ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      if (error instanceof AriError) throw error;
      options.signal?.throwIfAborted();
      if (patience.aborted) throw new AriConnectionError(key, 'No answer came in time', error);
      const reason = error instanceof Error ? error.message : String(error);
      throw new AriConnectionError(key, `No answer came: ${reason}`, error);
    }
  }

  #prepare(
    { key, method, path, query = [], members = [], body }: Operation,
    given: ReadonlyMap<string, unknown>,
    signal: AbortSignal,
  ): [url: string, init: RequestInit] {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = given.get(name);
      // An empty part would be another path, and with it perhaps another operation.
      if (value === undefined || value === '') throw new TypeError(`${key} needs ${name}`);
      return encodeURIComponent(String(value));
    });
    const search = new URLSearchParams();
    for (const name of query) {
      const value = given.get(name);
      if (value !== undefined) search.set(name, Array.isArray(value) ? value.join(',') : String(value));
    }
    const inside = members.filter((name) => given.get(name) !== undefined);
    const content =
      body === undefined
        ? inside.length > 0
          ? Object.fromEntries(inside.map((name) => [name, given.get(name)]))
          : undefined
        : given.get(body);
    const { url, authorization } = this.#options;
    const asked = search.size > 0 ? `?${search}` : '';
    const headers: Record<string, string> = { authorization };
    if (content !== undefined) headers['content-type'] = 'application/json';
    return [
      `${url}${place}${asked}`,
      { method, headers, signal, ...(content !== undefined && { body: JSON.stringify(content) }) },
    ];
  }
}
