import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument, serializeDocument } from './document.ts';

describe('a document', () => {
  it('gives back every byte it was read from', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }).map((text) => new Uint8Array(Buffer.from(text))),
      fc
        .array(
          fc.constantFrom(';', ';--', '--;', '[a]', '(!)', 'x=1', '\r\n', '\n', '\r', '\ufeff', 'é', '\0'),
        )
        .map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        expect(Buffer.compare(serializeDocument(parseDocument(given)), Buffer.from(given))).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0x5b, 0x61, 0x5d, 0x0a, 0x78, 0x3d, 0xe9, 0xff]);
    const document = parseDocument(bytes);
    expect(document.encoding).toBe('latin1');
    expect(document.lines[1]).toMatchObject({ kind: 'variable', value: '\xe9\xff' });
    expect(serializeDocument(document)).toEqual(bytes);
  });
});
