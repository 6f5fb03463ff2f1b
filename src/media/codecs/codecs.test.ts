import { describe, expect, it } from 'vitest';
import { audioFormats, formatByPayloadType, formatByRtpmap, isCarried } from './formats.ts';
import { alawDecode, alawEncode, alawToUlaw, ulawDecode, ulawEncode, ulawToAlaw } from './g711.ts';
import { decode, encode, octetsFor } from './pcm.ts';
import { decodeTo8k, Transcoder } from './transcoder.ts';

describe('G.711', () => {
  it('has the values of the recommendation at the ends and around zero', () => {
    expect(
      [ulawDecode[0x00], ulawDecode[0x80], ulawDecode[0xff], ulawDecode[0x7f]].map((n) => (n ?? 1) + 0),
    ).toEqual([-32124, 32124, 0, 0]);
    expect([alawDecode[0xaa], alawDecode[0x2a], alawDecode[0xd5], alawDecode[0x55]]).toEqual([
      32256, -32256, 8, -8,
    ]);
    expect(ulawEncode[0]).toBe(0xff);
    expect(alawEncode[0]).toBe(0xd5);
  });

  it('gives back every code that it decoded', () => {
    for (let code = 0; code < 256; code++) {
      expect(alawEncode[(alawDecode[code] ?? 0) & 0xffff]).toBe(code);
      // 0x7f is negative zero, which no sample can express.
      expect(ulawEncode[(ulawDecode[code] ?? 0) & 0xffff]).toBe(code === 0x7f ? 0xff : code);
    }
  });

  it('is off by at most half a step of its segment', () => {
    for (let sample = -32_768; sample < 32_768; sample += 7) {
      const limit = Math.max(16, Math.abs(sample) / 16);
      expect(Math.abs((ulawDecode[ulawEncode[sample & 0xffff] ?? 0] ?? 0) - sample)).toBeLessThanOrEqual(
        limit,
      );
      expect(Math.abs((alawDecode[alawEncode[sample & 0xffff] ?? 0] ?? 0) - sample)).toBeLessThanOrEqual(
        limit,
      );
    }
  });

  it('crosses from law to law with the sign kept', () => {
    for (let code = 0; code < 256; code++) {
      const a = ulawToAlaw[code] ?? 0;
      expect(Math.sign(alawDecode[a] ?? 0) * Math.sign(ulawDecode[code] ?? 0)).toBeGreaterThanOrEqual(0);
      expect(Math.abs((ulawDecode[alawToUlaw[a] ?? 0] ?? 0) - (ulawDecode[code] ?? 0))).toBeLessThanOrEqual(
        1100,
      );
    }
  });
});

describe('the format table', () => {
  it('finds formats by static payload type and by rtpmap in any case', () => {
    expect(formatByPayloadType(0)?.name).toBe('ulaw');
    expect(formatByPayloadType(9)?.name).toBe('g722');
    expect(formatByPayloadType(122)).toBeUndefined();
    expect(formatByRtpmap('pcma', 8000)?.name).toBe('alaw');
    expect(formatByRtpmap('L16', 16000)?.name).toBe('slin16');
    expect(formatByRtpmap('opus', 8000)).toBeUndefined();
  });

  it('names every payload type once', () => {
    expect(new Set(audioFormats.map((each) => each.payloadType)).size).toBe(audioFormats.length);
    expect(audioFormats.filter((each) => isCarried(each.name)).map((each) => each.name)).toEqual([
      'ulaw',
      'alaw',
      'slin',
      'slin16',
    ]);
  });
});

describe('a transcoder', () => {
  const tone = Int16Array.from({ length: 160 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 8000)),
  );

  it('carries a tone through every pair of formats', () => {
    for (const from of ['ulaw', 'alaw', 'slin', 'slin16'] as const) {
      for (const to of ['ulaw', 'alaw', 'slin', 'slin16'] as const) {
        const payload = new Transcoder(from).encode(tone, tone.length, 8000).slice();
        expect(payload.length).toBe(octetsFor(from, 20));
        const out = new Transcoder(to).convert(from, payload);
        expect(out.length).toBe(octetsFor(to, 20));
        const back = new Int16Array(160);
        expect(decodeTo8k(to, out, back)).toBe(160);
        let error = 0;
        for (let i = 0; i < 160; i++) error += Math.abs((back[i] ?? 0) - (tone[i] ?? 0));
        expect(error / 160).toBeLessThan(1500);
      }
    }
  });

  it('reads L16 in network order', () => {
    const samples = new Int16Array(2);
    expect(decode('slin', Uint8Array.of(0x12, 0x34, 0xff, 0xfe, 0x01), samples)).toBe(2);
    expect([...samples]).toEqual([0x1234, -2]);
    const octets = new Uint8Array(4);
    expect(encode('slin', samples, 2, octets)).toBe(4);
    expect([...octets]).toEqual([0x12, 0x34, 0xff, 0xfe]);
  });

  it('never writes past its buffers', () => {
    const out = new Transcoder('alaw').convert('ulaw', new Uint8Array(20_000));
    expect(out.length).toBe(6400);
    expect(new Transcoder('slin16').convert('ulaw', new Uint8Array(20_000)).length).toBe(6400);
  });
});
