import type { Clock, Timer } from '../../platform/index.ts';
import type { Channel } from '../../switch/index.ts';
import type { DigitWait } from '../apps/definition.ts';
import type { ChannelThread } from '../functions/definition.ts';

/** Digits that are kept for an application that has not asked yet; what comes beyond is dropped. */
const MAX_PENDING_DIGITS = 64;

const DEFAULT_DIGIT_TIMEOUT_MS = 5000;
const DEFAULT_RESPONSE_TIMEOUT_MS = 10_000;

/** What the dial plan keeps for one channel while it runs. */
export class Thread implements ChannelThread {
  readonly gosubs: ChannelThread['gosubs'] = [];
  location: ChannelThread['location'];
  exception: ChannelThread['exception'];
  message: ChannelThread['message'];
  digitTimeoutMs = DEFAULT_DIGIT_TIMEOUT_MS;
  responseTimeoutMs = DEFAULT_RESPONSE_TIMEOUT_MS;
  absoluteDeadline: number | undefined;
  digits = '';
  #waiter: ((digit: string | undefined) => void) | undefined;

  #limit: Timer | undefined;

  /** A digit came: for whoever waits, or for later. */
  receive(digit: string): void {
    if (this.#waiter !== undefined) this.#waiter(digit);
    else if (this.digits.length < MAX_PENDING_DIGITS) this.digits += digit;
  }

  async waitDigit(channel: Channel, clock: Clock, timeoutMs: number): Promise<DigitWait> {
    if (this.digits !== '' && !channel.hangupRequested) {
      const digit = this.digits.slice(0, 1);
      this.digits = this.digits.slice(1);
      return { digit };
    }
    let got: string | undefined;
    let waiter: ((digit: string | undefined) => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      waiter = (digit) => {
        if (this.#waiter === waiter) this.#waiter = undefined;
        got = digit;
        resolve();
      };
      this.#waiter = waiter;
    });
    const timer = clock.after(timeoutMs, () => waiter?.(undefined));
    try {
      const wake = await channel.during(arrived);
      return wake === 'elapsed' && got !== undefined ? { digit: got } : wake;
    } finally {
      timer.cancel();
      if (this.#waiter === waiter) this.#waiter = undefined;
    }
  }

  cancelWait(): void {
    this.#waiter?.(undefined);
  }

  /** Calls back once in `ms` milliseconds, in place of an earlier limit; 0 only lifts that. */
  limit(clock: Clock, ms: number, reached: () => void): void {
    this.#limit?.cancel();
    this.#limit = undefined;
    this.absoluteDeadline = undefined;
    if (ms === 0) return;
    this.absoluteDeadline = clock.monotonic() + ms;
    this.#limit = clock.after(ms, () => {
      this.#limit = undefined;
      this.absoluteDeadline = undefined;
      reached();
    });
  }

  /** The dial plan has ended: no timer is left behind. */
  close(): void {
    this.#limit?.cancel();
    this.#limit = undefined;
    this.location = undefined;
    this.cancelWait();
  }
}
