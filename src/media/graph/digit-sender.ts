import { MediaError } from '../api.ts';
import type { Transcoder } from '../codecs/transcoder.ts';
import { dtmfTone, ToneGenerator } from '../files/tone.ts';
import { eventOf } from '../rtp/telephone-event.ts';
import type { RtpSender } from './sender.ts';
import { TICK_MS } from './ticker.ts';

/** Digits that may wait; a person types far fewer. */
const MAX_WAITING = 256;
/** Longest press: what 16 bits of duration hold at 8 kHz, rounded down (RFC 4733 §2.5.1.3). */
const MAX_DIGIT_MS = 8_000;
const MIN_DIGIT_MS = 40;
/** The end is sent three times, because nothing after it would repair its loss (RFC 4733 §2.5.1.4). */
const END_COPIES = 3;

interface Press {
  readonly digit: string;
  readonly durationMs: number;
  readonly gapMs: number;
  readonly ended: (() => void) | undefined;
}

const samples = new Int16Array((8000 * TICK_MS) / 1000);

/** Sends digits one after the other: as named events, or as tones where the far end knows no events. */
export class DigitSender {
  readonly #sender: RtpSender;
  readonly #waiting: Press[] = [];
  readonly #failures = new Map<Press, (error: MediaError) => void>();
  #current: Press | undefined;
  #tone: ToneGenerator | undefined;
  #payloadType = 0;
  #elapsedMs = 0;

  constructor(sender: RtpSender) {
    this.#sender = sender;
  }

  /** Whether `tick` is needed. */
  get busy(): boolean {
    return this.#current !== undefined || this.#waiting.length > 0;
  }

  /** Whether a digit is down, so that audio must wait. */
  get pressing(): boolean {
    return this.#current !== undefined && this.#elapsedMs <= this.#current.durationMs;
  }

  /** Resolves after the last digit and its gap. Fails with `bad-digits` for what is no key, and when too many wait. */
  send(digits: string, durationMs: number, gapMs: number): Promise<void> {
    if (digits === '') return Promise.resolve();
    for (const digit of digits) {
      if (eventOf(digit) < 0)
        return Promise.reject(new MediaError('bad-digits', `${JSON.stringify(digit)} is no DTMF digit`));
    }
    if (this.#waiting.length + digits.length > MAX_WAITING)
      return Promise.reject(
        new MediaError('bad-digits', `more than ${MAX_WAITING} digits waiting to be sent`),
      );
    const duration = Math.min(MAX_DIGIT_MS, Math.max(MIN_DIGIT_MS, durationMs));
    return new Promise((resolve, reject) => {
      for (let i = 0; i < digits.length; i++) {
        const last = i === digits.length - 1;
        const press: Press = {
          digit: digits.charAt(i),
          durationMs: duration,
          gapMs: Math.max(TICK_MS, gapMs),
          ended: last ? resolve : undefined,
        };
        if (last) this.#failures.set(press, reject);
        this.#waiting.push(press);
      }
    });
  }

  /** Acts once a frame; `payloadType` is that of telephone-event, undefined for tones. */
  tick(payloadType: number | undefined, transcoder: Transcoder, now: number): void {
    let press = this.#current;
    let first = false;
    if (press === undefined) {
      press = this.#waiting.shift();
      if (press === undefined) return;
      this.#current = press;
      this.#elapsedMs = 0;
      this.#payloadType = payloadType ?? -1;
      this.#tone = payloadType === undefined ? new ToneGenerator(dtmfTone(press.digit) ?? []) : undefined;
      first = true;
    }
    const before = this.#elapsedMs;
    this.#elapsedMs += TICK_MS;
    if (before < press.durationMs) this.#sound(press, first, transcoder, now);
    else if (this.#elapsedMs > press.durationMs + press.gapMs) {
      this.#current = undefined;
      this.#failures.delete(press);
      press.ended?.();
    }
  }

  /** Ends everything; those who wait are told why. */
  cancel(reason: MediaError): void {
    this.#waiting.length = 0;
    this.#current = undefined;
    for (const fail of this.#failures.values()) fail(reason);
    this.#failures.clear();
  }

  #sound(press: Press, first: boolean, transcoder: Transcoder, now: number): void {
    if (this.#tone) {
      this.#sender.audio(transcoder.encode(samples, this.#tone.fill(samples), 8000), now);
      return;
    }
    const event = eventOf(press.digit);
    const ms = Math.min(this.#elapsedMs, press.durationMs);
    this.#sender.event(this.#payloadType, event, ms, first, false, now);
    if (this.#elapsedMs < press.durationMs) return;
    for (let i = 0; i < END_COPIES; i++) this.#sender.event(this.#payloadType, event, ms, false, true, now);
  }
}
