import { octetsFor, octetsPerSample, sampleRateOf } from '../codecs/pcm.ts';
import type { Transcoder } from '../codecs/transcoder.ts';
import type { Sound } from '../files/sound.ts';
import { ToneGenerator, type ToneStep } from '../files/tone.ts';
import { TICK_MS } from './ticker.ts';

/** Something that plays: a frame of 20 ms at a time, in the transcoder's format. */
export interface Source {
  /** Infinity for tones that never end. */
  readonly lengthMs: number;
  readonly positionMs: number;
  /** Moves to a place within the length, rounded down to a frame. */
  seek(ms: number): void;
  /** The next frame, good until the next call; undefined at the end. */
  next(transcoder: Transcoder): Uint8Array | undefined;
}

/** A sound file in memory. */
export class SoundSource implements Source {
  readonly lengthMs: number;
  readonly #sound: Sound;
  readonly #frame: number;
  readonly #last: Uint8Array;
  #at = 0;

  constructor(sound: Sound) {
    this.#sound = sound;
    this.#frame = octetsFor(sound.format, TICK_MS);
    this.#last = new Uint8Array(this.#frame);
    this.lengthMs = (sound.data.length * 1000) / (octetsPerSample(sound.format) * sampleRateOf(sound.format));
  }

  get positionMs(): number {
    return (this.#at / this.#frame) * TICK_MS;
  }

  seek(ms: number): void {
    this.#at = Math.min(Math.floor(Math.max(0, ms) / TICK_MS) * this.#frame, this.#sound.data.length);
  }

  next(transcoder: Transcoder): Uint8Array | undefined {
    const { data, format } = this.#sound;
    if (this.#at >= data.length) return undefined;
    const end = this.#at + this.#frame;
    let frame = data.subarray(this.#at, end);
    if (frame.length < this.#frame) {
      // The last frame is filled up with silence: a short packet would shift every one that follows.
      this.#last.fill(format === 'ulaw' ? 0xff : format === 'alaw' ? 0xd5 : 0);
      this.#last.set(frame);
      frame = this.#last;
    }
    this.#at = end;
    return transcoder.convert(format, frame);
  }
}

const samples = new Int16Array((8000 * TICK_MS) / 1000);

/** Tones are not sought further than this: every frame on the way is generated. */
const MAX_TONE_SEEK_MS = 60_000;

/** A tone. Going back means generating it anew from its beginning. */
export class ToneSource implements Source {
  readonly lengthMs: number;
  readonly #generator: ToneGenerator;
  #positionMs = 0;

  constructor(steps: readonly ToneStep[]) {
    this.#generator = new ToneGenerator(steps);
    const ends = steps.every((step) => step.once && step.ms > 0);
    this.lengthMs = ends ? steps.reduce((sum, step) => sum + step.ms, 0) : Number.POSITIVE_INFINITY;
  }

  get positionMs(): number {
    return this.#positionMs;
  }

  seek(ms: number): void {
    // A repeating tone sounds the same anywhere: there is nothing to be found far on.
    const target = Math.min(Math.max(0, ms), this.lengthMs, MAX_TONE_SEEK_MS);
    if (target < this.#positionMs) {
      this.#generator.restart();
      this.#positionMs = 0;
    }
    while (this.#positionMs + TICK_MS <= target) {
      this.#positionMs += TICK_MS;
      if (this.#generator.fill(samples) === 0) return;
    }
  }

  next(transcoder: Transcoder): Uint8Array | undefined {
    const count = this.#generator.fill(samples);
    if (count === 0) return undefined;
    samples.fill(0, count);
    this.#positionMs += TICK_MS;
    return transcoder.encode(samples, samples.length, 8000);
  }
}

const silence = new Int16Array(samples.length);

/** Silence of a known length. */
export class SilenceSource implements Source {
  readonly lengthMs: number;
  #positionMs = 0;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  get positionMs(): number {
    return this.#positionMs;
  }

  seek(ms: number): void {
    const target = Math.min(Math.max(0, ms), this.lengthMs);
    this.#positionMs = target - (target % TICK_MS);
  }

  next(transcoder: Transcoder): Uint8Array | undefined {
    if (this.#positionMs >= this.lengthMs) return undefined;
    this.#positionMs += TICK_MS;
    return transcoder.encode(silence, silence.length, 8000);
  }
}

/** Several sources as one, as in the digits of a number. */
export class Sequence implements Source {
  readonly lengthMs: number;
  readonly #parts: readonly Source[];
  #index = 0;

  constructor(parts: readonly Source[]) {
    this.#parts = parts;
    this.lengthMs = parts.reduce((sum, part) => sum + part.lengthMs, 0);
  }

  get positionMs(): number {
    let position = 0;
    for (let i = 0; i < this.#index; i++) position += this.#parts[i]?.lengthMs ?? 0;
    return position + (this.#parts[this.#index]?.positionMs ?? 0);
  }

  seek(ms: number): void {
    let rest = Math.max(0, ms);
    for (const part of this.#parts) part.seek(0);
    this.#index = 0;
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return;
      if (rest < part.lengthMs) {
        part.seek(rest);
        return;
      }
      rest -= part.lengthMs;
      this.#index++;
    }
  }

  next(transcoder: Transcoder): Uint8Array | undefined {
    for (;;) {
      const part = this.#parts[this.#index];
      if (part === undefined) return undefined;
      const frame = part.next(transcoder);
      if (frame) return frame;
      this.#index++;
    }
  }
}
