import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  header,
  headers,
  MAX_HEADERS,
  MAX_LINE,
  MAX_SKIPPED,
  type Packet,
  type PacketFault,
  PacketReader,
  render,
} from './packet.ts';

/** What a reader makes of a stream that arrives in these pieces; a packet that it passes over is told by its fault. */
function read(...chunks: string[]): { packets: (Packet | PacketFault)[]; fine: boolean } {
  const packets: (Packet | PacketFault)[] = [];
  const reader = new PacketReader(
    (packet) => packets.push(packet),
    (fault) => packets.push(fault),
  );
  let fine = true;
  for (const chunk of chunks) fine = fine && reader.take(chunk);
  return { packets, fine };
}

describe('packets from a stream', () => {
  it('end with an empty line, their lines with CRLF or LF', () => {
    expect(read('Action: Ping\r\nActionID: 1\r\n\r\nAction: Logoff\n\n').packets).toEqual([
      [
        ['Action', 'Ping'],
        ['ActionID', '1'],
      ],
      [['Action', 'Logoff']],
    ]);
  });

  it('may come a character at a time, and several at once', () => {
    const text = 'Action: Login\r\nUsername: a\r\n\r\nAction: Ping\r\n\r\n';
    expect(read(...text).packets).toEqual(read(text).packets);
    expect(read(text).packets).toHaveLength(2);
  });

  it.each([
    ['no colon', 'bogus\r\n\r\n', [['bogus', '']]],
    ['a colon and nothing', 'Key:\r\n\r\n', [['Key', '']]],
    ['no name', ': value\r\n\r\n', [['', 'value']]],
    ['colons in the value', 'Data: a:b: c\r\n\r\n', [['Data', 'a:b: c']]],
    ['no blank after the colon', 'Action:Ping\r\n\r\n', [['Action', 'Ping']]],
    ['blanks before the value', 'Action:   Ping\r\n\r\n', [['Action', 'Ping']]],
    [
      'the same name twice',
      'Variable: a=1\r\nvariable: b=2\r\n\r\n',
      [
        ['Variable', 'a=1'],
        ['variable', 'b=2'],
      ],
    ],
    ['names that objects have', '__proto__: x\r\n\r\n', [['__proto__', 'x']]],
    ['a NUL', 'A: x\0y\r\n\r\n', [['A', 'x\0y']]],
    ['a carriage return inside', 'A: x\ry\r\n\r\n', [['A', 'x\ry']]],
  ])('keep a line with %s', (_what, text, packet) => {
    expect(read(text).packets).toEqual([packet]);
  });

  it('have no headers where an empty line stands alone', () => {
    expect(read('\r\n\n').packets).toEqual([[], []]);
  });

  it('wait for their end', () => {
    expect(read('Action: Ping\r\n')).toEqual({ packets: [], fine: true });
  });

  it('over a limit are passed over, and the next is read', () => {
    const next = 'Action: Ping\r\n\r\n';
    const ping = [['Action', 'Ping']];
    expect(read(`A: ${'x'.repeat(MAX_LINE)}\r\n\r\n${next}`).packets).toEqual(['long line', ping]);
    expect(read(`A: ${'x'.repeat(MAX_LINE - 3)}\r\n\r\n`).packets).toHaveLength(1);
    expect(read(`${'A: 1\r\n'.repeat(MAX_HEADERS)}\r\n`).packets[0]).toHaveLength(MAX_HEADERS);
    expect(read(`${'A: 1\r\n'.repeat(MAX_HEADERS + 1)}\r\n${next}`).packets).toEqual(['many lines', ping]);
    const many = 'A: 1\r\n\r\n'.repeat(10_000);
    expect(read(many)).toMatchObject({ fine: true, packets: { length: 10_000 } });
  });

  it('that go on and on cost their sender the connection', () => {
    expect(read('x'.repeat(MAX_SKIPPED)).fine).toBe(true);
    expect(read('x'.repeat(1024 * 1024)).fine).toBe(false);
    expect(read(...Array.from({ length: 1024 }, () => 'x'.repeat(1024))).fine).toBe(false);
    expect(read('A: 1\r\n'.repeat(MAX_SKIPPED)).fine).toBe(false);
  });

  it('give headers by name in any case, the first of several', () => {
    const packet: Packet = [
      ['Variable', 'a'],
      ['VARIABLE', 'b'],
    ];
    expect([header(packet, 'variable'), header(packet, 'nosuch')]).toEqual(['a', undefined]);
    expect(headers(packet, 'vaRiable')).toEqual(['a', 'b']);
  });
});

describe('packets to a stream', () => {
  it('cannot be broken by what a value holds', () => {
    expect(render([['Message', 'a\r\nEvent: Forged\r\n\r\nb']])).toBe('Message: a Event: Forged b\r\n\r\n');
  });

  const text = fc.string({ unit: 'grapheme' }).filter((each) => !/[\r\n]/.test(each));
  const name = text.filter((each) => !each.includes(':') && each !== '');
  const value = text.filter((each) => each === each.trimStart());
  const packet = fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 20 });

  it('are read back as they were, cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 4 }), fc.array(fc.nat(200)), (packets, cuts) => {
        const whole = packets.map((each) => render(each)).join('');
        const chunks: string[] = [];
        let rest = whole;
        for (const cut of cuts) {
          chunks.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        expect(read(...chunks, rest)).toEqual({ packets, fine: true });
      }),
    );
  });

  it('survive any bytes at all', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 })), (chunks) => {
        const { packets } = read(...chunks);
        for (const each of packets)
          expect(typeof each === 'string' || render(each).endsWith('\r\n')).toBe(true);
      }),
    );
  });
});
