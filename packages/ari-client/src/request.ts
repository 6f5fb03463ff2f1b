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

const NO_PART = ['', '.', '..'];

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
    const [url, init] = this.#prepare(operation, new Map(Object.entries(parameters)));
    let response: Response;
    let content: Uint8Array | string;
    try {
      response = await this.#options.fetch(url, { ...init, signal });
      const bytes = result === 'bytes' && response.ok;
      content = bytes ? new Uint8Array(await response.arrayBuffer()) : await response.text();
    } catch (error) {
      options.signal?.throwIfAborted();
      if (patience.aborted) throw new AriConnectionError(key, 'No answer came in time', error);
      const reason = error instanceof Error ? error.message : String(error);
      throw new AriConnectionError(key, `No answer came: ${reason}`, error);
    }
    if (typeof content !== 'string') return content as T;
    if (!response.ok) throw AriError.from(key, response.status, content);
    if (result === 'none') return undefined as T;
    try {
      return JSON.parse(content) as T;
    } catch (error) {
      throw new AriConnectionError(key, 'The answer cannot be read', error);
    }
  }

  #prepare(
    { key, method, path, query = [], members = [], body }: Operation,
    given: ReadonlyMap<string, unknown>,
  ): [url: string, init: RequestInit] {
    const place = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = given.get(name);
      const part = String(value ?? '');
      // Nothing, and dots even when they are encoded, would be another path, and with it perhaps another operation.
      if (NO_PART.includes(part)) throw new TypeError(`${key} needs another ${name} than '${part}'`);
      return encodeURIComponent(part);
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
      { method, headers, ...(content !== undefined && { body: JSON.stringify(content) }) },
    ];
  }
}
