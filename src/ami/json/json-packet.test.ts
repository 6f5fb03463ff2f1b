import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Header, MAX_HEADERS, MAX_LINE, render } from '../packet.ts';
import { fromJson, packetsOf, toJson } from './json-packet.ts';
import { jsonWire, MAX_OBJECT_CHARS } from './json-wire.ts';

const value = fc.string({ unit: 'grapheme', maxLength: 40 }).map((each) => each.replace(/[\r\n\0]/g, ' '));
const name = value.map((each) => each.replaceAll(':', ' ').trim()).filter((each) => each !== '');

describe('a packet as JSON', () => {
  it('is an object of texts, with a list for a header that comes several times', () => {
    const packet: Header[] = [
      ['Response', 'Success'],
      ['Message', 'Command output follows'],
      ['Output', 'a "line"'],
      ['Output', ''],
      ['__proto__', 'x'],
      ['7', 'y'],
    ];
    expect(toJson(packet)).toBe(
      '{"Response":"Success","Message":"Command output follows","Output":["a \\"line\\"",""],"__proto__":"x","7":"y"}',
    );
    expect(toJson([])).toBe('{}');
    // One line for every reader.
    expect(toJson([['A', 'b\u2028c\u2029d\u0085']])).toBe('{"A":"b\\u2028c\\u2029d\\u0085"}');
  });

  it('is read back, whatever the object holds', () => {
    const object = fc.dictionary(name, fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 5 })), {
      maxKeys: 20,
    });
    fc.assert(
      fc.property(object, (given) => {
        const packet = fromJson(JSON.stringify(given));
        expect(typeof packet).toBe('object');
        if (typeof packet === 'object')
          expect(JSON.parse(toJson(packet))).toEqual(JSON.parse(JSON.stringify(given)));
      }),
    );
  });

  it('holds what the same packet in the line protocol holds', () => {
    const header = fc.tuple(
      name,
      value.map((each) => each.trimStart()),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(header, { minLength: 1, maxLength: 10 }), { maxLength: 4 }),
        (packets) => {
          const text = packets.map((each) => render(each)).join('');
          expect([...packetsOf(text)].map(toJson)).toEqual(packets.map(toJson));
          for (const each of packets) {
            const read = fromJson(toJson(each));
            // Headers of one name stand together in an object; otherwise nothing moves.
            const sorted = (list: readonly Header[]) =>
              [...new Set(list.map(([key]) => key))]
                .sort()
                .map((key) => [key, list.filter(([k]) => k === key)]);
            expect(typeof read === 'string' ? read : sorted(read)).toEqual(sorted(each));
          }
        },
      ),
    );
  });

  it('takes numbers and truth values, and nothing that would be a header of its own', () => {
    expect(fromJson('{"Priority": 1, "Async": true, "Variable": ["a=1", "b=2"], "None": []}')).toEqual([
      ['Priority', '1'],
      ['Async', 'true'],
      ['Variable', 'a=1'],
      ['Variable', 'b=2'],
    ]);
    for (const text of [
      '{"Command":"a\\r\\nAction: Logoff"}',
      '{"Command":"a\\nb"}',
      '{"ActionID":"1\\r2"}',
      '{"A\\r\\nAction":"Logoff"}',
      '{"Action: Logoff\\r\\nX":"a"}',
      '{"A:B":"c"}',
      '{"":"Action: Logoff"}',
      '{" Action":"Logoff"}',
      '{"A":"\\u0000"}',
      '{"A":{"B":"c"}}',
      '{"A":[["b"]]}',
      '{"A":null}',
    ])
      expect(fromJson(text), text).toBe('bad value');
    for (const text of ['', '[]', '1', 'null', '"a"', '{"A":', "{'A':1}"])
      expect(fromJson(text), text).toBe('not an object');
    expect(fromJson(JSON.stringify({ A: 'x'.repeat(MAX_LINE) }))).toBe('long line');
    expect(fromJson(JSON.stringify({ A: Array(MAX_HEADERS + 1).fill('x') }))).toBe('many lines');
  });
});

describe('JSON lines', () => {
  const take = (...chunks: readonly string[]) => {
    const read: unknown[] = [];
    const reader = jsonWire().reader(
      (packet) => read.push(packet),
      (message) => read.push(message),
    );
    return { read, fine: chunks.every((each) => reader.take(each)) };
  };

  it('come cut anywhere, with faults that cost themselves only', () => {
    const text = '{"Action":"Ping"}\r\n\nnonsense\n{"A":"b"}\n{"C"';
    const expected = [[['Action', 'Ping']], 'Failed to parse message: this is no JSON object', [['A', 'b']]];
    expect(take(text).read).toEqual(expected);
    expect(take(...text).read).toEqual(expected);
  });

  it('end with one that is too long', () => {
    expect(take('x'.repeat(MAX_OBJECT_CHARS)).fine).toBe(true);
    expect(take('x'.repeat(MAX_OBJECT_CHARS), 'x').fine).toBe(false);
    expect(take(`${'x'.repeat(MAX_OBJECT_CHARS + 1)}\n`)).toEqual({ read: [], fine: false });
  });
});
