import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { memoryLogger } from '../../log/index.ts';
import { FakeClock } from '../../platform/index.ts';
import { Database } from './database.ts';
import { loadKysely } from './kysely.ts';

/** As the driver tells of a file that cannot be read. */
const broken = () => Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });

let dir: string;
let database: Database;
let clock: FakeClock;
let log: ReturnType<typeof memoryLogger>;
let back: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asterism-database-'));
  clock = new FakeClock();
  log = memoryLogger();
  back = 0;
  database = new Database({
    settings: {
      driver: 'sqlite3',
      name: 'test',
      host: '',
      port: 0,
      socket: undefined,
      database: join(dir, 'test.sqlite3'),
      user: '',
      password: '',
      charset: undefined,
      application: '',
    },
    clock,
    log,
    onBack: () => back++,
  });
});

afterEach(async () => {
  await database.close();
  rmSync(dir, { recursive: true });
});

const one = () => database.run((db) => loadKysely().sql<{ n: string }>`select 1 as n`.execute(db));
const told = () => log.lines.filter((each) => each.includes('is away'));

describe('a database that is away', () => {
  it('is told once, fails every statement at once, and is asked until it is back', async () => {
    expect((await one()).rows).toEqual([{ n: '1' }]);
    for (let round = 0; round < 3; round++)
      await expect(database.run(() => Promise.reject(broken()))).rejects.toMatchObject({ kind: 'away' });
    await expect(one()).rejects.toThrow('sqlite3/test is away: disk I/O error');
    expect(database.status()).toMatchObject({ fault: 'disk I/O error', connectedFor: undefined });
    expect(told()).toHaveLength(1);
    clock.advance(1_000);
    await until(() => back === 1);
    expect((await one()).rows).toEqual([{ n: '1' }]);
  });

  it('is not away again because of a statement from before, which fails when it is back', async () => {
    let fail: (error: Error) => void = () => {};
    const late = database.run(() => new Promise<never>((_, reject) => (fail = reject)));
    await expect(database.run(() => Promise.reject(broken()))).rejects.toMatchObject({ kind: 'away' });
    clock.advance(1_000);
    await until(() => back === 1);
    fail(broken());
    await expect(late).rejects.toMatchObject({ kind: 'away' });
    expect(database.status().fault).toBeUndefined();
    expect((await one()).rows).toEqual([{ n: '1' }]);
    expect(told()).toHaveLength(1);
  });

  it('is one that does not answer a statement within five seconds', async () => {
    const silent = database.run(() => new Promise<never>(() => {}));
    clock.advance(5_000);
    await expect(silent).rejects.toThrow('sqlite3/test is away: no answer within 5 seconds');
    expect(told()).toHaveLength(1);
  });
});
