import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

const delays = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

describe('waiting before trying again', () => {
  it('doubles up to a limit and begins anew after a success', () => {
    const backoff = new Backoff({ minMs: 100, maxMs: 500, random: () => 1 });
    expect(delays(backoff, 5)).toEqual([100, 200, 400, 500, 500]);
    backoff.reset();
    expect(delays(backoff, 2)).toEqual([100, 200]);
  });

  it('leaves half to chance', () => {
    expect(new Backoff({ minMs: 100, maxMs: 500, random: () => 0 }).next()).toBe(50);
    const endless = new Backoff({ minMs: 100, maxMs: 500, random: () => 0.5 });
    expect(delays(endless, 5_000).at(-1)).toBe(375);
  });
});
