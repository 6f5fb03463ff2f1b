import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Logger } from '../log/index.ts';
import type { Clock, Timer } from '../platform/index.ts';
import type { AppEvent, Consumer, Stasis } from '../stasis/index.ts';
import { forApplication, renderEvent } from './events.ts';

/** Bytes that may wait for one slow reader before its socket is closed; the others never notice. */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;
/** How often an idle socket is pinged, and how long its answer may take. */
const PING_INTERVAL_MS = 30_000;
/** Close code for a reader that is too slow (RFC 6455 §7.4.1: policy violation). */
const TOO_SLOW = 1008;
/** Close code for one that is ended from this side (RFC 6455 §7.4.1: going away). */
const GOING_AWAY = 1001;

interface OpenSocket extends SocketView {
  readonly consumer: Consumer;
  alive: boolean;
}

export interface EventSocketsOptions {
  readonly stasis: Stasis;
  readonly clock: Clock;
  readonly asteriskId: string;
  readonly pretty: () => boolean;
  readonly log: Logger;
}

/** An event socket, as lists show it. */
export interface SocketView {
  readonly id: string;
  /** `address:port` of the client. */
  readonly remote: string;
  readonly apps: readonly string[];
}

/** The WebSockets of `/ari/events`: each is the consumer of its applications. */
export class EventSockets {
  readonly #options: EventSocketsOptions;
  readonly #open = new Map<WebSocket, OpenSocket>();
  /** The last event rendered: several applications of several sockets get the same text. */
  #rendered: { readonly event: AppEvent; readonly text: string } | undefined;
  #pings: Timer | undefined;
  /** Sockets closed because their reader was too slow. */
  dropped = 0;

  constructor(options: EventSocketsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Every open socket, the youngest last. */
  *list(): Iterable<SocketView> {
    for (const { id, remote, apps } of this.#open.values()) yield { id, remote, apps };
  }

  /** Closes one socket, or every one. Returns how many that were. */
  shutDown(id?: string): number {
    const closing = [...this.#open].filter(([, each]) => id === undefined || each.id === id);
    for (const [socket, each] of closing) {
      this.#options.log.notice(`${each.id}: Shutting down inbound ARI websocket session from ${each.remote}`);
      socket.close(GOING_AWAY, 'shut down');
    }
    return closing.length;
  }

  /** `stream` is the connection below: what a turn of the event loop brings goes out on it in one piece. */
  open(
    socket: WebSocket,
    stream: Writable,
    apps: readonly string[],
    subscribeAll: boolean,
    remote = '',
  ): void {
    const { stasis, log } = this.#options;
    const gathered = gathering(stream);
    const consumer: Consumer = {
      tell: (event, application) => {
        gathered();
        this.#tell(socket, event, application);
      },
    };
    this.#open.set(socket, { id: randomUUID(), remote, apps, consumer, alive: true });
    this.#pings ??= this.#options.clock.after(PING_INTERVAL_MS, () => this.#ping());
    socket.on('pong', () => {
      const entry = this.#open.get(socket);
      if (entry !== undefined) entry.alive = true;
    });
    socket.on('error', (error) => log.debug(`Event socket: ${error.message}`));
    socket.on('close', () => {
      this.#open.delete(socket);
      stasis.unregister(consumer);
    });
    for (const app of apps) stasis.register(app, consumer, subscribeAll);
  }

  #tell(socket: WebSocket, event: AppEvent, application: string): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MAX_QUEUED_BYTES) {
      this.dropped++;
      this.#options.log.warning(
        `Closing the event socket of '${application}': ${socket.bufferedAmount} bytes wait for its reader`,
      );
      socket.close(TOO_SLOW, 'too slow');
      socket.terminate();
      return;
    }
    if (this.#rendered?.event !== event) {
      this.#rendered = {
        event,
        text: renderEvent(event, this.#options.clock.now(), this.#options.asteriskId),
      };
    }
    const text = forApplication(this.#rendered.text, application);
    if (this.#options.stasis.debugging(application)) {
      const remote = this.#open.get(socket)?.remote ?? '';
      this.#options.log.verbose(`<--- Sending ARI event to ${remote} --->\n${text}\n`);
    }
    socket.send(this.#options.pretty() ? JSON.stringify(JSON.parse(text), null, 2) : text);
  }

  #ping(): void {
    this.#pings = undefined;
    for (const [socket, entry] of this.#open) {
      if (!entry.alive) socket.terminate();
      else {
        entry.alive = false;
        socket.ping();
      }
    }
    if (this.#open.size > 0) this.#pings = this.#options.clock.after(PING_INTERVAL_MS, () => this.#ping());
  }

  close(): void {
    this.#pings?.cancel();
    for (const socket of this.#open.keys()) socket.terminate();
    this.#open.clear();
  }
}

/** A function that holds back what is written to a stream from its call on until the turn of the event loop ends. */
function gathering(stream: Writable): () => void {
  let held = false;
  const release = () => {
    held = false;
    stream.uncork();
  };
  return () => {
    if (held) return;
    held = true;
    stream.cork();
    setImmediate(release);
  };
}
