import type { Clock, Timer } from '../../platform/index.ts';

/**
 * After an expiry the next one of the same duration may be up to duration/SLACK late (never early), so that
 * thousands of 32-second timers started at different moments share a few wake-ups.
 */
const SLACK = 64;

class Entry implements Timer {
  readonly due: number;
  readonly #lane: Lane;
  callback: (() => void) | undefined;
  previous: Entry | undefined;
  next: Entry | undefined;

  constructor(lane: Lane, due: number, callback: () => void, previous: Entry | undefined) {
    this.#lane = lane;
    this.due = due;
    this.callback = callback;
    this.previous = previous;
  }

  cancel(): void {
    this.#lane.remove(this);
  }
}

/**
 * Timers of few distinct durations, kept as one first-in-first-out list per duration: starting and cancelling cost
 * a few assignments, and the clock is asked for one timer per duration.
 */
export class TimerQueue {
  readonly #clock: Clock;
  readonly #lanes = new Map<number, Lane>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(ms: number, callback: () => void): Timer {
    let lane = this.#lanes.get(ms);
    if (lane === undefined) {
      lane = new Lane(this.#clock, ms);
      this.#lanes.set(ms, lane);
    }
    return lane.add(callback);
  }

  get pending(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.size;
    return count;
  }

  close(): void {
    for (const lane of this.#lanes.values()) lane.clear();
    this.#lanes.clear();
  }
}

class Lane {
  readonly #clock: Clock;
  readonly #ms: number;
  #head: Entry | undefined;
  #tail: Entry | undefined;
  #timer: Timer | undefined;
  size = 0;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  add(callback: () => void): Timer {
    const entry = new Entry(this, this.#clock.monotonic() + this.#ms, callback, this.#tail);
    if (this.#tail === undefined) this.#head = entry;
    else this.#tail.next = entry;
    this.#tail = entry;
    this.size++;
    this.#timer ??= this.#clock.after(this.#ms, this.#expire);
    return entry;
  }

  remove(entry: Entry): void {
    if (entry.callback === undefined) return;
    entry.callback = undefined;
    if (entry.previous === undefined) this.#head = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.#tail = entry.previous;
    else entry.next.previous = entry.previous;
    this.size--;
    if (this.size === 0) {
      // No wake-up for an empty list; also what lets a closed agent leave no timer.
      this.#timer?.cancel();
      this.#timer = undefined;
    }
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (;;) {
      const entry = this.#head;
      if (entry === undefined || entry.due > now) break;
      const { callback } = entry;
      this.remove(entry);
      callback?.();
    }
    const head = this.#head;
    if (head !== undefined && this.#timer === undefined) {
      this.#timer = this.#clock.after(Math.max(head.due - now, this.#ms / SLACK), this.#expire);
    }
  };

  clear(): void {
    for (let entry = this.#head; entry !== undefined; entry = entry.next) entry.callback = undefined;
    this.#head = undefined;
    this.#tail = undefined;
    this.size = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
