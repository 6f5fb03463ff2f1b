import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type FitsOne, matchesStars } from './stars.ts';

it.each([
  ['', '', true],
  ['a', '', false],
  ['', '*', true],
  ['', '**', true],
  ['abbc', 'a*c', true],
  ['abbcd', 'a*c', false],
  ['banana', '*a*a*', true],
  ['a'.repeat(50), 'a*a*x', false],
  ['bots', 'bot', false],
  ['bot', 'b.t', false],
  ['anything', '**', true],
])('%j and %j: %j', (text, pattern, fits) => {
  expect(matchesStars(text, pattern)).toBe(fits);
});

it('agrees with a regular expression of the same meaning', () => {
  const letters = (...each: string[]) => fc.string({ unit: fc.constantFrom(...each), maxLength: 8 });
  fc.assert(
    fc.property(letters('a', 'b'), letters('a', 'b', '*'), (text, pattern) => {
      expect(matchesStars(text, pattern)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
    }),
  );
});

it('leaves the rest of the pattern to who asks', () => {
  const question: FitsOne = (character, pattern, at) =>
    pattern[at] === '?' || pattern[at] === character ? at + 1 : -1;
  expect(matchesStars('a.conf', '?.*', question)).toBe(true);
  expect(matchesStars('a.conf', '?.*')).toBe(false);
});

it('takes no longer than its length times that of the text', () => {
  const begin = performance.now();
  expect(matchesStars('a'.repeat(100_000), `${'a*'.repeat(100)}b`)).toBe(false);
  expect(performance.now() - begin).toBeLessThan(2_000);
});
