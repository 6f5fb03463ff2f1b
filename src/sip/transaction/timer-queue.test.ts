import { describe, expect, it } from 'vitest';
import { FakeClock, type Timer } from '../../platform/index.ts';
import { TimerQueue } from './timer-queue.ts';

describe('a queue of timers', () => {
  it('fires in order, never early, with one timer of the clock per duration', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const start = clock.monotonic();
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.monotonic() - start]);
    queue.after(500, note('a'));
    clock.advance(100);
    queue.after(500, note('b'));
    queue.after(200, note('c'));
    expect(clock.pending).toBe(2);
    clock.advance(1_000);
    expect(fired.map(([name]) => name)).toEqual(['c', 'a', 'b']);
    expect(fired[1]?.[1]).toBe(500);
    expect(fired[2]?.[1]).toBeGreaterThanOrEqual(600);
    expect(clock.pending).toBe(0);
  });

  it('is late by no more than a 64th of the duration', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const late: number[] = [];
    for (let i = 0; i < 200; i++) {
      const due = clock.monotonic() + 3_200;
      queue.after(3_200, () => late.push(clock.monotonic() - due));
      clock.advance(7);
    }
    clock.advance(10_000);
    expect(late).toHaveLength(200);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(50);
  });

  it('forgets what is cancelled, first, last or in between, and asks for no wake-up when empty', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const fired: number[] = [];
    const timers = [0, 1, 2, 3].map((each) => queue.after(100, () => fired.push(each)));
    for (const index of [0, 2, 2, 3]) timers[index]?.cancel();
    expect(queue.pending).toBe(1);
    clock.advance(200);
    expect(fired).toEqual([1]);
    const last = queue.after(100, () => fired.push(9));
    last.cancel();
    expect(clock.pending).toBe(0);
  });

  it('may be changed by what it calls', () => {
    const clock = new FakeClock();
    const queue = new TimerQueue(clock);
    const fired: string[] = [];
    let second: Timer | undefined;
    queue.after(100, () => {
      fired.push('first');
      second?.cancel();
      queue.after(100, () => fired.push('third'));
    });
    second = queue.after(100, () => fired.push('second'));
    clock.advance(1_000);
    expect(fired).toEqual(['first', 'third']);
    queue.after(50, () => fired.push('never'));
    queue.close();
    clock.advance(100);
    expect(fired).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
