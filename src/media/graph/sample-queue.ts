/** Samples of the longest delay that is put up with: 200 ms at 8 kHz. */
const CAPACITY = 1_600;
/** Samples gathered before the first are given out, so that jitter of a packet's length does not tear holes: 40 ms. */
const PREFILL = 320;

/** Evens out what comes by packet for what reads by tick: a ring of linear samples at 8 kHz. */
export class SampleQueue {
  readonly #ring = new Int16Array(CAPACITY);
  #start = 0;
  #length = 0;
  #flowing = false;

  /** Appends; when it is full the oldest samples give way. */
  push(samples: Int16Array, count: number): void {
    for (let i = 0; i < count; i++) this.#ring[(this.#start + this.#length + i) % CAPACITY] = samples[i] ?? 0;
    this.#length += count;
    const over = this.#length - CAPACITY;
    if (over <= 0) return;
    this.#start = (this.#start + over) % CAPACITY;
    this.#length = CAPACITY;
  }

  /** Fills `out` with the next samples, and silence where there are none; false when all of it is silence of that kind. */
  take(out: Int16Array): boolean {
    if (!this.#flowing && this.#length >= PREFILL) this.#flowing = true;
    const count = this.#flowing ? Math.min(out.length, this.#length) : 0;
    for (let i = 0; i < count; i++) out[i] = this.#ring[(this.#start + i) % CAPACITY] ?? 0;
    out.fill(0, count);
    this.#start = (this.#start + count) % CAPACITY;
    this.#length -= count;
    if (this.#length === 0) this.#flowing = false;
    return count > 0;
  }

  clear(): void {
    this.#length = 0;
    this.#flowing = false;
  }
}
