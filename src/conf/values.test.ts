import { describe, expect, it } from 'vitest';
import { matchesWildcard } from './files.ts';
import { isFalse, isTrue, parseInteger } from './values.ts';

describe('words for yes and no', () => {
  it('are taken in any case, and nothing else is', () => {
    for (const yes of ['yes', 'TRUE', 'y', 'T', '1', 'On'])
      expect([isTrue(yes), isFalse(yes)]).toEqual([true, false]);
    for (const no of ['no', 'False', 'N', 'f', '0', 'OFF'])
      expect([isTrue(no), isFalse(no)]).toEqual([false, true]);
    for (const neither of ['', ' yes', '2', 'ja', undefined])
      expect([isTrue(neither), isFalse(neither)]).toEqual([false, false]);
  });
});

describe('parseInteger', () => {
  it('takes a whole number within the limits', () => {
    expect(
      ['5', '-3', '+7', '5x', '', '1.5', '99', undefined].map((each) => parseInteger(each, -5, 50)),
    ).toEqual([5, -3, 7, undefined, undefined, undefined, undefined, undefined]);
  });
});

describe('matchesWildcard', () => {
  it('matches stars, question marks and sets', () => {
    expect(matchesWildcard('pjsip_users.conf', 'pjsip_*.conf')).toBe(true);
    expect(matchesWildcard('a.conf', '?.co[!x]f')).toBe(true);
    expect(matchesWildcard('a.conf', '[b-z].conf')).toBe(false);
    expect(matchesWildcard('a[b', 'a\\[b')).toBe(true);
    expect(matchesWildcard('a'.repeat(5000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});
