import type { FormatName } from './formats.ts';
import { alawDecode, alawEncode, ulawDecode, ulawEncode } from './g711.ts';

/** Octets of one sample on the wire; slin is L16 in network order (RFC 3551 §4.5.11). */
export function octetsPerSample(format: FormatName): 1 | 2 {
  return format === 'ulaw' || format === 'alaw' ? 1 : 2;
}

export function sampleRateOf(format: FormatName): 8000 | 16000 {
  return format === 'slin16' ? 16000 : 8000;
}

/** Octets of `ms` milliseconds. */
export function octetsFor(format: FormatName, ms: number): number {
  return Math.round((sampleRateOf(format) * ms) / 1000) * octetsPerSample(format);
}

/** Decodes wire octets to samples at the format's own rate; returns how many were written (never more than fit). */
export function decode(format: FormatName, from: Uint8Array, to: Int16Array): number {
  switch (format) {
    case 'ulaw':
      return decodeBy(ulawDecode, from, to);
    case 'alaw':
      return decodeBy(alawDecode, from, to);
    default: {
      const count = Math.min(from.length >> 1, to.length);
      for (let i = 0, at = 0; i < count; i++, at += 2) to[i] = ((from[at] ?? 0) << 8) | (from[at + 1] ?? 0);
      return count;
    }
  }
}

/** Encodes `count` samples at the format's own rate; returns the octets written. */
export function encode(format: FormatName, from: Int16Array, count: number, to: Uint8Array): number {
  switch (format) {
    case 'ulaw':
      return encodeBy(ulawEncode, from, count, to);
    case 'alaw':
      return encodeBy(alawEncode, from, count, to);
    default: {
      const fits = Math.min(count, from.length, to.length >> 1);
      for (let i = 0, at = 0; i < fits; i++, at += 2) {
        const sample = from[i] ?? 0;
        to[at] = sample >> 8;
        to[at + 1] = sample & 0xff;
      }
      return fits * 2;
    }
  }
}

function decodeBy(table: Int16Array, from: Uint8Array, to: Int16Array): number {
  const count = Math.min(from.length, to.length);
  for (let i = 0; i < count; i++) to[i] = table[from[i] ?? 0] ?? 0;
  return count;
}

function encodeBy(table: Uint8Array, from: Int16Array, count: number, to: Uint8Array): number {
  const fits = Math.min(count, from.length, to.length);
  for (let i = 0; i < fits; i++) to[i] = table[(from[i] ?? 0) & 0xffff] ?? 0;
  return fits;
}
