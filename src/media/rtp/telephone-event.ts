import { readUint16, writeUint16 } from './packet.ts';

/** Named events (RFC 4733 §2.3): one octet event, E and R bits with the volume, two octets duration. */

const DIGITS = '0123456789*#ABCD';
const EVENT_OCTETS = 4;
const END_BIT = 0x80;
/** Volume of sent events in -dBm0. */
const VOLUME = 10;
/** An event whose end is lost is over after so much silence: three lost packets of 50 ms (RFC 4733 §2.5.2.2). */
export const EVENT_TIMEOUT_MS = 150;

/** Event code of a digit, or -1. */
export function eventOf(digit: string): number {
  return digit.length === 1 ? DIGITS.indexOf(digit.toUpperCase()) : -1;
}

/** The end of an event comes three times, a packet apart; what comes later is another press. */
const REPEAT_MS = 500;

/** What the receiver tells. */
export interface DigitListener {
  begin(digit: string): void;
  end(digit: string, durationMs: number): void;
}

/**
 * Puts the packets of events together: one press is all packets with one time stamp. Its end is told once, although the last packet comes three
 * times; an end that never comes is made up when the next press begins or `expire` finds that nothing came for a while.
 */
export class DigitReceiver {
  readonly #listener: DigitListener;
  #digit = '';
  #timestamp = 0;
  #ssrc = 0;
  #duration = 0;
  #clockRate = 8000;
  #seenAt = 0;
  #endedOnce = false;

  constructor(listener: DigitListener) {
    this.#listener = listener;
  }

  /** Takes the payload of one packet; `now` is monotonic milliseconds. Payloads that are too short and events that are no digits are passed over. */
  take(payload: Uint8Array, timestamp: number, ssrc: number, clockRate: number, now: number): void {
    if (payload.length < EVENT_OCTETS) return;
    const digit = DIGITS[payload[0] ?? 255];
    if (digit === undefined) return;
    const ended = ((payload[1] ?? 0) & END_BIT) !== 0;
    const duration = readUint16(payload, 2);
    if (this.#digit !== '' && (timestamp !== this.#timestamp || ssrc !== this.#ssrc)) {
      // Packets that were overtaken belong to presses that are over.
      if (ssrc === this.#ssrc && isOlder(timestamp, this.#timestamp)) return;
      this.#end();
    }
    if (this.#digit === '') {
      if (this.#isRepeat(timestamp, ssrc, now)) return;
      this.#digit = digit;
      this.#timestamp = timestamp;
      this.#ssrc = ssrc;
      this.#clockRate = clockRate;
      this.#duration = 0;
      this.#listener.begin(digit);
    }
    this.#seenAt = now;
    this.#duration = Math.max(this.#duration, duration);
    if (ended) this.#end();
  }

  /** Ends a press whose packets ceased. */
  expire(now: number): void {
    if (this.#digit !== '' && now - this.#seenAt >= EVENT_TIMEOUT_MS) this.#end();
  }

  /** Whether a digit is down. */
  get pressed(): boolean {
    return this.#digit !== '';
  }

  /**
   * Whether a packet belongs to the press that ended last, or to one before. After a while it does not, whatever its time stamp: players of
   * recorded packets start again at the same one.
   */
  #isRepeat(timestamp: number, ssrc: number, now: number): boolean {
    if (!this.#endedOnce || ssrc !== this.#ssrc || now - this.#seenAt > REPEAT_MS) return false;
    return timestamp === this.#timestamp || isOlder(timestamp, this.#timestamp);
  }

  #end(): void {
    const digit = this.#digit;
    this.#digit = '';
    this.#endedOnce = true;
    this.#listener.end(digit, Math.round((this.#duration * 1000) / this.#clockRate));
  }
}

/** Whether time stamp `a` is before `b`, modulo 2^32. */
function isOlder(a: number, b: number): boolean {
  return a !== b && (b - a) >>> 0 < 0x8000_0000;
}

/** Writes one event payload; `duration` in units of the clock, held at its largest when it would overflow. */
export function writeEvent(
  into: Uint8Array,
  at: number,
  event: number,
  duration: number,
  ended: boolean,
): number {
  into[at] = event;
  into[at + 1] = (ended ? END_BIT : 0) | VOLUME;
  writeUint16(into, at + 2, Math.min(duration, 0xffff));
  return EVENT_OCTETS;
}
