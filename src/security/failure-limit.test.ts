import { describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { FAILURE_BURST, FailureLimit, FORGIVEN_PER_SECOND } from './failure-limit.ts';

function exhausted(address: string) {
  const clock = new FakeClock();
  const limit = new FailureLimit(clock);
  for (let count = 0; count < FAILURE_BURST; count++) {
    expect(limit.allows(address)).toBe(true);
    limit.failed(address);
  }
  return { clock, limit };
}

describe('failed logins', () => {
  it('are counted for each address, and forgiven with time', () => {
    const { clock, limit } = exhausted('192.0.2.1');
    expect(limit.allows('192.0.2.1')).toBe(false);
    expect(limit.allows('192.0.2.2')).toBe(true);
    clock.advance(1_000);
    for (let count = 0; count < FORGIVEN_PER_SECOND; count++) {
      expect(limit.allows('192.0.2.1')).toBe(true);
      limit.failed('192.0.2.1');
    }
    expect(limit.allows('192.0.2.1')).toBe(false);
    clock.advance(3_600_000);
    expect(limit.allows('192.0.2.1')).toBe(true);
  });

  it('count for the whole network of an IPv6 client', () => {
    const { limit } = exhausted('2001:db8:1:2::1');
    expect(limit.allows('2001:db8:1:2:ffff::9')).toBe(false);
    expect(limit.allows('2001:0db8:0001:0002::3')).toBe(false);
    expect(limit.allows('2001:db8:1:3::1')).toBe(true);
    expect(exhausted('fe80::1%eth0').limit.allows('fe80::2')).toBe(false);
    expect(exhausted('::ffff:192.0.2.1').limit.allows('::ffff:192.0.2.2')).toBe(true);
  });

  it('of many addresses do not fill memory', () => {
    const limit = new FailureLimit(new FakeClock());
    for (let count = 0; count < 20_000; count++)
      limit.failed(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
    expect(limit.size).toBe(10_000);
  });
});
