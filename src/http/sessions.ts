import type { Socket } from 'node:net';
import type { Clock } from '../platform/index.ts';

/** How long a new connection may stay silent before it has to make room for another at the limit. */
const SILENT_MS = 1_000;

/** The open connections of all listeners together, and the limit of http.conf. */
export class Sessions {
  readonly #clock: Clock;
  readonly #open = new Set<Socket>();
  /** Those that have not sent a whole request yet, the oldest first, with the time of their coming. */
  readonly #silent = new Map<Socket, number>();
  limit: number;
  /** Connections closed at once because there were too many. */
  refused = 0;

  constructor(limit: number, clock: Clock) {
    this.limit = limit;
    this.#clock = clock;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Takes a connection in, or closes it. At the limit the oldest one that has never asked for anything makes room, so
   * that silent connections cannot lock everybody out.
   */
  admit(socket: Socket): boolean {
    if (this.#open.has(socket)) return true;
    if (this.#open.size >= this.limit && !this.#makeRoom()) {
      this.refused++;
      socket.destroy();
      return false;
    }
    this.#open.add(socket);
    this.#silent.set(socket, this.#clock.monotonic());
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#silent.delete(socket);
    });
    return true;
  }

  /** A whole request came. */
  served(socket: Socket): void {
    this.#silent.delete(socket);
  }

  #makeRoom(): boolean {
    for (const [socket, since] of this.#silent) {
      if (this.#clock.monotonic() - since < SILENT_MS) return false;
      this.#open.delete(socket);
      this.#silent.delete(socket);
      this.refused++;
      socket.destroy();
      return true;
    }
    return false;
  }

  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
