import type { FormatName } from '../codecs/formats.ts';
import { decodeTo8k, MAX_FRAME_SAMPLES } from '../codecs/transcoder.ts';
import type { AudioSink, LegNode } from './leg.ts';
import { SampleQueue } from './sample-queue.ts';
import { TICK_MS, type Ticked, type Ticker } from './ticker.ts';

const FRAME = (8_000 * TICK_MS) / 1000;
/** Pause between forwarded digits in milliseconds. */
const DIGIT_GAP_MS = 60;

interface Member {
  readonly queue: SampleQueue;
  readonly frame: Int16Array;
  speaks: boolean;
}

const linear = new Int16Array(MAX_FRAME_SAMPLES);
const sum = new Int32Array(FRAME);
const mixed = new Int16Array(FRAME);

/**
 * Connects legs. Two are forwarded packet by packet as they come, which adds no delay and keeps what is lost between them lost; from three on each
 * hears the sum of the others.
 */
export class Bridge implements AudioSink, Ticked {
  readonly #members = new Map<LegNode, Member>();
  readonly #ticker: Ticker;

  constructor(ticker: Ticker) {
    this.#ticker = ticker;
  }

  get size(): number {
    return this.#members.size;
  }

  add(leg: LegNode): void {
    if (this.#members.has(leg)) return;
    this.#members.set(leg, { queue: new SampleQueue(), frame: new Int16Array(FRAME), speaks: false });
    leg.sink = this;
    this.#resized();
  }

  remove(leg: LegNode): void {
    if (!this.#members.delete(leg)) return;
    if (leg.sink === this) leg.sink = undefined;
    this.#resized();
  }

  close(): void {
    for (const leg of [...this.#members.keys()]) this.remove(leg);
  }

  frame(
    from: LegNode,
    format: FormatName,
    payload: Uint8Array,
    timestamp: number,
    begins: boolean,
    now: number,
  ): void {
    if (this.#members.size === 2) {
      for (const leg of this.#members.keys())
        if (leg !== from) leg.forward(format, payload, timestamp, begins, now);
      return;
    }
    if (this.#members.size > 2)
      this.#members.get(from)?.queue.push(linear, decodeTo8k(format, payload, linear));
  }

  digit(from: LegNode, digit: string, durationMs: number): void {
    for (const leg of this.#members.keys()) {
      // A leg that cannot send now misses the digit, as it misses the audio.
      if (leg !== from) leg.sendDtmf(digit, durationMs, DIGIT_GAP_MS).catch(() => {});
    }
  }

  /** Mixes one frame. */
  tick(now: number): void {
    sum.fill(0);
    for (const member of this.#members.values()) {
      member.speaks = member.queue.take(member.frame);
      if (!member.speaks) continue;
      for (let i = 0; i < FRAME; i++) sum[i] = (sum[i] ?? 0) + (member.frame[i] ?? 0);
    }
    for (const [leg, member] of this.#members) {
      for (let i = 0; i < FRAME; i++) {
        const others = (sum[i] ?? 0) - (member.speaks ? (member.frame[i] ?? 0) : 0);
        mixed[i] = Math.max(-32_768, Math.min(32_767, others));
      }
      leg.sendSamples(mixed, now);
    }
  }

  #resized(): void {
    if (this.#members.size > 2) this.#ticker.add(this);
    else {
      this.#ticker.remove(this);
      for (const member of this.#members.values()) member.queue.clear();
    }
  }
}
