import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SipParseError } from './error.ts';
import { StreamFramer } from './framer.ts';

const message = (body: string, name = 'Content-Length') =>
  `MESSAGE sip:a@b SIP/2.0\r\nCSeq: 1 MESSAGE\r\n${name}: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function push(framer: StreamFramer, text: string): { messages: string[]; pings: number } {
  const { messages, pings } = framer.push(Buffer.from(text));
  return { messages: messages.map(String), pings };
}

describe('a stream', () => {
  it('gives the same messages however it is cut', () => {
    const bodies = fc.array(
      fc.string({ maxLength: 60, unit: fc.constantFrom('a', '\r', '\n', 'é', ':', ' ') }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const pauses = fc.array(fc.constantFrom('', '\r\n\r\n', '\r\n\r\n\r\n\r\n'), {
      minLength: 6,
      maxLength: 6,
    });
    fc.assert(
      fc.property(bodies, pauses, fc.array(fc.nat(), { maxLength: 20 }), (parts, between, cuts) => {
        const wanted = parts.map((body) => message(body));
        const stream = Buffer.from(wanted.map((each, i) => `${between[i] ?? ''}${each}`).join(''));
        const places = [...new Set(cuts.map((cut) => cut % stream.length))].sort((a, b) => a - b);
        const framer = new StreamFramer();
        const got: string[] = [];
        let at = 0;
        for (const place of [...places, stream.length]) {
          got.push(...framer.push(stream.subarray(at, place)).messages.map(String));
          at = place;
        }
        expect(got).toEqual(wanted);
        expect(framer.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('byte by byte gives whole messages and counts pings', () => {
    const framer = new StreamFramer();
    const messages: string[] = [];
    let pings = 0;
    for (const character of `\r\n\r\n${message('one')}\r\n\r\n\r\n\r\n${message('', 'l')}`) {
      const framed = push(framer, character);
      messages.push(...framed.messages);
      pings += framed.pings;
    }
    expect(messages).toEqual([message('one'), message('', 'l')]);
    expect(pings).toBe(3);
  });

  it('without Content-Length, with a bad one or two of them is lost', () => {
    for (const header of ['', 'Content-Length: -1', 'Content-Length: x', 'Content-Length: 1\r\nl: 2']) {
      expect(() => push(new StreamFramer(), `OPTIONS a SIP/2.0\r\n${header}\r\n\r\n`), header).toThrow(
        SipParseError,
      );
    }
  });

  it('may not hold back more than one message of the greatest size', () => {
    const framer = new StreamFramer(1_000);
    expect(() => {
      for (let i = 0; i < 100; i++) framer.push(Buffer.from('X: yyyyyyyyyyyyyyyyyyyy\r\n'));
    }).toThrow(expect.objectContaining({ status: 513 }));
    expect(() => push(new StreamFramer(1_000), message('x'.repeat(2_000)))).toThrow(
      expect.objectContaining({ status: 513 }),
    );
  });
});
