import type { RtpStats } from '../api.ts';
import { experienceScore, Series } from '../rtp/quality.ts';
import type { Reception } from '../rtp/reception.ts';
import { buildRtcp, compactNtp, ntpTime, parseRtcp, type Report } from '../rtp/rtcp.ts';
import type { RtpSender } from './sender.ts';

/** A round trip longer than this is a broken clock or a forged report. */
const MAX_RTT_SECONDS = 60;

/** RTCP of one leg: makes its reports, reads those of the far end, and keeps the call's numbers (RFC 3550 §6). */
export class QualityMonitor {
  readonly #sender: RtpSender;
  readonly #reception: Reception;
  readonly #cname: string;
  readonly #rxJitters = new Series();
  readonly #txJitters = new Series();
  readonly #rxLosses = new Series();
  readonly #txLosses = new Series();
  readonly #rtts = new Series();
  readonly #rxScores = new Series();
  readonly #txScores = new Series();
  #clockRate = 8000;
  #packetsAtReport = 0;
  #lastReport = 0;
  #lastReportAt = 0;
  #txLost = 0;
  #txJitter = 0;
  #rtt = 0;
  #rxScore = 0;
  #txScore = 0;

  constructor(sender: RtpSender, reception: Reception, cname: string) {
    this.#sender = sender;
    this.#reception = reception;
    this.#cname = cname;
  }

  /** Sets the clock in which the far end tells jitter. */
  configure(clockRate: number): void {
    this.#clockRate = clockRate;
  }

  /** The next report: a sender's when something was sent since the last one. `epochMs` is wall clock, `now` monotonic. */
  report(epochMs: number, now: number, bye: boolean): Uint8Array {
    const sender = this.#sender;
    const reception = this.#reception;
    const ntp = ntpTime(epochMs);
    const info =
      sender.packets === this.#packetsAtReport
        ? undefined
        : {
            ntpSeconds: ntp.seconds,
            ntpFraction: ntp.fraction,
            timestamp: sender.timestampAt(now),
            packets: sender.packets >>> 0,
            octets: sender.octets >>> 0,
          };
    this.#packetsAtReport = sender.packets;
    if (!reception.started) return buildRtcp(sender.ssrc, this.#cname, info, undefined, bye);

    const fractionLost = reception.takeFractionLost();
    this.#rxJitters.add(reception.jitterSeconds);
    this.#rxLosses.add(reception.lost);
    this.#rxScore = experienceScore(this.#rtt, reception.jitterSeconds, fractionLost / 256);
    this.#rxScores.add(this.#rxScore);
    const block = {
      ssrc: reception.ssrc,
      fractionLost,
      lost: reception.lost,
      extendedSequence: reception.extendedSequence,
      jitter: reception.jitterUnits,
      lastReport: this.#lastReport,
      delay: this.#lastReport === 0 ? 0 : Math.round(((now - this.#lastReportAt) * 65_536) / 1000) >>> 0,
    };
    return buildRtcp(sender.ssrc, this.#cname, info, block, bye);
  }

  /** Takes a datagram of the RTCP port; false when it is no RTCP. */
  take(packet: Uint8Array, epochMs: number, now: number): boolean {
    const compound = parseRtcp(packet);
    if (compound === undefined) return false;
    for (const report of compound.reports) this.#takeReport(report, epochMs, now);
    return true;
  }

  /** The call's numbers so far. */
  stats(discarded: number, idleMs: number): RtpStats {
    const reception = this.#reception;
    return {
      ssrc: this.#sender.ssrc,
      remoteSsrc: reception.ssrc,
      rxCount: reception.received,
      rxOctets: reception.octets,
      rxLost: reception.lost,
      rxJitter: reception.jitterSeconds,
      txCount: this.#sender.packets,
      txOctets: this.#sender.octets,
      txLost: this.#txLost,
      txJitter: this.#txJitter,
      rtt: this.#rtt,
      rxMes: this.#rxScore,
      txMes: this.#txScore,
      rxJitterSpread: this.#rxJitters.spread,
      txJitterSpread: this.#txJitters.spread,
      rxLostSpread: this.#rxLosses.spread,
      txLostSpread: this.#txLosses.spread,
      rttSpread: this.#rtts.spread,
      rxMesSpread: this.#rxScores.spread,
      txMesSpread: this.#txScores.spread,
      rxDiscarded: discarded,
      rxIdleMs: idleMs,
    };
  }

  #takeReport(report: Report, epochMs: number, now: number): void {
    if (report.sender) {
      this.#lastReport = compactNtp(report.sender.ntpSeconds, report.sender.ntpFraction);
      this.#lastReportAt = now;
    }
    for (const block of report.blocks) {
      if (block.ssrc !== this.#sender.ssrc) continue;
      this.#txLost = Math.max(0, block.lost);
      this.#txJitter = block.jitter / this.#clockRate;
      this.#txLosses.add(this.#txLost);
      this.#txJitters.add(this.#txJitter);
      if (block.lastReport !== 0) {
        const ntp = ntpTime(epochMs);
        const ticks = (compactNtp(ntp.seconds, ntp.fraction) - block.lastReport - block.delay) >>> 0;
        // A little below zero wraps to a huge number: clocks of two roundings.
        const rtt = ticks > 0xffff_0000 ? 0 : ticks / 65_536;
        if (rtt <= MAX_RTT_SECONDS) {
          this.#rtt = rtt;
          this.#rtts.add(rtt);
        }
      }
      this.#txScore = experienceScore(this.#rtt, this.#txJitter, block.fractionLost / 256);
      this.#txScores.add(this.#txScore);
    }
  }
}
