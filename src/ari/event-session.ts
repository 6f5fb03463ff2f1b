import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { User } from '../security/index.ts';
import type { AppEvent, Consumer } from '../stasis/index.ts';
import { textFrame } from './frame.ts';
import type { Listening } from './listeners.ts';
import { Outlet, type OutletOptions } from './outlet.ts';

/** How a socket came about. */
export type SessionKind = 'inbound' | 'persistent' | 'per_call_config' | 'per_call';

/** Whom a socket serves. */
export interface SessionSpec {
  readonly kind: SessionKind;
  /** `address:port` of the far end. */
  readonly remote: string;
  readonly apps: readonly string[];
  readonly subscribeAll: boolean;
  /** How it listens; alone unless it asks for something else. */
  readonly listening?: Listening;
  /** Name in lists; without one it is numbered. */
  readonly id?: string;
  /** The user whose rights requests over this socket have, as ari.conf says now; undefined when it is no more. */
  readonly user: () => User | undefined;
  /** Whether the user may still be these applications; without it a socket stays whatever becomes of the user. */
  readonly mayStay?: () => boolean;
  /** When the token ends that opened it, in milliseconds since 1970. */
  readonly expires?: number;
}

export interface SessionOptions {
  readonly id: string;
  readonly spec: SessionSpec;
  readonly webSocket: WebSocket;
  readonly stream: Duplex;
  readonly outlet: Omit<OutletOptions, 'tooSlow'>;
  /** Writes one event of one application. */
  readonly render: (session: EventSession, event: AppEvent, application: string) => void;
  /** Answers a request that came as a message; the text of the answer. */
  readonly answer: (session: EventSession, text: string) => string | Promise<string>;
  readonly tooSlow: (session: EventSession, why: string) => void;
}

const NOTHING = Buffer.alloc(0);

/** Requests that may wait on one socket before no more are read from it. */
const MAX_REQUESTS = 100;
/** How long a far end has to answer a close before the connection is cut. */
const CLOSE_TIMEOUT_MS = 1_000;

/** One event socket: the consumer of its applications, and a door for requests. */
export class EventSession implements Consumer {
  readonly id: string;
  readonly spec: SessionSpec;
  readonly #options: SessionOptions;
  readonly #outlet: Outlet;
  /** Requests that wait for the one under way: they are answered in their order. */
  #requests: string[] = [];
  #busy = false;
  /** Whether it has answered since the last ping. */
  alive = true;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.id = options.id;
    this.spec = options.spec;
    this.#outlet = new Outlet(options.stream, {
      ...options.outlet,
      tooSlow: (why) => {
        options.tooSlow(this, why);
        options.webSocket.terminate();
      },
    });
    const { webSocket } = options;
    webSocket.on('pong', () => {
      this.alive = true;
    });
    webSocket.on('message', (data) => this.#received(data));
  }

  get open(): boolean {
    const { webSocket } = this.#options;
    return webSocket.readyState === webSocket.OPEN;
  }

  tell(event: AppEvent, application: string): void {
    if (this.open) this.#options.render(this, event, application);
  }

  /** Sends a message that is encoded already; its end may differ from that of others. */
  send(start: Buffer, end: Buffer = NOTHING): void {
    if (this.open) this.#outlet.write(textFrame(start, end, this.spec.kind !== 'inbound'));
  }

  sendText(text: string): void {
    this.send(Buffer.from(text));
  }

  ping(): void {
    this.alive = false;
    this.#options.webSocket.ping();
  }

  #received(data: RawData): void {
    const text = Buffer.isBuffer(data)
      ? data.toString('utf8')
      : Buffer.concat([data].flat() as Buffer[]).toString('utf8');
    this.#requests.push(text);
    if (this.#requests.length >= MAX_REQUESTS) this.#options.webSocket.pause();
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let text = this.#requests.shift(); text !== undefined; text = this.#requests.shift()) {
      const answer = this.#options.answer(this, text);
      this.sendText(typeof answer === 'string' ? answer : await answer);
      if (this.#requests.length === 0 && this.#options.webSocket.isPaused) this.#options.webSocket.resume();
    }
    this.#busy = false;
  }

  /** Says goodbye; a far end that does not answer is cut off. */
  end(code = 1000): void {
    const { webSocket, outlet } = this.#options;
    this.#outlet.close();
    webSocket.close(code);
    const timer = outlet.clock.after(CLOSE_TIMEOUT_MS, () => webSocket.terminate());
    webSocket.once('close', () => timer.cancel());
  }

  cut(): void {
    this.#options.webSocket.terminate();
  }

  /** The socket is gone. */
  closed(): void {
    this.#outlet.close();
    this.#requests = [];
  }
}
