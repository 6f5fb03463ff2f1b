import type { FormatName } from './formats.ts';
import { alawToUlaw, ulawToAlaw } from './g711.ts';
import { decode, encode, sampleRateOf } from './pcm.ts';

/** Samples of the longest frame taken in: 200 ms at 16 kHz. */
export const MAX_FRAME_SAMPLES = 3_200;
const MAX_FRAME_OCTETS = MAX_FRAME_SAMPLES * 2;

const decoded = new Int16Array(MAX_FRAME_SAMPLES);
const resampled = new Int16Array(MAX_FRAME_SAMPLES);

/**
 * Turns frames of one stream from any carried format into `to`. What `convert` returns is its own buffer, good until
 * the next call. One object a stream: the rate conversion remembers the last sample.
 */
export class Transcoder {
  readonly to: FormatName;
  readonly #out = new Uint8Array(MAX_FRAME_OCTETS);
  #last = 0;

  constructor(to: FormatName) {
    this.to = to;
  }

  convert(from: FormatName, payload: Uint8Array): Uint8Array {
    if (from === this.to) return payload;
    if (from === 'ulaw' && this.to === 'alaw') return this.#map(ulawToAlaw, payload);
    if (from === 'alaw' && this.to === 'ulaw') return this.#map(alawToUlaw, payload);
    const count = decode(from, payload, decoded);
    return this.encode(decoded, count, sampleRateOf(from));
  }

  /** Encodes linear samples of the given rate. */
  encode(samples: Int16Array, count: number, rate: 8000 | 16000): Uint8Array {
    const wanted = sampleRateOf(this.to);
    if (rate === wanted) return this.#encode(samples, count);
    const resampledCount = wanted > rate ? this.#double(samples, count) : halve(samples, count);
    return this.#encode(resampled, resampledCount);
  }

  #encode(samples: Int16Array, count: number): Uint8Array {
    return this.#out.subarray(0, encode(this.to, samples, count, this.#out));
  }

  #map(table: Uint8Array, payload: Uint8Array): Uint8Array {
    const count = Math.min(payload.length, this.#out.length);
    for (let i = 0; i < count; i++) this.#out[i] = table[payload[i] ?? 0] ?? 0;
    return this.#out.subarray(0, count);
  }

  #double(samples: Int16Array, count: number): number {
    const fits = Math.min(count, MAX_FRAME_SAMPLES >> 1);
    let last = this.#last;
    for (let i = 0; i < fits; i++) {
      const sample = samples[i] ?? 0;
      resampled[i * 2] = (last + sample) >> 1;
      resampled[i * 2 + 1] = sample;
      last = sample;
    }
    this.#last = last;
    return fits * 2;
  }
}

/** The mean of two neighbours: enough of a low pass for speech. */
function halve(samples: Int16Array, count: number): number {
  const half = count >> 1;
  for (let i = 0; i < half; i++) resampled[i] = ((samples[i * 2] ?? 0) + (samples[i * 2 + 1] ?? 0)) >> 1;
  return half;
}

/**
 * Writes the linear samples of a frame at 8 kHz into `to`; returns how many.
 */
export function decodeTo8k(from: FormatName, payload: Uint8Array, to: Int16Array): number {
  if (sampleRateOf(from) === 8000) return decode(from, payload, to);
  const count = halve(decoded, decode(from, payload, decoded));
  const fits = Math.min(count, to.length);
  for (let i = 0; i < fits; i++) to[i] = resampled[i] ?? 0;
  return fits;
}
