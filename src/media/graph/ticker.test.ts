import { describe, expect, it } from 'vitest';
import { type Clock, FakeClock } from '../../platform/index.ts';
import { type Ticked, Ticker } from './ticker.ts';

const fail = (error: unknown): never => {
  throw error;
};

describe('the ticker', () => {
  it('keeps its deadlines although every timer comes late', () => {
    const fake = new FakeClock(0);
    const late: Clock = {
      now: () => fake.now(),
      monotonic: () => fake.monotonic(),
      after: (ms, callback) => fake.after(ms + 7, callback),
    };
    const ticker = new Ticker(late, fail);
    let ticks = 0;
    ticker.add({ tick: () => ticks++ });
    fake.advance(10_000);
    expect(ticks).toBeGreaterThanOrEqual(499);
    expect(ticks).toBeLessThanOrEqual(500);
    ticker.close();
    expect(fake.pending).toBe(0);
  });

  it('has one timer even when the last one leaves and comes back within its tick', () => {
    const clock = new FakeClock(0);
    const ticker = new Ticker(clock, fail);
    let ticks = 0;
    const restless: Ticked = {
      tick: () => {
        ticks++;
        ticker.remove(restless);
        ticker.add(restless);
      },
    };
    ticker.add(restless);
    clock.advance(200);
    expect(ticks).toBe(10);
    expect(clock.pending).toBe(1);
    ticker.remove(restless);
    expect(clock.pending).toBe(0);
  });

  it('leaves out one that throws, and the others go on', () => {
    const clock = new FakeClock(0);
    const faults: unknown[] = [];
    const ticker = new Ticker(clock, (error) => faults.push(error));
    let ticks = 0;
    ticker.add({ tick: () => fail('broken') });
    ticker.add({ tick: () => ticks++ });
    clock.advance(100);
    expect(faults).toEqual(['broken']);
    expect(ticks).toBe(5);
  });

  it('makes up for a short stall and lets a long one go', () => {
    const clock = new FakeClock(0);
    let now = 0;
    const stalling: Clock = {
      now: () => now,
      monotonic: () => now,
      after: (ms, call) => clock.after(ms, call),
    };
    const ticker = new Ticker(stalling, fail);
    let ticks = 0;
    ticker.add({ tick: () => ticks++ });
    now = 60;
    clock.advance(20);
    expect(ticks).toBe(3);
    now = 10_000;
    clock.advance(20);
    expect(ticks).toBe(8);
    ticker.close();
  });
});
