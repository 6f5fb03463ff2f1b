import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pattern, PatternError, readPattern } from './pattern.ts';

const pattern = (text: string) => new Pattern(text.slice(1));

/** The patterns that match, the one that is asked first in front. */
function order(patterns: readonly string[], number: string): string[] {
  return [...patterns]
    .sort((a, b) => pattern(a).compare(pattern(b)))
    .filter((each) => pattern(each).matches(number));
}

describe('a pattern', () => {
  it.each([
    ['_X.', '12', true],
    ['_X.', '1', false],
    ['_X!', '1', true],
    ['_X!', 'a', false],
    ['_.', 'a', true],
    ['_.', '', false],
    ['_!', '', true],
    ['_NXX', '199', false],
    ['_nxx', '299', true],
    ['_ZXX', '099', false],
    ['_[1-35]X', '49', false],
    ['_[1-35]X', '59', true],
    ['_[a-c]X', 'A1', false],
    ['_[X]1', 'X1', true],
    ['_[X]1', '51', false],
    ['_+X.', '+12', true],
    ['_*8', '*8', true],
    ['_9-NXX-XXXX', '92221234', true],
    ['_5555', '55-55', true],
    ['_1XX', '1234', false],
    ['_', '', true],
  ])('%s and %s: %s', (text, number, matches) => {
    expect(pattern(text).matches(number)).toBe(matches);
  });

  const many =
    '_X. _X! _NXX _ZXX _XXX _[1-5]XX _[135]XX _1XX _12X _123 _1. _1! _1X. _12. _. _! _[a-c]XX _+X. _1[2-4]5 _1X5 _7. _7X _7! _8! _8. _[12]44 _1N4 _XX44 _X[45]44 _X4X4 _[a-z]. _[a-z]! _x5 _5-5-5-5'.split(
      ' ',
    );

  it.each([
    ['123', '_123'],
    ['124', '_12X'],
    ['134', '_1N4'],
    ['155', '_1X5'],
    ['135', '_1[2-4]5'],
    ['12', '_1.'],
    ['1', '_1!'],
    ['1234', '_12.'],
    ['200', '_[1-5]XX'],
    ['300', '_[135]XX'],
    ['2', '_X!'],
    ['22', '_X.'],
    ['71', '_7X'],
    ['711', '_7.'],
    ['8', '_8!'],
    ['a12', '_[a-c]XX'],
    ['d12', '_[a-z].'],
    ['+1', '_.'],
    ['+12', '_+X.'],
    ['244', '_[12]44'],
    ['2444', '_X4X4'],
    ['1444', '_1X.'],
    ['5555', '_5-5-5-5'],
    ['Alice', '_.'],
  ])('for %s is %s before all others', (number, first) => {
    expect(order(many, number)[0]).toBe(first);
    expect(order([...many].reverse(), number)[0]).toBe(first);
  });

  it('comes in the order of the original', () => {
    const sorted =
      '_*X _+X. _[.]1 _123 _12X _1XX _1X. _1. _1! _23 _9NXXXXXX _[X]1 _a[l-n]i _[12][34] _[135]XX _[a-c]XX _[1-39]X _[1-5]XX _[1-5]X _nxx4 _NXX _z5 _ZXX _XXX _X.X _X. _X!X _X! _. _!'.split(
        ' ',
      );
    const shuffled = [...sorted].sort((a, b) => a.length - b.length || (a < b ? 1 : -1));
    expect(shuffled.sort((a, b) => pattern(a).compare(pattern(b)))).toEqual(sorted);
  });

  it.each([
    ['_X.', '1', true],
    ['_X.', '12', true],
    ['_X!', '', true],
    ['_X!', '1', false],
    ['_123', '12', true],
    ['_123', '123', false],
    ['_123', '13', false],
    ['_1XX', '', true],
  ])('%s could go on behind %s: %s', (text, digits, could) => {
    expect(pattern(text).couldContinue(digits)).toBe(could);
  });

  it.each(['_[', '_[1', '_[]', '_[3-1]', '_[\u0000-\uffff]'])('%s is refused', (text) => {
    expect(() => readPattern(text)).toThrow(PatternError);
  });

  it('without an underscore is none', () => {
    expect(readPattern('X.')).toBeUndefined();
  });

  const texts = fc
    .array(fc.constantFrom('X', 'Z', 'N', '.', '!', '-', '1', '5', 'a', '[1-5]', '[a-c]', '[15]'), {
      maxLength: 8,
    })
    .map((parts) => parts.join(''));

  it('is ordered as a whole: the order does not depend on who is asked, and the key says what is the same', () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const [p, q, r] = [new Pattern(a), new Pattern(b), new Pattern(c)];
        expect(Math.sign(p.compare(q)) + Math.sign(q.compare(p))).toBe(0);
        if (p.compare(q) <= 0 && q.compare(r) <= 0) expect(p.compare(r)).toBeLessThanOrEqual(0);
        expect(p.compare(q) === 0).toBe(p.key === q.key);
      }),
      { numRuns: 2000 },
    );
  });

  it('that could go on does match something longer, for the digits it is made of', () => {
    fc.assert(
      fc.property(texts, fc.stringMatching(/^[0-9a-c]{0,6}$/), (text, digits) => {
        const one = new Pattern(text);
        if (!one.couldContinue(digits)) return;
        const longer = [digits];
        let found = false;
        for (let step = 0; step < 9 && !found; step++) {
          for (const each of longer.splice(0)) {
            for (const next of ['1', '5', 'a']) {
              if (one.matches(each + next)) found = true;
              if (one.matches(each + next) || one.couldContinue(each + next)) longer.push(each + next);
            }
          }
          longer.splice(200);
        }
        expect(found).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws anything but a PatternError', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, number) => {
        try {
          new Pattern(text).matches(number);
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
    );
  });
});
