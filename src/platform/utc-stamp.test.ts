import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utcStamp } from './utc-stamp.ts';

describe('a moment in UTC', () => {
  it('is what the calendar says, to the millisecond, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e12, max: 1e13 }), { minLength: 1 }), (moments) => {
        for (const base of moments) {
          for (const ms of [base, base + 1, base - 1, base + 999]) {
            expect(utcStamp(ms)).toBe(new Date(ms).toISOString().replace('Z', '+0000'));
          }
        }
      }),
    );
  });

  it('drops fractions of milliseconds', () => {
    expect(utcStamp(1_700_000_000_004.9)).toBe('2023-11-14T22:13:20.004+0000');
  });
});
