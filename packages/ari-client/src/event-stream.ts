import { Backoff } from './backoff.ts';
import { AriConnectionError, AriError } from './errors.ts';
import { type AriEvent, type AriEventOf, type AriEventType, eventTypes } from './generated/models.ts';
import type { WebSocketConstructor, WebSocketLike } from './web-socket.ts';

export interface ListenOptions {
  /** The applications to be. */
  readonly apps: string | readonly string[];
  /** Receive the events of everything there is. */
  readonly subscribeAll?: boolean;
  /**
   * Let the server keep events while the connection is lost, and receive them after. Asterism with `resume_grace`;
   * others have no such thing and events are lost. What could not be kept is told by `EventsMissed`.
   */
  readonly resume?: boolean;
  /** Share the calls of the applications with other clients. Asterism alone; not together with `resume`. */
  readonly shared?: boolean;
  /** Milliseconds before the first try to connect again, which double up to `maxDelayMs`. Default 250 and 30 000. */
  readonly minDelayMs?: number;
  readonly maxDelayMs?: number;
  /** Milliseconds that a connection may take to open. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Hears what listeners throw. Without it that is thrown outside of everything, as with any other callback. */
  readonly onListenerError?: (error: unknown) => void;
}

export interface NextOptions<E> {
  /** Passes over events that it is false for. */
  readonly where?: (event: E) => boolean;
  /** Milliseconds to wait; default for ever. */
  readonly timeoutMs?: number;
}

/** How the connection does. */
export type ConnectionChange =
  | { readonly state: 'open' }
  | { readonly state: 'waiting'; readonly delayMs: number }
  | { readonly state: 'closed'; readonly error?: Error };

/** A message of a type that this version of the client does not know. */
export interface UnknownMessage {
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface EventStreamOptions extends ListenOptions {
  readonly url: string;
  /** `user:password`, or a token. */
  readonly apiKey: string;
  readonly webSocket: WebSocketConstructor;
  /** Asks the server something small, to learn whether it refuses this user. */
  readonly probe: () => Promise<unknown>;
}

type Listener = (event: never) => void;

const MIN_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that held for so long was a good one: the next loss begins with the shortest delay. */
const STEADY_MS = 5_000;
/** Statuses that no patience cures. */
const REFUSED = [401, 403];
const known: ReadonlySet<string> = new Set(eventTypes);

/** The events of applications, over a WebSocket that comes back when it is lost. */
export class AriEventStream {
  readonly #options: EventStreamOptions;
  readonly #apps: readonly string[];
  readonly #backoff: Backoff;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #every = new Set<Listener>();
  readonly #unknown = new Set<Listener>();
  readonly #changes = new Set<Listener>();
  /** Promises of `next` that are rejected when it is over. */
  readonly #waiting = new Set<(error: Error) => void>();
  /** The `sequence` that was seen last of each application. */
  readonly #seen = new Map<string, number>();
  #socket: WebSocketLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #open = false;
  /** Whether it was ever open. */
  #opened = false;
  /** Resolved when the connection first stands; rejected when it never will. */
  readonly ready: Promise<void>;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#apps = typeof options.apps === 'string' ? [options.apps] : options.apps;
    if (this.#apps.length === 0) throw new TypeError('There is no application to listen for');
    if (options.resume === true && options.shared === true)
      throw new TypeError('Events that several clients share cannot be resumed');
    this.#backoff = new Backoff({
      minMs: options.minDelayMs ?? MIN_DELAY_MS,
      maxMs: options.maxDelayMs ?? MAX_DELAY_MS,
      random: Math.random,
    });
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Who does not look at it hears of the failure from onChange.
    this.ready.catch(() => {});
    this.#connect();
  }

  get open(): boolean {
    return this.#open;
  }

  /** Calls a listener with each event of a type. Answers what ends it. */
  on<T extends AriEventType>(type: T, listener: (event: AriEventOf<T>) => void): () => void {
    let found = this.#listeners.get(type);
    if (found === undefined) {
      found = new Set();
      this.#listeners.set(type, found);
    }
    return add(found, listener);
  }

  /** Calls a listener with each event. Answers what ends it. */
  onAny(listener: (event: AriEvent) => void): () => void {
    return add(this.#every, listener);
  }

  /** Calls a listener with messages that a newer server sends. Answers what ends it. */
  onUnknown(listener: (message: UnknownMessage) => void): () => void {
    return add(this.#unknown, listener);
  }

  /** Calls a listener when the connection opens, is lost, or is given up. Answers what ends it. */
  onChange(listener: (change: ConnectionChange) => void): () => void {
    return add(this.#changes, listener);
  }

  /** The next event of a type that comes after this call. Rejected when the stream is closed or the time is over. */
  next<T extends AriEventType>(type: T, options: NextOptions<AriEventOf<T>> = {}): Promise<AriEventOf<T>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        stop();
        clearTimeout(timer);
        this.#waiting.delete(fail);
      };
      const fail = (error: Error): void => {
        end();
        reject(error);
      };
      const { where, timeoutMs } = options;
      const stop = this.on(type, (event) => {
        if (where !== undefined && !where(event)) return;
        end();
        resolve(event);
      });
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => fail(new AriConnectionError('events', `No ${type} came in time`)), timeoutMs);
      this.#waiting.add(fail);
      if (this.#closed) fail(new AriConnectionError('events', 'The event stream is closed'));
    });
  }

  /** Ends the connection for good. */
  close(): void {
    this.#finish();
  }

  #finish(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = undefined;
    const reason = error ?? new AriConnectionError('events', 'The event stream is closed');
    this.#settle?.reject(reason);
    for (const fail of [...this.#waiting]) fail(reason);
    this.#tell({ state: 'closed', ...(error && { error }) });
  }

  #address(): string {
    const { url, apiKey, subscribeAll, resume, shared } = this.#options;
    const query = new URLSearchParams({ app: this.#apps.join(',') });
    if (subscribeAll === true) query.set('subscribeAll', 'true');
    if (resume === true) {
      // The first time from now on; later, of applications that nothing came from yet, everything that is kept.
      const none = this.#opened ? 0 : '';
      query.set('resume', this.#apps.map((app) => this.#seen.get(app) ?? none).join(','));
    }
    if (shared === true) query.set('consumers', 'shared');
    // Browsers cannot send headers with a WebSocket.
    query.set('api_key', apiKey);
    return `${url.replace(/^http/, 'ws')}/events?${query}`;
  }

  #connect(): void {
    const Constructor = this.#options.webSocket;
    const socket = new Constructor(this.#address(), 'ari');
    this.#socket = socket;
    let openedAt: number | undefined;
    const mine = () => this.#socket === socket;
    const patience = this.#options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#timer = setTimeout(() => this.#lost(socket, undefined), patience);
    socket.addEventListener('open', () => {
      if (!mine()) return;
      clearTimeout(this.#timer);
      openedAt = Date.now();
      this.#open = true;
      this.#opened = true;
      this.#settle?.resolve();
      this.#tell({ state: 'open' });
    });
    socket.addEventListener('message', ({ data }) => {
      if (mine() && typeof data === 'string') this.#receive(data);
    });
    // What went wrong is not told by browsers; that it did, by `close`, which follows.
    socket.addEventListener('error', () => {});
    socket.addEventListener('close', () => this.#lost(socket, openedAt));
  }

  #lost(socket: WebSocketLike, openedAt: number | undefined): void {
    if (this.#socket !== socket || this.#closed) return;
    clearTimeout(this.#timer);
    this.#socket = undefined;
    this.#open = false;
    socket.close();
    if (openedAt === undefined) {
      void this.#refused().then((error) => (error === undefined ? this.#wait() : this.#finish(error)));
    } else {
      if (Date.now() - openedAt >= STEADY_MS) this.#backoff.reset();
      this.#wait();
    }
  }

  /** Whether the server lets this user in at all; a WebSocket does not say why it did not open. */
  async #refused(): Promise<Error | undefined> {
    try {
      await this.#options.probe();
    } catch (error) {
      if (error instanceof AriError && REFUSED.includes(error.status)) return error;
    }
    return undefined;
  }

  #wait(): void {
    if (this.#closed) return;
    const delayMs = this.#backoff.next();
    this.#timer = setTimeout(() => this.#connect(), delayMs);
    this.#tell({ state: 'waiting', delayMs });
  }

  #receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (!isMessage(message)) return;
    const { type, application, sequence } = message;
    if (typeof application === 'string' && typeof sequence === 'number')
      this.#seen.set(application, sequence);
    if (!known.has(type)) this.#call(this.#unknown, message);
    else {
      this.#call(this.#listeners.get(type), message);
      this.#call(this.#every, message);
    }
  }

  #tell(change: ConnectionChange): void {
    this.#call(this.#changes, change);
  }

  /** One listener that throws keeps nothing from the others. */
  #call(listeners: ReadonlySet<Listener> | undefined, value: unknown): void {
    if (listeners === undefined) return;
    for (const listener of [...listeners]) {
      try {
        listener(value as never);
      } catch (error) {
        const { onListenerError } = this.#options;
        if (onListenerError !== undefined) onListenerError(error);
        else
          queueMicrotask(() => {
            throw error;
          });
      }
    }
  }
}

function add(listeners: Set<Listener>, listener: Listener): () => void {
  // Wrapped, so that one function given twice is two listeners, and ending one does not end the other.
  const own: Listener = (event) => listener(event);
  listeners.add(own);
  return () => {
    listeners.delete(own);
  };
}

function isMessage(value: unknown): value is UnknownMessage {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
}
