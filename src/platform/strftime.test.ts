import { describe, expect, it } from 'vitest';
import { strftime } from './strftime.ts';

describe('strftime', () => {
  it('writes the forms that were recorded', () => {
    expect(strftime('%Y-%m-%d %H:%M:%S', 0, 'UTC')).toBe('1970-01-01 00:00:00');
    expect(strftime('%c', 0, 'UTC')).toBe('Thu Jan  1 00:00:00 1970');
    expect(strftime('%3q %A %B %j %y %e %p %I', 1500, 'UTC')).toBe('500 Thursday January 001 70  1 AM 12');
  });

  it('reads the clock of this machine where no zone is given', () => {
    const date = new Date(2026, 0, 31, 13, 5, 9, 7);
    expect(strftime('%a %A %b %d %e %j %I %l %p %R %y %q %3q %9q %% %Q', date.getTime())).toBe(
      'Sat Saturday Jan 31 31 031 01  1 PM 13:05 26 007000 007 007000000 % %Q',
    );
  });

  it('follows daylight saving of the zone', () => {
    const summer = Date.UTC(2024, 6, 1, 10, 5, 9);
    expect(strftime('%T %z', summer, 'Europe/Berlin')).toBe('12:05:09 +0200');
    expect(strftime('%T %z', Date.UTC(2024, 0, 1, 10, 5, 9), 'America/New_York')).toBe('05:05:09 -0500');
  });

  it('counts weeks by ISO 8601 across the turn of the year', () => {
    expect(strftime('%G-W%V-%u', Date.UTC(2021, 0, 3), 'UTC')).toBe('2020-W53-7');
    expect(strftime('%U %W', Date.UTC(2023, 0, 1), 'UTC')).toBe('01 00');
  });

  it('leaves alone what it does not know', () => {
    expect(strftime('100% %Q', 0, 'UTC')).toBe('100% %Q');
  });

  it('takes an unknown zone for UTC', () => {
    expect(strftime('%H', 0, 'Nowhere/At-All')).toBe('00');
  });
});
