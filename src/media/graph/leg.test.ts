import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../platform/index.ts';
import type { FinishReason, Remote, RtpLegConfiguration } from '../api.ts';
import { SoundLibrary } from '../files/sound-library.ts';
import { emptyRtpHeader, parseRtp, writeRtpHeader } from '../rtp/packet.ts';
import { buildRtcp, ntpTime, parseRtcp } from '../rtp/rtcp.ts';
import { writeEvent } from '../rtp/telephone-event.ts';
import { Bridge } from './bridge.ts';
import { LegNode } from './leg.ts';
import { Ticker } from './ticker.ts';

const FAR: Remote = { address: '192.0.2.10', port: 4000 };
const ELSEWHERE: Remote = { address: '198.51.100.7', port: 6000 };
const G711: RtpLegConfiguration = {
  remote: FAR,
  payloads: [
    { pt: 0, format: 'ulaw' },
    { pt: 8, format: 'alaw' },
  ],
  dtmfPayload: 101,
};

interface Sent {
  pt: number;
  marker: boolean;
  sequence: number;
  timestamp: number;
  ssrc: number;
  payload: Uint8Array;
  to: Remote;
}

/** A leg in memory: what it sends and tells is kept. */
function makeLeg(shared: { clock?: FakeClock; ticker?: Ticker } = {}) {
  const clock = shared.clock ?? new FakeClock();
  const ticker =
    shared.ticker ??
    new Ticker(clock, (error) => {
      throw error;
    });
  const sent: Sent[] = [];
  const rtcp: { packet: Uint8Array; to: Remote }[] = [];
  const told: string[] = [];
  const leg = new LegNode({
    clock,
    ticker,
    library: new SoundLibrary([]),
    rtcpIntervalMs: 5_000,
    ssrc: 0xabcd,
    sequence: 65_530,
    timestamp: 0xffff_ff00,
    cname: 'test',
    transport: {
      sendRtp: (packet, octets, to) => {
        const header = emptyRtpHeader();
        expect(parseRtp(packet.subarray(0, octets), header)).toBe(true);
        const { payloadType: pt, marker, sequence, timestamp, ssrc } = header;
        sent.push({
          pt,
          marker,
          sequence,
          timestamp,
          ssrc,
          payload: Uint8Array.from(packet.subarray(header.start, octets)),
          to,
        });
      },
      sendRtcp: (packet, to) => rtcp.push({ packet, to }),
    },
    listener: {
      dtmfBegin: (digit) => told.push(`begin ${digit}`),
      dtmf: (digit, ms) => told.push(`dtmf ${digit} ${ms}`),
      timeout: () => told.push('timeout'),
      stats: () => told.push('stats'),
      remote: ({ address, port }) => told.push(`remote ${address}:${port}`),
    },
  });
  return { clock, ticker, leg, sent, rtcp, told };
}

function rtp(pt: number, sequence: number, timestamp: number, payload: Uint8Array, ssrc = 77): Uint8Array {
  const packet = new Uint8Array(12 + payload.length);
  writeRtpHeader(packet, pt, false, sequence & 0xffff, timestamp >>> 0, ssrc);
  packet.set(payload, 12);
  return packet;
}

function event(code: number, duration: number, ended: boolean): Uint8Array {
  const payload = new Uint8Array(4);
  writeEvent(payload, 0, code, duration, ended);
  return payload;
}

const frame = (fill: number): Uint8Array => new Uint8Array(160).fill(fill);

describe('an RTP leg that echoes', () => {
  it('sends each packet back with its own numbering, to where SDP said', () => {
    const { leg, sent } = makeLeg();
    leg.configure(G711);
    leg.echo(true);
    for (let i = 0; i < 8; i++) leg.receiveRtp(rtp(0, 100 + i, 160 * i, frame(i)), FAR.address, FAR.port);
    expect(sent.map((each) => each.sequence)).toEqual([65_530, 65_531, 65_532, 65_533, 65_534, 65_535, 0, 1]);
    expect(sent.map((each) => (each.timestamp - 0xffff_ff00) >>> 0)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i * 160),
    );
    expect(sent.map((each) => each.marker)).toEqual([true, ...new Array(7).fill(false)]);
    expect(sent[3]).toMatchObject({ pt: 0, ssrc: 0xabcd, to: FAR, payload: frame(3) });
  });

  it('keeps a gap of the far end a gap in the time stamps, and drops what was overtaken', () => {
    const { leg, sent } = makeLeg();
    leg.configure(G711);
    leg.echo(true);
    for (const i of [0, 1, 4, 3, 5]) leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), FAR.address, FAR.port);
    expect(sent.map((each) => each.payload[0])).toEqual([0, 1, 4, 5]);
    expect(sent.map((each) => (each.timestamp - 0xffff_ff00) >>> 0)).toEqual([0, 160, 640, 800]);
  });

  it('answers in the first codec of the list what came in another', () => {
    const { leg, sent } = makeLeg();
    leg.configure(G711);
    leg.echo(true);
    leg.receiveRtp(rtp(8, 1, 0, frame(0xd5)), FAR.address, FAR.port);
    expect(sent[0]?.pt).toBe(0);
    expect(sent[0]?.payload[0]).toBeGreaterThan(0xfd);
  });

  it('packs frames to the packet time that was agreed on', () => {
    const { leg, sent } = makeLeg();
    leg.configure({ ...G711, ptime: 40 });
    leg.echo(true);
    for (let i = 0; i < 6; i++) leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), FAR.address, FAR.port);
    expect(sent.map((each) => each.payload.length)).toEqual([320, 320, 320]);
    expect(sent.map((each) => (each.timestamp - 0xffff_ff00) >>> 0)).toEqual([0, 320, 640]);
  });

  it.each(['recvonly', 'inactive', 'sendonly'] as const)('sends nothing back while it is %s', (direction) => {
    const { leg, sent } = makeLeg();
    leg.configure({ ...G711, direction });
    leg.echo(true);
    leg.receiveRtp(rtp(0, 1, 0, frame(1)), FAR.address, FAR.port);
    expect(sent).toEqual([]);
  });
});

describe('the source of a leg', () => {
  it('is learnt after four packets in sequence, and audio then goes there', () => {
    const { leg, sent, told } = makeLeg();
    leg.configure({ ...G711, symmetric: true });
    leg.echo(true);
    for (let i = 0; i < 5; i++)
      leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), ELSEWHERE.address, ELSEWHERE.port);
    expect(told).toEqual(['remote 198.51.100.7:6000']);
    expect(sent.map((each) => each.to)).toEqual([ELSEWHERE, ELSEWHERE]);
    expect(leg.stats().rxDiscarded).toBe(3);
  });

  it('cannot be taken over by a third, but the announced one always may speak', () => {
    const { leg, sent } = makeLeg();
    leg.configure({ ...G711, symmetric: true });
    leg.echo(true);
    for (let i = 0; i < 4; i++)
      leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), ELSEWHERE.address, ELSEWHERE.port);
    for (let i = 0; i < 20; i++) leg.receiveRtp(rtp(0, i, 160 * i, frame(i), 5), '203.0.113.1', 9);
    expect(sent).toHaveLength(1);
    leg.receiveRtp(rtp(0, 900, 160, frame(1)), FAR.address, FAR.port);
    expect(sent.at(-1)?.to).toEqual(FAR);
    leg.receiveRtp(rtp(0, 4, 640, frame(1)), ELSEWHERE.address, ELSEWHERE.port);
    expect(sent).toHaveLength(2);
  });

  it('is learnt but not followed when RTP is not symmetric', () => {
    const { leg, sent, told } = makeLeg();
    leg.configure(G711);
    leg.echo(true);
    for (let i = 0; i < 5; i++)
      leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), ELSEWHERE.address, ELSEWHERE.port);
    expect(told).toEqual([]);
    expect(sent.map((each) => each.to)).toEqual([FAR, FAR]);
  });
});

describe('DTMF on a leg', () => {
  it('is told once a press, with the length its sender measured', () => {
    const { leg, told } = makeLeg();
    leg.configure(G711);
    const packets = [event(5, 160, false), event(5, 320, false), event(5, 800, true), event(5, 800, true)];
    packets.forEach((each, i) => {
      leg.receiveRtp(rtp(101, i, 4000, each), FAR.address, FAR.port);
    });
    expect(told).toEqual(['begin 5', 'dtmf 5 100']);
  });

  it('ends when the packets cease without an end', () => {
    const { leg, told, clock, ticker } = makeLeg();
    leg.configure(G711);
    leg.receiveRtp(rtp(101, 1, 4000, event(11, 400, false)), FAR.address, FAR.port);
    clock.advance(400);
    expect(told).toEqual(['begin #', 'dtmf # 50']);
    expect(ticker.size).toBe(0);
  });

  it('is sent as events that share a time stamp, with the end three times', async () => {
    const { leg, sent, clock } = makeLeg();
    leg.configure(G711);
    const done = leg.sendDtmf('7', 100, 50);
    clock.advance(400);
    await done;
    expect(sent.every((each) => each.pt === 101 && each.timestamp === 0xffff_ff00)).toBe(true);
    expect(sent.map((each) => each.marker)).toEqual([true, ...new Array(sent.length - 1).fill(false)]);
    expect(
      sent.map(({ payload }) => [
        payload[0],
        (payload[1] ?? 0) >> 7,
        ((payload[2] ?? 0) << 8) | (payload[3] ?? 0),
      ]),
    ).toEqual([
      [7, 0, 160],
      [7, 0, 320],
      [7, 0, 480],
      [7, 0, 640],
      [7, 0, 800],
      [7, 1, 800],
      [7, 1, 800],
      [7, 1, 800],
    ]);
  });

  it('is sent as a tone when the far end knows no events', async () => {
    const { leg, sent, clock } = makeLeg();
    leg.configure({ remote: FAR, payloads: [{ pt: 0, format: 'ulaw' }] });
    const done = leg.sendDtmf('1', 100, 50);
    clock.advance(400);
    await done;
    expect(sent.map((each) => [each.pt, each.payload.length])).toEqual(new Array(5).fill([0, 160]));
  });

  it('is received by another leg as it was sent', async () => {
    const a = makeLeg();
    const b = makeLeg({ clock: a.clock, ticker: a.ticker });
    a.leg.configure(G711);
    b.leg.configure(G711);
    const done = a.leg.sendDtmf('12#', 80, 60);
    for (let i = 0; i < 60; i++) {
      a.clock.advance(20);
      for (const { pt, sequence, timestamp, payload, ssrc } of a.sent.splice(0))
        b.leg.receiveRtp(rtp(pt, sequence, timestamp, payload, ssrc), FAR.address, FAR.port);
    }
    await done;
    expect(b.told.filter((each) => each !== 'stats')).toEqual([
      'begin 1',
      'dtmf 1 80',
      'begin 2',
      'dtmf 2 80',
      'begin #',
      'dtmf # 80',
    ]);
  });

  it('fails with a reason: no digit, not configured, on hold, closed', async () => {
    const { leg, clock } = makeLeg();
    await expect(leg.sendDtmf('1', 100, 100)).rejects.toMatchObject({ code: 'not-configured' });
    leg.configure(G711);
    await expect(leg.sendDtmf('1x', 100, 100)).rejects.toMatchObject({ code: 'bad-digits' });
    const cut = leg.sendDtmf('1', 100, 100);
    leg.configure({ ...G711, direction: 'recvonly' });
    clock.advance(20);
    await expect(cut).rejects.toMatchObject({ code: 'not-configured' });
    leg.configure(G711);
    const closed = leg.sendDtmf('1', 100, 100);
    leg.close();
    await expect(closed).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('RTCP of a leg', () => {
  it('reports what was sent and received, learns the round trip, and says goodbye', () => {
    const { leg, rtcp, clock, told } = makeLeg();
    leg.configure(G711);
    leg.echo(true);
    for (const i of [0, 1, 2, 4]) leg.receiveRtp(rtp(0, i, 160 * i, frame(i)), FAR.address, FAR.port);
    const ntp = ntpTime(clock.now());
    const sender = {
      ntpSeconds: ntp.seconds,
      ntpFraction: ntp.fraction,
      timestamp: 1,
      packets: 5,
      octets: 800,
    };
    leg.receiveRtcp(buildRtcp(77, 'far', sender, undefined), FAR.address, FAR.port + 1);
    clock.advance(7_500);
    const report = parseRtcp(rtcp[0]?.packet ?? new Uint8Array())?.reports[0];
    expect(rtcp[0]?.to).toEqual({ address: FAR.address, port: FAR.port + 1 });
    expect(report?.ssrc).toBe(0xabcd);
    expect(report?.sender).toMatchObject({ packets: 4, octets: 640 });
    expect(report?.blocks[0]).toMatchObject({ ssrc: 77, lost: 1, fractionLost: 51 });

    const block = {
      ssrc: 0xabcd,
      fractionLost: 0,
      lost: 3,
      extendedSequence: 0,
      jitter: 80,
      lastReport:
        ((((report?.sender?.ntpSeconds ?? 0) & 0xffff) << 16) |
          ((report?.sender?.ntpFraction ?? 0) >>> 16)) >>>
        0,
      delay: 0,
    };
    const sentAt = clock.now();
    clock.advance(100);
    leg.receiveRtcp(buildRtcp(77, 'far', undefined, block), FAR.address, FAR.port + 1);
    const stats = leg.stats();
    expect(stats).toMatchObject({ txLost: 3, txJitter: 0.01, rxLost: 1, rxCount: 4, txCount: 4 });
    expect(stats.rtt).toBeGreaterThan(0);
    expect(stats.rtt).toBeLessThan((clock.now() - sentAt + 7_500) / 1000);
    expect(told.filter((each) => each === 'stats').length).toBeGreaterThanOrEqual(3);

    leg.close();
    expect(parseRtcp(rtcp.at(-1)?.packet ?? new Uint8Array())?.byes).toEqual([0xabcd]);
    expect(clock.pending).toBe(0);
  });

  it('does not listen to hosts that have no part in the call', () => {
    const { leg, told } = makeLeg();
    leg.configure(G711);
    leg.receiveRtcp(buildRtcp(1, 'x', undefined, undefined), '203.0.113.9', 4001);
    expect(told).toEqual([]);
  });
});

describe('a leg without RTP', () => {
  it('tells the timeout once for each silence', () => {
    const { leg, told, clock } = makeLeg();
    leg.configure({ ...G711, timeoutSeconds: 10 });
    clock.advance(60_000);
    expect(told).toEqual(['timeout']);
    leg.receiveRtp(rtp(0, 1, 0, frame(0)), FAR.address, FAR.port);
    clock.advance(60_000);
    expect(told.filter((each) => each === 'timeout')).toHaveLength(2);
    leg.close();
    expect(clock.pending).toBe(0);
  });

  it('tells none while RTP comes, nor while the call is held', () => {
    const { leg, told, clock } = makeLeg();
    leg.configure({ ...G711, timeoutSeconds: 10 });
    for (let i = 0; i < 40; i++) {
      clock.advance(1_000);
      leg.receiveRtp(rtp(0, i, 0, frame(0)), FAR.address, FAR.port);
    }
    leg.configure({ ...G711, timeoutSeconds: 10, direction: 'sendonly' });
    clock.advance(60_000);
    expect(told).not.toContain('timeout');
  });
});

describe('a bridge', () => {
  it('forwards between two legs at once, digits included', async () => {
    const a = makeLeg();
    const b = makeLeg({ clock: a.clock, ticker: a.ticker });
    const bridge = new Bridge(a.ticker);
    a.leg.configure(G711);
    b.leg.configure({ ...G711, payloads: [{ pt: 8, format: 'alaw' }] });
    bridge.add(a.leg);
    bridge.add(b.leg);
    a.leg.receiveRtp(rtp(0, 1, 0, frame(0xff)), FAR.address, FAR.port);
    expect(b.sent[0]).toMatchObject({ pt: 8 });
    expect(a.sent).toEqual([]);
    a.leg.receiveRtp(rtp(101, 2, 4000, event(1, 800, true)), FAR.address, FAR.port);
    a.clock.advance(300);
    expect(b.sent.filter((each) => each.pt === 101).length).toBeGreaterThan(4);
    bridge.close();
    b.sent.length = 0;
    a.leg.receiveRtp(rtp(0, 3, 160, frame(0xff)), FAR.address, FAR.port);
    expect(b.sent).toEqual([]);
  });

  it('mixes three so that nobody hears himself, and forwards again when one leaves', () => {
    const a = makeLeg();
    const legs = [a, makeLeg(a), makeLeg(a)];
    const bridge = new Bridge(a.ticker);
    for (const each of legs) {
      each.leg.configure({ remote: FAR, payloads: [{ pt: 96, format: 'slin' }] });
      bridge.add(each.leg);
    }
    const level = (value: number): Uint8Array => {
      const payload = new Uint8Array(320);
      new DataView(payload.buffer).setInt16(0, value);
      for (let i = 2; i < 320; i++) payload[i] = payload[i - 2] ?? 0;
      return payload;
    };
    for (let i = 0; i < 10; i++) {
      legs.forEach((each, n) => {
        each.leg.receiveRtp(rtp(96, i, 160 * i, level(10_000 * (n + 1))), FAR.address, FAR.port);
      });
      a.clock.advance(20);
    }
    const heard = legs.map(({ sent }) => {
      const payload = sent.at(-1)?.payload ?? new Uint8Array(2);
      return new DataView(payload.buffer, payload.byteOffset).getInt16(0);
    });
    expect(heard).toEqual([32_767, 32_767, 30_000]);

    const [first, second, third] = legs;
    if (first === undefined || second === undefined || third === undefined) return;
    bridge.remove(third.leg);
    expect(a.ticker.size).toBe(0);
    second.sent.length = 0;
    first.leg.receiveRtp(rtp(96, 20, 3200, level(5)), FAR.address, FAR.port);
    expect(second.sent).toHaveLength(1);
  });
});

describe('a playback on a leg', () => {
  async function play(items: string[], leg: LegNode, log: string[]) {
    const player = leg.play(
      { items },
      {
        started: (index) => log.push(`started ${index}`),
        skipped: (index, error) => log.push(`skipped ${index} ${error.code}`),
        finished: (reason: FinishReason) => log.push(`finished ${reason}`),
      },
    );
    await settled();
    return player;
  }
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

  it('sends a frame every 20 ms, one item after the other, and passes over what cannot be played', async () => {
    const { leg, sent, clock, ticker } = makeLeg();
    const log: string[] = [];
    leg.configure(G711);
    await play(['nonesuch', 'tone:!440/100', 'tone:x', 'silence/0.1'], leg, log);
    for (let i = 0; i < 30; i++) {
      clock.advance(20);
      await settled();
    }
    expect(log).toEqual([
      'skipped 0 sound-not-found',
      'started 1',
      'skipped 2 bad-tone',
      'started 3',
      'finished done',
    ]);
    expect(sent).toHaveLength(10);
    expect(ticker.size).toBe(0);
  });

  it('pauses, goes on, goes back, jumps and stops', async () => {
    const { leg, sent, clock } = makeLeg();
    const log: string[] = [];
    leg.configure(G711);
    const player = await play(['silence/1', 'silence/2'], leg, log);
    clock.advance(200);
    expect(sent).toHaveLength(10);
    player.control('pause', 0);
    clock.advance(1_000);
    expect(sent).toHaveLength(10);
    player.control('resume', 0);
    player.control('restart', 0);
    clock.advance(900);
    expect(sent).toHaveLength(55);
    expect(sent[10]?.marker).toBe(true);
    player.control('reverse', 500);
    clock.advance(400);
    expect(log).toEqual(['started 0']);
    player.control('forward', 5_000);
    await settled();
    clock.advance(100);
    expect(log).toEqual(['started 0', 'started 1']);
    player.control('stop', 0);
    expect(log.at(-1)).toBe('finished stopped');
    sent.length = 0;
    clock.advance(100);
    expect(sent).toEqual([]);
  });

  it('is replaced by the next one, takes the place of echo meanwhile, and ends with the leg', async () => {
    const { leg, sent, clock } = makeLeg();
    const log: string[] = [];
    leg.configure(G711);
    leg.echo(true);
    await play(['silence/5'], leg, log);
    await play(['silence/5'], leg, log);
    leg.receiveRtp(rtp(0, 1, 0, frame(3)), FAR.address, FAR.port);
    expect(sent).toEqual([]);
    clock.advance(20);
    leg.close();
    expect(log).toEqual(['finished replaced', 'started 0', 'finished closed']);
    expect(clock.pending).toBe(0);
  });

  it('fails when there is nothing to play', async () => {
    const { leg } = makeLeg();
    const log: string[] = [];
    await play([], leg, log);
    await play(['nonesuch'], leg, log);
    expect(log).toEqual(['finished failed', 'skipped 0 sound-not-found', 'finished failed']);
  });
});

describe('hostile datagrams', () => {
  it('never bring a leg down, nor leave more running than a tick', () => {
    const { leg, clock } = makeLeg();
    leg.configure({ ...G711, payloads: [...G711.payloads, { pt: 96, format: 'slin16' }], symmetric: true });
    leg.echo(true);
    const header = fc
      .tuple(fc.constantFrom(0, 8, 13, 96, 101, 50), fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(3))
      .chain(([pt, sequence, timestamp, ssrc]) =>
        fc.uint8Array({ maxLength: 1500 }).map((body) => rtp(pt, sequence, timestamp, body, ssrc)),
      );
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), header),
        fc.boolean(),
        fc.nat(50),
        (packet, control, ms) => {
          if (control) leg.receiveRtcp(packet, FAR.address, FAR.port + 1);
          else leg.receiveRtp(packet, FAR.address, FAR.port);
          clock.advance(ms);
        },
      ),
      { numRuns: 3_000 },
    );
    leg.close();
    expect(clock.pending).toBe(0);
  });

  it('are RTCP only when every length fits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (packet) => {
        parseRtcp(packet);
      }),
    );
  });
});
