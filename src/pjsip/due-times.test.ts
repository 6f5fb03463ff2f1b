import { describe, expect, it } from 'vitest';
import { FakeClock } from '../platform/index.ts';
import { DueTimes } from './due-times.ts';

function start() {
  const clock = new FakeClock(1_000_000_000);
  const gone: string[] = [];
  return { clock, gone, expiry: new DueTimes(clock, (id) => gone.push(id)) };
}

describe('DueTimes', () => {
  it('tells a contact once its time is over, and not before', () => {
    const { clock, gone, expiry } = start();
    expiry.set('a', 1_000_060);
    clock.advance(59_000);
    expect(gone).toEqual([]);
    clock.advance(1_000);
    expect(gone).toEqual(['a']);
    clock.advance(60_000);
    expect(gone).toEqual(['a']);
  });

  it('goes by the latest time that was set', () => {
    const { clock, gone, expiry } = start();
    expiry.set('a', 1_000_010);
    expiry.set('a', 1_000_020);
    clock.advance(15_000);
    expect(gone).toEqual([]);
    clock.advance(5_000);
    expect(gone).toEqual(['a']);
  });

  it('tells a time that is past with the next tick', () => {
    const { clock, gone, expiry } = start();
    expiry.set('old', 5);
    clock.advance(1_000);
    expect(gone).toEqual(['old']);
  });

  it('needs one timer for any number of contacts, and none when nothing is left', () => {
    const { clock, gone, expiry } = start();
    for (let i = 0; i < 1000; i++) expiry.set(`c${i}`, 1_000_005 + (i % 3));
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    expect(gone).toHaveLength(1000);
    expect(clock.pending).toBe(0);
    expect(expiry.size).toBe(0);
  });

  it('takes what is set by whoever is told, however late that is, with one timer still', () => {
    const clock = new FakeClock(1_000_000_000);
    const told: string[] = [];
    const due: DueTimes = new DueTimes(clock, (id) => {
      told.push(id);
      if (told.length < 4) due.set(id, told.length === 1 ? 0 : 1_000_000 + told.length);
    });
    due.set('a', 1_000_001);
    clock.advance(1_000);
    expect(clock.pending).toBe(1);
    clock.advance(10_000);
    expect(told).toEqual(['a', 'a', 'a', 'a']);
    expect(clock.pending).toBe(0);
  });

  it('stops telling an id that was forgotten in the same second', () => {
    const clock = new FakeClock(1_000_000_000);
    const told: string[] = [];
    const due: DueTimes = new DueTimes(clock, (id) => {
      told.push(id);
      due.forget('b');
    });
    due.set('a', 1_000_001);
    due.set('b', 1_000_001);
    clock.advance(2_000);
    expect(told).toEqual(['a']);
  });

  it('forgets what was removed, and everything when closed', () => {
    const { clock, gone, expiry } = start();
    expiry.set('a', 1_000_001);
    expiry.set('b', 1_000_001);
    expiry.forget('a');
    expiry.forget('a');
    expiry.close();
    clock.advance(10_000);
    expect(gone).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
