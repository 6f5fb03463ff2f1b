import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../platform/index.ts';

/** Bytes that may wait for one slow reader before its socket is closed; the others never notice. */
export const MAX_QUEUED_BYTES = 8 * 1024 * 1024;

export interface OutletOptions {
  readonly clock: Clock;
  /** Milliseconds that the reader may take nothing while something waits for it. */
  readonly writeTimeoutMs: () => number;
  /** The reader is too slow: called once, nothing is written after it. */
  readonly tooSlow: (why: string) => void;
}

/** The one queue in front of a reader: bounded in bytes and in time. */
export class Outlet {
  readonly #stream: Duplex;
  readonly #options: OutletOptions;
  #queue: Buffer[] = [];
  #queued = 0;
  #timer: Timer | undefined;
  #closed = false;
  #held = false;

  constructor(stream: Duplex, options: OutletOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.on('drain', () => this.#drained());
  }

  /** Bytes that wait here, those that the system has taken not counted. */
  get waiting(): number {
    return this.#queued + this.#stream.writableLength;
  }

  /** Writes a whole frame, at once or when the reader has taken what is before it. */
  write(frame: Buffer): void {
    if (this.#closed || this.#stream.destroyed) return;
    if (this.#queue.length > 0 || this.#stream.writableNeedDrain) {
      this.#queue.push(frame);
      this.#queued += frame.length;
      if (this.#queued > MAX_QUEUED_BYTES) this.#giveUp(`${this.#queued} bytes wait for it`);
      return;
    }
    this.#gather();
    if (!this.#stream.write(frame)) this.#watch();
  }

  /** What one turn of the event loop brings goes out in one piece when it ends. */
  #gather(): void {
    if (this.#held) return;
    this.#held = true;
    this.#stream.cork();
    setImmediate(this.#release);
  }

  readonly #release = () => {
    this.#held = false;
    this.#stream.uncork();
  };

  /** Something was taken: time begins anew. */
  #drained(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closed) return;
    let taken = 0;
    for (const frame of this.#queue) {
      taken++;
      this.#queued -= frame.length;
      if (!this.#stream.write(frame)) {
        this.#watch();
        break;
      }
    }
    this.#queue = taken === this.#queue.length ? [] : this.#queue.slice(taken);
  }

  #watch(): void {
    const ms = this.#options.writeTimeoutMs();
    this.#timer ??= this.#options.clock.after(ms, () => {
      this.#timer = undefined;
      // What this process was too busy to notice is not the reader's fault: look at the socket first.
      setImmediate(() => {
        if (!this.#closed && this.#timer === undefined && this.#stream.writableNeedDrain) {
          this.#giveUp(`it has taken nothing for ${ms} ms`);
        }
      });
    });
  }

  #giveUp(why: string): void {
    this.close();
    this.#options.tooSlow(why);
  }

  /** Forgets what waits. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#queue = [];
    this.#queued = 0;
  }
}
