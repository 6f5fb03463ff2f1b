import { describe, expect, it } from 'vitest';
import { textFrame } from './frame.ts';

/** Reads a frame as RFC 6455 §5.2 says. */
function read(frame: Buffer): { first: number; text: string; masked: boolean } {
  const short = (frame[1] ?? 0) & 127;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  const size =
    short === 126 ? frame.readUInt16BE(2) : short === 127 ? Number(frame.readBigUInt64BE(2)) : short;
  expect(frame.length).toBe(at + size);
  return { first: frame[0] ?? 0, masked: (frame[1] ?? 0) >= 128, text: frame.subarray(at).toString() };
}

const frameOf = (text: string, masked = false) => textFrame(Buffer.from(text), Buffer.alloc(0), masked);

describe('a frame', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('of %i bytes is whole', (size) => {
    expect(read(frameOf('x'.repeat(size)))).toEqual({ first: 0x81, masked: false, text: 'x'.repeat(size) });
  });

  it.each([0, 1, 125, 126, 65_536])('of %i bytes can be masked, each time with another mask', (size) => {
    const text = 'x'.repeat(size);
    const unmask = (frame: Buffer) => {
      const at = frame.length - size;
      const plain = frame.subarray(at).map((byte, index) => byte ^ (frame[at - 4 + (index & 3)] ?? 0));
      expect((frame[1] ?? 0) & 0x80).toBe(0x80);
      return Buffer.from(plain).toString();
    };
    const frames = Array.from({ length: 2_000 }, () => frameOf(text, true)).slice(
      0,
      size > 1_000 ? 3 : 2_000,
    );
    for (const each of frames) expect(unmask(each)).toBe(text);
    const masks = new Set(
      frames.map((each) => each.toString('hex', each.length - size - 4, each.length - size)),
    );
    expect(masks.size).toBeGreaterThan(frames.length - 5);
  });

  it('counts bytes, not characters, and joins its parts', () => {
    expect(read(textFrame(Buffer.from('ä⁂'), Buffer.from('é'))).text).toBe('ä⁂é');
  });
});
