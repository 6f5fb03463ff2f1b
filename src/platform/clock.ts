/** A running timer; cancelling twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Where time comes from. Parsers and state machines get one of these and never touch `Date` or `setTimeout`. */
export interface Clock {
  /** Milliseconds since 1970, for time stamps. */
  now(): number;
  /** Milliseconds that never jump, for durations. */
  monotonic(): number;
  /** Calls back once after `ms` milliseconds. The timer never keeps the process alive. */
  after(ms: number, callback: () => void): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const handle = setTimeout(callback, ms);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock that moves only when told, for tests of timers. */
export class FakeClock implements Clock {
  #time: number;
  #sequence = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void }>();

  constructor(start = 1_700_000_000_000) {
    this.#time = start;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  /** Timers that have not fired: a test asserts 0 after `close()`. */
  get pending(): number {
    return this.#timers.size;
  }

  after(ms: number, callback: () => void): Timer {
    const id = this.#sequence++;
    this.#timers.set(id, { at: this.#time + ms, callback });
    return { cancel: () => this.#timers.delete(id) };
  }

  /** Moves on by `ms`, firing what falls due in order of time, then of creation. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      let next: [number, { at: number; callback: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].at <= end && (next === undefined || entry[1].at < next[1].at)) next = entry;
      }
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#time = Math.max(this.#time, next[1].at);
      next[1].callback();
    }
    this.#time = end;
  }
}
