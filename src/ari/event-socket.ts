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

export interface EventSocketsOptions {
  readonly stasis: Stasis;
  readonly clock: Clock;
  readonly asteriskId: string;
  readonly pretty: () => boolean;
  readonly log: Logger;
}

/** The WebSockets of `/ari/events`: each is the consumer of its applications. */
export class EventSockets {
  readonly #options: EventSocketsOptions;
  readonly #open = new Map<WebSocket, { readonly consumer: Consumer; alive: boolean }>();
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

  open(socket: WebSocket, apps: readonly string[], subscribeAll: boolean): void {
    const { stasis, log } = this.#options;
    const consumer: Consumer = { tell: (event, application) => this.#tell(socket, event, application) };
    this.#open.set(socket, { consumer, alive: true });
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
