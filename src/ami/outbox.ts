import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../platform/index.ts';

/** Most that waits for a client that reads slowly; one more byte costs it the connection. */
export const MAX_BACKLOG_CHARS = 4 * 1024 * 1024;
/** What is handed to the socket at once: a reader that takes this much in time is slow, not stopped. */
const PIECE_CHARS = 16 * 1024;

/** How much later than asked a timer may come (milliseconds). */
const LATE_MS = 50;

/** Why a client is given up. */
export type OutboxFault = 'stalled' | 'overflow';

export interface OutboxOptions {
  readonly socket: Duplex;
  readonly clock: Clock;
  /** Milliseconds that the client may take to read one piece: `writetimeout`. */
  readonly patience: () => number;
  readonly failed: (fault: OutboxFault) => void;
  /** Everything has been taken. */
  readonly empty: () => void;
}

/**
 * What waits to be read by one client. Everything that is written in one turn goes out as one piece, one piece is under
 * way at a time, and who does not take it in time, or lets too much pile up, is given up: alone.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #waiting: string[] = [];
  #waitingChars = 0;
  #flying = 0;
  #piecesWritten = 0;
  #scheduled = false;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Characters that the client has not taken yet. */
  get backlog(): number {
    return this.#waitingChars + this.#flying;
  }

  write(text: string): void {
    if (this.#closed) return;
    this.#waiting.push(text);
    this.#waitingChars += text.length;
    if (this.backlog > MAX_BACKLOG_CHARS) {
      this.#fail('overflow');
      return;
    }
    if (this.#scheduled || this.#flying > 0) return;
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#closed || this.#flying > 0 || this.#waitingChars === 0) return;
    const text = this.#piece();
    this.#flying = text.length;
    this.#options.socket.write(text, this.#written);
    // What left at once needs no watch; `#written` follows in a moment.
    if (this.#options.socket.writableLength > 0) this.#watch();
  };

  #watch(): void {
    const { clock } = this.#options;
    const patience = this.#options.patience();
    const since = clock.monotonic();
    this.#timer = clock.after(patience, () => {
      // A timer that is late itself tells that this process was busy, and nothing of the reader.
      if (clock.monotonic() - since > patience + LATE_MS) this.#watch();
      else setImmediate(this.#give, this.#piecesWritten);
    });
  }

  /** What came to its end while the timer waited for its turn is not held against the reader. */
  readonly #give = (pieces: number): void => {
    if (!this.#closed && pieces === this.#piecesWritten) this.#fail('stalled');
  };

  /** The next piece: all that waits, or as many of its parts as make up one. */
  #piece(): string {
    if (this.#waitingChars <= PIECE_CHARS) {
      const [only] = this.#waiting;
      const text = this.#waiting.length === 1 && only !== undefined ? only : this.#waiting.join('');
      this.#waiting = [];
      this.#waitingChars = 0;
      return text;
    }
    let chars = 0;
    let parts = 0;
    while (chars < PIECE_CHARS) chars += this.#waiting[parts++]?.length ?? PIECE_CHARS;
    const text = this.#waiting.splice(0, parts).join('');
    this.#waitingChars -= text.length;
    return text;
  }

  readonly #written = (error?: Error | null): void => {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#flying = 0;
    this.#piecesWritten++;
    if (this.#closed || error) return;
    if (this.#waitingChars > 0) this.#flush();
    else this.#options.empty();
  };

  #fail(fault: OutboxFault): void {
    this.close();
    this.#options.failed(fault);
  }

  /** Forgets what waits. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting = [];
    this.#waitingChars = 0;
  }
}
