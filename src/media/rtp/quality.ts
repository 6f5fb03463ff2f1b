import type { RtpStats, Spread } from '../api.ts';

/** Smallest, largest, mean and standard deviation of a running series (Welford), without keeping it. */
export class Series {
  #count = 0;
  #min = 0;
  #max = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#count++;
    if (this.#count === 1 || value < this.#min) this.#min = value;
    if (this.#count === 1 || value > this.#max) this.#max = value;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  get spread(): Spread {
    const stdev = this.#count > 1 ? Math.sqrt(this.#squares / this.#count) : 0;
    return { min: this.#min, max: this.#max, avg: this.#mean, stdev };
  }
}

/** R-factor of a flawless narrow-band call (ITU-T G.107 default parameters). */
const R_BEST = 93.2;
/** Milliseconds added for coding and buffering at both ends. */
const CODEC_DELAY_MS = 10;
/** One-way delay above which conversation suffers noticeably. */
const DELAY_KNEE_MS = 160;

/**
 * Experience score from 0 to 100: an R-factor in the usual simplification of ITU-T G.107, where jitter counts twice as delay (a buffer must
 * hold it) and each per cent of loss costs 2.5.
 */
export function experienceScore(rttSeconds: number, jitterSeconds: number, lostFraction: number): number {
  const delay = rttSeconds * 1000 + jitterSeconds * 2000 + CODEC_DELAY_MS;
  const delayCost = delay < DELAY_KNEE_MS ? delay / 40 : (delay - 120) / 10;
  return Math.max(0, Math.min(100, R_BEST - delayCost - lostFraction * 250));
}

/** The five channel variables with a call's quality, in the layout that Asterisk gives them. */
export interface RtpQosVariables {
  readonly RTPAUDIOQOS: string;
  readonly RTPAUDIOQOSJITTER: string;
  readonly RTPAUDIOQOSLOSS: string;
  readonly RTPAUDIOQOSRTT: string;
  readonly RTPAUDIOQOSMES: string;
}

/** Formats the final statistics for channel variables; programs cut these strings at fixed names. */
export function formatRtpQos(stats: RtpStats): RtpQosVariables {
  const f = (value: number): string => value.toFixed(6);
  return {
    RTPAUDIOQOS: `ssrc=${stats.ssrc};themssrc=${stats.remoteSsrc};lp=${stats.rxLost};rxjitter=${f(stats.rxJitter)};rxcount=${stats.rxCount};txjitter=${f(stats.txJitter)};txcount=${stats.txCount};rlp=${stats.txLost};rtt=${f(stats.rtt)};rxmes=${f(stats.rxMes)};txmes=${f(stats.txMes)}`,
    RTPAUDIOQOSJITTER:
      spread('rxjitter', stats.rxJitterSpread, '') + spread('txjitter', stats.txJitterSpread, ''),
    RTPAUDIOQOSLOSS: spread('rxlost', stats.rxLostSpread, '  ') + spread('txlost', stats.txLostSpread, '  '),
    RTPAUDIOQOSRTT: spread('rtt', stats.rttSpread, '     '),
    RTPAUDIOQOSMES: spread('rxmes', stats.rxMesSpread, '   ') + spread('txmes', stats.txMesSpread, '   '),
  };
}

function spread(name: string, { min, max, avg, stdev }: Spread, indent: string): string {
  const f = (value: number): string => value.toFixed(6).padStart(10, '0');
  return `${indent}min${name}=${f(min)};${indent}max${name}=${f(max)};${indent}avg${name}=${f(avg)};${indent}stdev${name}=${f(stdev)};`;
}
