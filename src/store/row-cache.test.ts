import { describe, expect, it } from 'vitest';
import { RowCache } from './row-cache.ts';

describe('rows in memory', () => {
  it('tells a row, that there is none, and that nothing is known', () => {
    const rows = new RowCache();
    rows.set('/a', '1');
    rows.set('/b', null);
    expect([rows.get('/a'), rows.get('/b'), rows.get('/c')]).toEqual(['1', null, undefined]);
    rows.forget('/a');
    expect(rows.get('/a')).toBeUndefined();
    rows.clear();
    expect(rows.size).toBe(0);
  });

  it('stay within their bound and keep what is in use', () => {
    const rows = new RowCache(10_000);
    rows.set('/used', 'x'.repeat(100));
    let most = 0;
    for (let index = 0; index < 10_000; index++) {
      rows.set(`/row/${index}`, 'x'.repeat(100));
      expect(rows.get('/used')).toBeDefined();
      most = Math.max(most, rows.size);
    }
    expect(most).toBeLessThan(100);
    expect(rows.get('/row/9999')).toBeDefined();
    expect(rows.get('/row/1')).toBeUndefined();
  });

  it('do not hold more for one row that is larger than all of them', () => {
    const rows = new RowCache(1_000);
    for (let index = 0; index < 10; index++) rows.set(`/${index}`, 'x'.repeat(5_000));
    expect(rows.size).toBeLessThanOrEqual(2);
  });
});
