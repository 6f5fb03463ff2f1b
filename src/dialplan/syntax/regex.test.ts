import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExtended } from './regex.ts';

/** What matches, and the first group behind a bar; `-` when nothing does, `!` when the pattern makes no sense. */
function match(pattern: string, text: string): string {
  const expression = compileExtended(pattern);
  if (expression === undefined) return '!';
  const found = expression.exec(text);
  if (found === undefined) return '-';
  const whole = text.slice(found.index, found.index + found.length);
  return found.group === undefined ? whole : `${whole}|${found.group}`;
}

describe('an extended expression', () => {
  it.each([
    ['b', 'abc', 'b'],
    ['^b', 'abc', '-'],
    ['c$', 'abc', 'c'],
    ['a.c', 'abc', 'abc'],
    ['[0-9]+', 'tel 0049', '0049'],
    ['[^a-c]', 'abcd', 'd'],
    ['[]a]+', 'b]a', ']a'],
    ['[a-]+', 'x-a', '-a'],
    ['[[:digit:][:upper:]]+', 'ab1Cd', '1C'],
    ['a{2}', 'aaa', 'aa'],
    ['a{2,}', 'aaaa', 'aaaa'],
    ['a{1,2}b', 'aaab', 'aab'],
    ['a{,2}', 'a{,2}', 'a{,2}'],
    ['x*', 'abc', ''],
    ['(a|b)+c', 'xabac', 'abac|a'],
    ['f(o)*', 'f', 'f'],
    ['(.*)@(.*)', 'alice@host', 'alice@host|alice'],
    ['\\.', 'a.b', '.'],
    ['\\w+\\b', '  ab c', 'ab'],
    ['(a*)*', 'aaa', 'aaa|aaa'],
    ['()', 'a', '|'],
    ['', 'a', ''],
  ])('%s finds in %s: %s', (pattern, text, found) => {
    expect(match(pattern, text)).toBe(found);
  });

  it('takes the leftmost match, and of those the longest', () => {
    expect(match('abcd|b', 'abcd')).toBe('abcd');
    expect(match('abcx|b', 'abcd')).toBe('b');
    expect(match('a|ab', 'ab')).toBe('ab');
  });

  it.each(['(', ')', 'a)', '[a', '*a', '[[:what:]]', '[z-a]', 'a{3,2}', 'a{999}', '('.repeat(100)])(
    'refuses %s',
    (pattern) => {
      expect(match(pattern, 'a')).toBe('!');
    },
  );

  it('refuses what numbered repetition would make too large', () => {
    expect(match('((a{99}){99}){99}', 'a')).toBe('!');
  });

  it.each(['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a){20}', '(a?){50}a{50}', '(([a-z])+.)+[A-Z]([a-z])+$'])(
    'needs no more time than pattern times text: %s',
    (pattern) => {
      const begin = performance.now();
      compileExtended(pattern)?.exec(`${'a'.repeat(8000)}!`);
      expect(performance.now() - begin).toBeLessThan(2000);
    },
  );

  it('finds what a backtracking matcher finds, where the two agree on what is meant', () => {
    const atom = fc.oneof(
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]'),
      fc.constantFrom('a', 'b').map((each) => `(${each})`),
    );
    const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}')).map(([a, b]) => a + b);
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((each) => each.join(''));
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 12 }),
        (source, text) => {
          const expected = new RegExp(source).exec(text);
          const found = compileExtended(source)?.exec(text);
          expect(found?.index).toBe(expected?.index);
          // A greedy matcher takes the first way that fits, which need not be the longest.
          expect(found === undefined).toBe(expected === null);
          if (found !== undefined && expected !== null)
            expect(found.length).toBeGreaterThanOrEqual(expected[0].length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
