import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fieldOf,
  MAX_UPSTREAM_LINE,
  MAX_UPSTREAM_PACKET,
  tagged,
  UpstreamReader,
} from './upstream-packet.ts';

function read(...chunks: readonly string[]) {
  const packets: string[] = [];
  const reader = new UpstreamReader((text) => packets.push(text));
  let fault: string | undefined;
  for (const each of chunks) fault ??= reader.take(each);
  return { packets, fault };
}

describe('what a server sends', () => {
  it('is cut into packets, whatever its line ends are', () => {
    expect(read('\r\nA: 1\r\nB: 2\r\n\r\n\r\nC: 3\nD: a\rb\n\nE: \r\r\n', '\r\n').packets).toEqual([
      'A: 1\r\nB: 2\r\n',
      'C: 3\r\nD: a b\r\n',
      'E:  \r\n',
    ]);
  });

  it('is the same wherever it was cut', () => {
    const whole = 'Event: A\r\nB: 2\r\n\r\nC: 3\nD: a\rb\n\nEvent: E\r\n\r\n';
    const { packets } = read(whole);
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, index) => whole.slice(at[index], end));
        expect(read(...chunks)).toEqual({ packets, fault: undefined });
      }),
    );
  });

  it('never has a line break but CRLF, nor an empty line', () => {
    const noise = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'Event: X', 'Server: y', ' ', ':'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.array(noise), (chunks) => {
        for (const packet of read(...chunks.map((each) => each.join(''))).packets) {
          expect(packet).toMatch(/^(?:[^\r\n]+\r\n)+$/);
        }
      }),
    );
  });

  it('ends with a line or a packet that is too long', () => {
    const line = 'x'.repeat(MAX_UPSTREAM_LINE - 10);
    expect(read(`${line}\r\n\r\n`).fault).toBeUndefined();
    expect(read(`${line}${line}`).fault).toBe('it sends a line that is too long');
    expect(read(line, line).fault).toBe('it sends a line that is too long');
    expect(read(`${line}${line}\n`).fault).toBe('it sends a line that is too long');
    const chunks = Array.from({ length: 1 + MAX_UPSTREAM_PACKET / line.length }, () => `${line}\r\n`);
    expect(read(...chunks).fault).toBe('it sends a packet that is too long');
    expect(read(chunks.join('')).fault).toBe('it sends a packet that is too long');
  });

  it('costs no more than its length, byte by byte and without line ends', () => {
    const start = performance.now();
    const reader = new UpstreamReader(() => {});
    for (let at = 0; at < 60_000; at++) reader.take('x');
    read('\n'.repeat(2_000_000), 'a\n'.repeat(1_000_000), `${'\r'.repeat(60_000)}\n`.repeat(20));
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('a packet for clients here', () => {
  it('has one ActionID and one Server, whatever it came with', () => {
    const packet =
      'Response: Success\r\nActionID: x\r\nserver: forged\r\nMessage: Server: kept\r\n SERVER : y\r\n';
    expect(tagged(packet, 'east', '7')).toBe(
      'Response: Success\r\nActionID: 7\r\nServer: east\r\nMessage: Server: kept\r\n\r\n',
    );
    expect(tagged('Event: A\r\n', 'east', undefined)).toBe('Event: A\r\nServer: east\r\n\r\n');
    expect(fieldOf(packet, 'Message')).toBe('Server: kept');
  });

  it('keeps every other line as it is, whatever is in it', () => {
    const words = fc.constantFrom(
      'Server',
      'actionid',
      ':',
      ' ',
      '\t',
      '\u2028',
      '\u2029',
      '\u0085',
      'a',
      'Event: ',
    );
    const line = fc.array(words, { minLength: 1, maxLength: 8 }).map((each) => each.join(''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), ([first = '', ...more]) => {
        const own = /^[ \t]*(?:server|actionid)[ \t]*:/i;
        const kept = more.filter((each) => !own.test(each));
        expect(tagged(`${[first, ...more].join('\r\n')}\r\n`, 'east', '7').split('\r\n')).toEqual([
          first,
          'ActionID: 7',
          'Server: east',
          ...kept,
          '',
          '',
        ]);
      }),
    );
  });
});
