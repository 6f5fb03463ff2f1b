import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareKeys, endOfPrefix } from './key-order.ts';

/** SQLite's order: that of the bytes of UTF-8. */
const asStored = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
/** Letters at which the order of JavaScript and that of SQLite part, and where a range ends. */
const letter = fc.oneof(
  fc.constantFrom('/', 'a', '\ud7ff', '\ue000', '\ufffd', '\uffff', '\u{10000}', '\u{10fffe}', '\u{10ffff}'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.string({ unit: letter, maxLength: 5 });

it('orders keys as SQLite does', () => {
  expect(compareKeys('\ufffd', '\u{10000}')).toBeLessThan(0);
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(asStored(a, b)));
    }),
  );
});

it('ends a prefix right behind the last text that has it', () => {
  expect(endOfPrefix('/a/')).toBe('/a0');
  expect(endOfPrefix('\ud7ff')).toBe('\ue000');
  expect(endOfPrefix('a\u{10ffff}')).toBe('b');
  fc.assert(
    fc.property(text, text, text, (prefix, rest, other) => {
      const end = endOfPrefix(`/${prefix}`);
      for (const each of [`/${prefix}${rest}`, `/${other}`, other]) {
        const inside = asStored(each, `/${prefix}`) >= 0 && asStored(each, end) < 0;
        expect(inside).toBe(each.startsWith(`/${prefix}`));
      }
    }),
  );
});
