import { describe, expect, it } from 'vitest';
import { matchesTime } from './time-spec.ts';

// A Monday.
const at = (time: string, day = '2024-01-15') => Date.parse(`${day}T${time}:00Z`);

describe('a time range', () => {
  it('holds when every part does', () => {
    expect(matchesTime('09:00-17:00,mon-fri,*,*,UTC', at('09:00'))).toBe(true);
    expect(matchesTime('09:00-17:00,mon-fri,*,*,UTC', at('17:01'))).toBe(false);
    expect(matchesTime('09:00-17:00,mon-fri,*,*,UTC', at('12:00', '2024-01-14'))).toBe(false);
    expect(matchesTime('*,*,14-15,jan,UTC', at('12:00'))).toBe(true);
    expect(matchesTime('*,*,*,feb-dec,UTC', at('12:00'))).toBe(false);
  });

  it('may wrap around midnight, the week and the year', () => {
    expect(matchesTime('22:00-06:00,*,*,*,UTC', at('23:30'))).toBe(true);
    expect(matchesTime('22:00-06:00,*,*,*,UTC', at('12:00'))).toBe(false);
    expect(matchesTime('*,sat-mon,*,*,UTC', at('12:00'))).toBe(true);
    expect(matchesTime('*,*,*,nov-jan,UTC', at('12:00'))).toBe(true);
  });

  it('may be a list', () => {
    expect(matchesTime('08:00-09:00&11:00-12:30,*,*,*,UTC', at('12:00'))).toBe(true);
    expect(matchesTime('*,tue&wed,*,*,UTC', at('12:00'))).toBe(false);
  });

  it('is read on the clock of its time zone', () => {
    expect(matchesTime('13:00-13:59,*,*,*,Europe/Berlin', at('12:30'))).toBe(true);
  });

  it('does not hold when a part cannot be read', () => {
    expect(matchesTime('noon-evening,*,*,*,UTC', at('12:00'))).toBe(false);
  });
});
