import type { Clock, Timer } from '../../platform/index.ts';

/** Milliseconds of one frame of the graph. */
export const TICK_MS = 20;
/** Ticks made up for after a stall; beyond that the audio is late anyway and time starts anew. */
const MAX_CATCH_UP = 5;

/** Something that must act once every frame. */
export interface Ticked {
  tick(now: number): void;
}

/**
 * Calls what is registered every 20 ms, at deadlines counted from the first one: delays of single timers do not add up. Runs only while somebody is
 * registered.
 */
export class Ticker {
  readonly #clock: Clock;
  readonly #onFault: (error: unknown) => void;
  readonly #ticked = new Set<Ticked>();
  #timer: Timer | undefined;
  #deadline = 0;
  #running = false;

  constructor(clock: Clock, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#onFault = onFault;
  }

  add(ticked: Ticked): void {
    this.#ticked.add(ticked);
    if (this.#timer === undefined && !this.#running) {
      this.#deadline = this.#clock.monotonic() + TICK_MS;
      this.#schedule();
    }
  }

  remove(ticked: Ticked): void {
    this.#ticked.delete(ticked);
    if (this.#ticked.size === 0) this.#stop();
  }

  get size(): number {
    return this.#ticked.size;
  }

  close(): void {
    this.#ticked.clear();
    this.#stop();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = this.#clock.after(Math.max(0, this.#deadline - this.#clock.monotonic()), () => this.#run());
  }

  #run(): void {
    const now = this.#clock.monotonic();
    const due = Math.floor((now - this.#deadline) / TICK_MS) + 1;
    this.#timer = undefined;
    this.#running = true;
    for (let i = 0; i < Math.min(due, MAX_CATCH_UP); i++) {
      // A copy: one that leaves and comes back within its tick would otherwise be met again, without end.
      for (const each of [...this.#ticked]) {
        if (!this.#ticked.has(each)) continue;
        try {
          each.tick(now);
        } catch (error) {
          this.#ticked.delete(each);
          this.#onFault(error);
        }
      }
    }
    this.#running = false;
    // A timer may fire a fraction of a millisecond early; then nothing was due and the deadline stays.
    this.#deadline = due > MAX_CATCH_UP ? now + TICK_MS : this.#deadline + Math.max(0, due) * TICK_MS;
    if (this.#ticked.size > 0) this.#schedule();
  }
}
