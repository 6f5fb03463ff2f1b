import { describe, expect, it } from 'vitest';
import { MadeRow, RowCache } from './row-cache.ts';

describe('rows in memory', () => {
  it('tells a row, that there is none, and that nothing is known', () => {
    const rows = new RowCache();
    rows.set('/a', '1');
    rows.set('/b', null);
    expect([rows.get('/a'), rows.get('/b'), rows.get('/c')]).toEqual(['1', null, undefined]);
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

  it('weigh as much as what was made of them, each once', () => {
    const reader = { read: (_key: string, row: string) => Number(row), weigh: (made: number) => made };
    const rows = new RowCache(10_000);
    for (let index = 0; index < 1_000; index++) rows.set('/same', new MadeRow(reader, index));
    rows.set('/light', new MadeRow(reader, 1));
    expect(rows.size).toBe(2);
    rows.set('/heavy', new MadeRow(reader, 5_000));
    rows.set('/other', null);
    expect(rows.get('/heavy')).toMatchObject({ value: 5_000 });
    rows.set('/heavier', new MadeRow(reader, 5_000));
    expect(rows.get('/same')).toBeUndefined();
  });

  it('that a list read in passing drive nothing out', () => {
    const reader = { read: (_key: string, row: string) => row, weigh: () => 36 };
    const rows = new RowCache(10_000);
    for (let index = 0; index < 1_000; index++) rows.offer(`/l/${index}`, new MadeRow(reader, 'x'));
    const listed = rows.size;
    expect(listed).toBeGreaterThan(10);
    expect(listed).toBeLessThan(30);
    rows.set('/used', 'row');
    expect(rows.get('/l/0')).toBeDefined();
    expect([rows.size, rows.get('/used')]).toEqual([listed + 1, 'row']);
  });

  it('do not hold more for one row that is larger than all of them', () => {
    const rows = new RowCache(1_000);
    for (let index = 0; index < 10; index++) rows.set(`/${index}`, 'x'.repeat(5_000));
    expect(rows.size).toBeLessThanOrEqual(2);
  });
});
