import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RtpStats } from '../api.ts';
import { QUIET_STATS } from '../quiet-stats.ts';
import { emptyRtpHeader, parseRtp, writeRtpHeader } from './packet.ts';
import { experienceScore, formatRtpQos, Series } from './quality.ts';
import { Reception } from './reception.ts';
import { buildRtcp, compactNtp, ntpTime, parseRtcp } from './rtcp.ts';
import { DigitReceiver, eventOf, writeEvent } from './telephone-event.ts';

describe('an RTP packet', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.nat(127),
        fc.boolean(),
        fc.nat(65_535),
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.uint8Array({ maxLength: 400 }),
        (pt, marker, sequence, timestamp, ssrc, payload) => {
          const packet = new Uint8Array(12 + payload.length);
          writeRtpHeader(packet, pt, marker, sequence, timestamp, ssrc);
          packet.set(payload, 12);
          const header = emptyRtpHeader();
          expect(parseRtp(packet, header)).toBe(true);
          expect(header).toEqual({
            payloadType: pt,
            marker,
            sequence,
            timestamp,
            ssrc,
            start: 12,
            end: packet.length,
          });
        },
      ),
    );
  });

  it('leaves CSRCs, extension and padding outside the payload', () => {
    const packet = new Uint8Array(12 + 8 + 8 + 5 + 3);
    writeRtpHeader(packet, 0, false, 1, 2, 3);
    packet[0] = 0x80 | 0x20 | 0x10 | 2;
    packet.set([0xbe, 0xde, 0, 1], 20);
    packet[packet.length - 1] = 3;
    const header = emptyRtpHeader();
    expect(parseRtp(packet, header)).toBe(true);
    expect([header.start, header.end]).toEqual([28, 33]);
  });

  it('is refused when its lengths contradict each other', () => {
    const header = emptyRtpHeader();
    const short = Uint8Array.of(0x80, 0, 0, 1);
    const csrcs = new Uint8Array(12).fill(0).with(0, 0x8f);
    const extension = new Uint8Array(14).with(0, 0x90);
    const padding = new Uint8Array(12).with(0, 0xa0).with(11, 200);
    const noPadding = new Uint8Array(12).with(0, 0xa0);
    for (const bad of [short, csrcs, extension, padding, noPadding, new Uint8Array(20), new Uint8Array(0)]) {
      expect(parseRtp(bad, header)).toBe(false);
    }
  });

  it('never points outside, whatever the octets', () => {
    const header = emptyRtpHeader();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        if (octets.length > 0) octets[0] = 0x80 | ((octets[0] ?? 0) & 0x3f);
        if (!parseRtp(octets, header)) return;
        expect(header.start).toBeLessThanOrEqual(header.end);
        expect(header.end).toBeLessThanOrEqual(octets.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('reception', () => {
  const feed = (reception: Reception, sequences: number[], ssrc = 7): void => {
    for (const sequence of sequences)
      reception.take(ssrc, sequence & 0xffff, sequence * 160, 160, 8000, sequence * 20);
  };

  it('counts loss over the wrap of the sequence number, late and doubled packets included', () => {
    const reception = new Reception();
    feed(reception, [65_533, 65_534, 65_536, 65_535, 65_538, 65_538, 65_540]);
    expect(reception.extendedSequence).toBe(65_540);
    expect(reception.received).toBe(7);
    expect(reception.lost).toBe(1);
    expect(reception.takeFractionLost()).toBe(32);
    expect(reception.takeFractionLost()).toBe(0);
  });

  it('starts anew at another SSRC and keeps the totals', () => {
    const reception = new Reception();
    feed(reception, [1, 2, 4]);
    feed(reception, [40_000, 40_001], 8);
    expect([reception.ssrc, reception.received, reception.lost]).toEqual([8, 5, 1]);
  });

  it('takes two packets after a jump for a restarted sender', () => {
    const reception = new Reception();
    feed(reception, [1, 2, 30_000, 30_001, 30_002]);
    expect(reception.extendedSequence).toBe(30_002);
    expect(reception.lost).toBeLessThan(3);
  });

  it('estimates jitter as RFC 3550 A.8 does: one sixteenth of each deviation', () => {
    const reception = new Reception();
    reception.take(1, 1, 0, 160, 8000, 0);
    reception.take(1, 2, 160, 160, 8000, 30);
    expect(reception.jitterSeconds).toBeCloseTo(0.01 / 16, 9);
    reception.take(1, 3, 320, 160, 8000, 50);
    expect(reception.jitterSeconds).toBeCloseTo((0.01 / 16) * (15 / 16), 9);
  });

  it('takes the wrap of the time stamp for no jitter', () => {
    const reception = new Reception();
    reception.take(1, 1, 0xffffffff - 79, 160, 8000, 0);
    reception.take(1, 2, 80, 160, 8000, 20);
    expect(reception.jitterUnits).toBe(0);
  });
});

describe('RTCP', () => {
  it('comes back as it was written', () => {
    const { seconds, fraction } = ntpTime(1_700_000_000_250);
    const sender = { ntpSeconds: seconds, ntpFraction: fraction, timestamp: 160, packets: 10, octets: 1600 };
    const block = {
      ssrc: 9,
      fractionLost: 64,
      lost: -3,
      extendedSequence: 70_000,
      jitter: 12,
      lastReport: 0xdeadbeef,
      delay: 65_536,
    };
    const compound = parseRtcp(buildRtcp(5, 'asterism', sender, block, true));
    expect(compound).toEqual({ reports: [{ ssrc: 5, sender, blocks: [block] }], byes: [5] });
    expect(compactNtp(seconds, fraction)).toBe((((seconds & 0xffff) << 16) | 0x4000) >>> 0);
    expect(parseRtcp(buildRtcp(5, '', undefined, undefined))).toEqual({
      reports: [{ ssrc: 5, sender: undefined, blocks: [] }],
      byes: [],
    });
  });

  it('is refused when lengths contradict, and survives any octets', () => {
    const whole = buildRtcp(5, 'asterism', undefined, undefined, true);
    for (let length = 0; length < whole.length; length++) {
      const compound = parseRtcp(whole.subarray(0, length));
      // A cut between two packets of the compound leaves a whole packet.
      if (compound) expect(length % 4).toBe(0);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (octets) => {
        if (octets.length > 1) octets.set([0x80 | ((octets[0] ?? 0) & 31), 200 + ((octets[1] ?? 0) % 5)]);
        parseRtcp(octets);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('telephone events', () => {
  const setUp = () => {
    const told: string[] = [];
    const receiver = new DigitReceiver({
      begin: (digit) => told.push(`+${digit}`),
      end: (digit, ms) => told.push(`-${digit} ${ms}`),
    });
    const payload = new Uint8Array(4);
    const take = (
      digit: string,
      duration: number,
      ended: boolean,
      timestamp: number,
      now: number,
      ssrc = 1,
    ) => {
      writeEvent(payload, 0, eventOf(digit), duration, ended);
      receiver.take(payload, timestamp, ssrc, 8000, now);
    };
    return { told, receiver, take };
  };

  it('are told once, however often the end comes', () => {
    const { told, take } = setUp();
    take('5', 160, false, 1000, 0);
    take('5', 320, false, 1000, 20);
    for (const now of [40, 41, 42]) take('5', 800, true, 1000, now);
    take('5', 160, false, 3000, 200);
    take('5', 400, true, 3000, 220);
    expect(told).toEqual(['+5', '-5 100', '+5', '-5 50']);
  });

  it('end when the next one begins or when packets cease', () => {
    const { told, take, receiver } = setUp();
    take('1', 160, false, 1000, 0);
    take('2', 160, false, 2000, 50);
    take('1', 320, true, 1000, 55);
    receiver.expire(100);
    expect(told).toEqual(['+1', '-1 20', '+2']);
    receiver.expire(300);
    expect(told.at(-1)).toBe('-2 20');
    expect(receiver.pressed).toBe(false);
  });

  it('count again when a recorded press is played a second time', () => {
    const { told, take } = setUp();
    take('#', 800, true, 1000, 0);
    take('#', 800, true, 1000, 10);
    take('#', 800, true, 1000, 900);
    expect(told).toEqual(['+#', '-# 100', '+#', '-# 100']);
  });

  it('that are no digits, or too short, are passed over', () => {
    const { told, receiver } = setUp();
    receiver.take(Uint8Array.of(16, 0x80, 0, 0), 1, 1, 8000, 0);
    receiver.take(Uint8Array.of(1, 0x80), 1, 1, 8000, 0);
    expect(told).toEqual([]);
    expect(eventOf('AB')).toBe(-1);
  });
});

describe('quality', () => {
  const stats: RtpStats = { ...QUIET_STATS, ssrc: 1922630997 };

  it('formats a call without packets as the original does', () => {
    expect(formatRtpQos(stats)).toEqual({
      RTPAUDIOQOS:
        'ssrc=1922630997;themssrc=0;lp=0;rxjitter=0.000000;rxcount=0;txjitter=0.000000;txcount=0;rlp=0;rtt=0.000000;rxmes=0.000000;txmes=0.000000',
      RTPAUDIOQOSJITTER:
        'minrxjitter=000.000000;maxrxjitter=000.000000;avgrxjitter=000.000000;stdevrxjitter=000.000000;mintxjitter=000.000000;maxtxjitter=000.000000;avgtxjitter=000.000000;stdevtxjitter=000.000000;',
      RTPAUDIOQOSLOSS:
        '  minrxlost=000.000000;  maxrxlost=000.000000;  avgrxlost=000.000000;  stdevrxlost=000.000000;  mintxlost=000.000000;  maxtxlost=000.000000;  avgtxlost=000.000000;  stdevtxlost=000.000000;',
      RTPAUDIOQOSRTT:
        '     minrtt=000.000000;     maxrtt=000.000000;     avgrtt=000.000000;     stdevrtt=000.000000;',
      RTPAUDIOQOSMES:
        '   minrxmes=000.000000;   maxrxmes=000.000000;   avgrxmes=000.000000;   stdevrxmes=000.000000;   mintxmes=000.000000;   maxtxmes=000.000000;   avgtxmes=000.000000;   stdevtxmes=000.000000;',
    });
  });

  it('keeps minimum, maximum, mean and deviation of a series', () => {
    const series = new Series();
    for (const value of [2, 4, 4, 4, 5, 5, 7, 9, Number.NaN]) series.add(value);
    expect(series.spread).toEqual({ min: 2, max: 9, avg: 5, stdev: 2 });
  });

  it('scores a flawless call near 93 and a lossy one low', () => {
    expect(experienceScore(0, 0, 0)).toBeCloseTo(92.95, 6);
    expect(experienceScore(0.3, 0.02, 0.1)).toBeLessThan(50);
    expect(experienceScore(5, 1, 1)).toBe(0);
  });
});
