import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryLogger } from '../log/index.ts';
import { FakeClock } from '../platform/index.ts';
import { AstDb, MadeRow, StoreError } from './index.ts';

let dir: string;
let file: string;
let log: ReturnType<typeof memoryLogger>;
const opened: AstDb[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'asterism-store-'));
  file = join(dir, 'astdb.sqlite3');
  log = memoryLogger();
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  rmSync(dir, { recursive: true });
});

async function open(): Promise<AstDb> {
  const db = await AstDb.open({ file, log });
  opened.push(db);
  return db;
}

/** Runs SQL as another program that has the file open would. */
function outside<T>(work: (db: Database.Database) => T): T {
  const db = new Database(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What another program sees: only what is committed. */
function committed(): [string, string][] {
  return outside((db) => db.prepare('SELECT key, value FROM astdb ORDER BY key').raw().all()) as unknown as [
    string,
    string,
  ][];
}

const ASTERISK_TABLE =
  'CREATE TABLE IF NOT EXISTS astdb(key VARCHAR(256), value VARCHAR(256), PRIMARY KEY(key))';

describe('AstDB', () => {
  it('reads at once what was put, and resolves when it is committed', async () => {
    const db = await open();
    const written = db.put('/a/b', '1');
    expect(db.get('/a/b')).toBe('1');
    expect(committed()).toEqual([]);
    await written;
    expect(committed()).toEqual([['/a/b', '1']]);
    expect(db.get('/a/b')).toBe('1');
  });

  it('keeps the last of several changes of a row, in whatever batch they travel', async () => {
    const db = await open();
    const first = db.put('/a/b', '1');
    // The first batch is under way when the second change comes.
    await new Promise((resolve) => setImmediate(resolve));
    const others = [db.put('/a/b', '2'), db.delete('/a/b'), db.put('/a/b', '3')];
    expect(db.get('/a/b')).toBe('3');
    await first;
    expect(db.get('/a/b')).toBe('3');
    await Promise.all(others);
    expect(committed()).toEqual([['/a/b', '3']]);
  });

  it('commits what is put in one turn in one group, in order', async () => {
    const db = await open();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        db.put(`/n/${String(index).padStart(3, '0')}`, String(index)).then(() => order.push(index)),
      ),
    );
    expect(order).toEqual(order.slice().sort((a, b) => a - b));
    expect(committed()).toHaveLength(100);
  });

  it('deletes a row, and does not mind one that is not there', async () => {
    const db = await open();
    await db.put('/a/b', '1');
    const gone = db.delete('/a/b');
    expect(db.get('/a/b')).toBeUndefined();
    await gone;
    await db.delete('/a/nosuch');
    expect(committed()).toEqual([]);
  });

  it('keeps any text: long, empty, quotes, newlines, every language', async () => {
    const db = await open();
    const texts = ['', "it's", '"q"', 'a\nb', 'ü€😀', 'x'.repeat(1_000_000), '%_*'];
    await Promise.all(texts.map((text, index) => db.put(`/t/${index}`, text)));
    await db.close();
    const again = await open();
    expect(texts.map((_, index) => again.get(`/t/${index}`))).toEqual(texts);
  });

  it('removes a family and what is below it, and no other that begins like it', async () => {
    const db = await open();
    for (const key of ['/cid/1', '/cid/2/x', '/cidr/1', '/cid']) await db.put(key, key);
    expect(await db.deleteTree('/cid')).toBe(3);
    expect(committed()).toEqual([['/cidr/1', '/cidr/1']]);
    expect(await db.deleteTree('/nosuch')).toBe(0);
    expect(await db.deleteTree('')).toBe(1);
  });

  it('counts rows that are not committed yet when it removes a family', async () => {
    const db = await open();
    void db.put('/cid/1', 'x');
    expect(await db.deleteTree('/cid')).toBe(1);
    expect(committed()).toEqual([]);
  });
});

describe('a range of rows', () => {
  it('is in order of key, with what is not committed in its place', async () => {
    const db = await open();
    await Promise.all(['b', 'd', 'f'].map((each) => db.put(`/r/${each}`, each)));
    void db.put('/r/a', 'new');
    void db.put('/r/e', 'new');
    void db.put('/r/d', 'changed');
    void db.delete('/r/f');
    void db.put('/r/g', 'new');
    void db.put('/s/a', 'other');
    expect([...db.range('/r/')]).toEqual([
      ['/r/a', 'new'],
      ['/r/b', 'b'],
      ['/r/d', 'changed'],
      ['/r/e', 'new'],
      ['/r/g', 'new'],
    ]);
    await db.flush();
    expect([...db.range('/r/')].map(([key]) => key)).toEqual(['/r/a', '/r/b', '/r/d', '/r/e', '/r/g']);
  });

  it('reaches beyond one page, once for each row', async () => {
    const db = await open();
    const keys = Array.from({ length: 1_700 }, (_, index) => `/p/${String(index).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => db.put(key, 'x')));
    expect([...db.range('/p/')].map(([key]) => key)).toEqual(keys);
    expect([...db.range()]).toHaveLength(1_700);
  });

  it('has each row once also where UTF-8 and UTF-16 disagree on the order', async () => {
    const db = await open();
    const keys = ['/u/\ufffd', '/u/😀', '/u/\ud7ff', '/u/a', '/u/\ue000'];
    await Promise.all(keys.map((key) => db.put(key, 'old')));
    for (const key of keys) void db.put(key, 'new');
    const pending = [...db.range('/u/')];
    await db.flush();
    const stored = [...db.range('/u/')];
    expect(pending).toEqual(stored);
    expect(stored).toHaveLength(5);
    expect([...db.range('/u/\ud7ff')]).toHaveLength(1);
    expect([...db.range('/u/😀')]).toHaveLength(1);
  });
});

describe('the file', () => {
  it("may be Asterisk's own", async () => {
    outside((db) => {
      db.exec(ASTERISK_TABLE);
      db.exec("INSERT INTO astdb VALUES('/registrar/contact/a', '{}')");
    });
    const db = await open();
    expect(db.get('/registrar/contact/a')).toBe('{}');
    await db.put('/registrar/contact/a', '{"x":"1"}');
    await db.put('/registrar/contact/b', '{}');
    expect(committed()).toHaveLength(2);
    const layout = outside((raw) =>
      raw.prepare("SELECT sql FROM sqlite_master WHERE type = 'table'").raw().all(),
    );
    expect(layout).toEqual([[ASTERISK_TABLE.replace(' IF NOT EXISTS', '')]]);
  });

  it("that was made here takes Asterisk's own statements", async () => {
    const db = await open();
    outside((raw) => {
      raw.exec(ASTERISK_TABLE);
      raw.prepare('INSERT OR REPLACE INTO astdb(key, value) VALUES(?, ?)').run('/a/b', '1');
    });
    expect(db.get('/a/b')).toBe('1');
  });

  it('is whole in itself after close, without a log beside it', async () => {
    const db = await open();
    await db.put('/a/b', '1');
    await db.close();
    rmSync(`${file}-wal`, { force: true });
    rmSync(`${file}-shm`, { force: true });
    expect(committed()).toEqual([['/a/b', '1']]);
  });

  it('that is no database is refused with its name and the reason', async () => {
    writeFileSync(file, 'this is a text, and a long one: '.repeat(100));
    const error = await AstDb.open({ file, log }).catch((each) => each);
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toContain(`cannot open AstDB ${file}: `);
    expect(error.message).toContain('file is not a database');
  });

  it('whose folder is not there is refused with its name', async () => {
    file = join(dir, 'nosuch', 'astdb.sqlite3');
    const error = await AstDb.open({ file, log }).catch((each) => each);
    expect(error).toBeInstanceOf(StoreError);
    expect(error.message).toContain(file);
  });

  it('that cannot be written refuses the change, not the program', async () => {
    const db = await open();
    await db.put('/a/b', 'before');
    // What a full disk or a read-only file comes to: the statement fails.
    outside((raw) =>
      raw.exec("CREATE TRIGGER no BEFORE INSERT ON astdb BEGIN SELECT RAISE(ABORT, 'disk is full'); END"),
    );
    const refused = db.put('/a/b', 'after');
    const together = [db.put('/a/c', 'c')];
    await expect(refused).rejects.toThrow(/AstDB could not be written: .*disk is full/);
    await expect(together[0]).rejects.toBeInstanceOf(StoreError);
    expect(db.get('/a/b')).toBe('before');
    expect(db.get('/a/c')).toBeUndefined();
    outside((raw) => raw.exec('DROP TRIGGER no'));
    await db.put('/a/b', 'after');
    expect(committed()).toEqual([['/a/b', 'after']]);
  });

  it('waits for another program that holds it', async () => {
    const db = await open();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const written = db.put('/a/b', '1');
    setTimeout(() => other.exec('COMMIT'), 200);
    await written;
    other.close();
    expect(committed()).toEqual([['/a/b', '1']]);
  });
});

/** What another program commits is seen from the next turn of the event loop on. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('another program that writes into the file', () => {
  const write = (value: string) =>
    outside((raw) => raw.prepare('INSERT OR REPLACE INTO astdb(key, value) VALUES(?, ?)').run('/a/b', value));

  it('is seen while nothing is written here', async () => {
    const db = await open();
    expect(db.get('/a/b')).toBeUndefined();
    for (const value of ['1', '2', '3']) {
      write(value);
      await nextTurn();
      expect(db.get('/a/b')).toBe(value);
    }
    outside((raw) => raw.exec('DELETE FROM astdb'));
    await nextTurn();
    expect(db.get('/a/b')).toBeUndefined();
  });

  it('is seen after a change of our own, to the same row and to another', async () => {
    const db = await open();
    for (const [key, value] of [
      ['/a/b', '1'],
      ['/c/d', '2'],
    ] as const) {
      await db.put(key, value);
      await nextTurn();
      expect(db.get('/a/b')).toBeDefined();
      await nextTurn();
      write(`after ${value}`);
      await nextTurn();
      expect(db.get('/a/b')).toBe(`after ${value}`);
    }
  });

  it('is seen after a moment when it wrote before we knew that ours was committed, or with our next batch', async () => {
    const db = await open();
    for (const follow of [false, true]) {
      await db.put('/a/b', '1');
      const written = db.put('/c/d', String(follow));
      // This thread is held until the batch is committed and another's change behind it.
      await nextTurn();
      const end = performance.now() + 2_000;
      while (committed().find(([key]) => key === '/c/d')?.[1] !== String(follow)) {
        if (performance.now() > end) throw new Error('not committed');
      }
      write('2');
      await written;
      if (follow) {
        await db.put('/e/f', '1');
        await nextTurn();
        expect(db.get('/a/b')).toBe('2');
      } else await expect.poll(() => db.get('/a/b'), { timeout: 2_000 }).toBe('2');
    }
  });
});

describe('rows in memory', () => {
  it('outlive changes of our own, however long nothing happens after them', async () => {
    const clock = new FakeClock();
    const db = await AstDb.open({ file, log, clock });
    opened.push(db);
    await db.put('/a/b', '1');
    let readings = 0;
    const reader = { read: () => ++readings, weigh: () => 1 };
    db.made('/a/b', reader);
    for (let second = 0; second < 5; second++) {
      clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      db.made('/a/b', reader);
    }
    expect(readings).toBe(1);
  });
});

describe('what is made of rows', () => {
  let readings = 0;
  const numbers = {
    read: (_key: string, row: string) => {
      readings++;
      return Number(row);
    },
    weigh: () => 1,
  };
  const lengths = { read: (_key: string, row: string) => row.length, weigh: () => 1 };
  beforeEach(() => {
    readings = 0;
  });

  it('is made once, by each reader for itself, and leaves the row to be had', async () => {
    const db = await open();
    await db.put('/n/1', '100');
    expect([db.made('/n/1', numbers), db.made('/n/1', numbers)]).toEqual([100, 100]);
    expect(readings).toBe(1);
    expect(db.get('/n/1')).toBe('100');
    expect(db.has('/n/1')).toBe(true);
    expect(db.made('/n/1', lengths)).toBe(3);
    expect(db.made('/n/2', numbers)).toBeUndefined();
    expect(db.has('/n/2')).toBe(false);
  });

  it('follows what is put before it is committed, and what is deleted', async () => {
    const db = await open();
    await db.put('/n/1', '1');
    expect(db.made('/n/1', numbers)).toBe(1);
    const done = db.put('/n/1', '2');
    expect(db.made('/n/1', numbers)).toBe(2);
    await done;
    expect(db.made('/n/1', numbers)).toBe(2);
    const gone = db.delete('/n/1');
    expect(db.made('/n/1', numbers)).toBeUndefined();
    await gone;
    expect(db.made('/n/1', numbers)).toBeUndefined();
  });

  it('is not made again where the writer knows it, but of the last of several changes', async () => {
    const db = await open();
    const first = db.put('/n/1', '1', new MadeRow(numbers, 1));
    const last = db.put('/n/1', '2', new MadeRow(numbers, 2));
    expect(db.made('/n/1', numbers)).toBe(2);
    await Promise.all([first, last]);
    expect(db.made('/n/1', numbers)).toBe(2);
    expect(readings).toBe(0);
  });

  it('is what it was when a change could not be written', async () => {
    const db = await open();
    await db.put('/n/1', '1');
    expect(db.made('/n/1', numbers)).toBe(1);
    outside((raw) => raw.exec('DROP TABLE astdb'));
    await expect(db.put('/n/1', '2', new MadeRow(numbers, 2))).rejects.toThrow(StoreError);
    outside((raw) => {
      raw.exec(ASTERISK_TABLE);
      raw.exec("INSERT INTO astdb VALUES('/n/1', '1')");
    });
    await nextTurn();
    expect(db.made('/n/1', numbers)).toBe(1);
  });

  it('follows what another program writes', async () => {
    const db = await open();
    await db.put('/n/1', '1');
    expect(db.made('/n/1', numbers)).toBe(1);
    outside((raw) => raw.exec("UPDATE astdb SET value = '7'"));
    await nextTurn();
    expect(db.made('/n/1', numbers)).toBe(7);
    expect([...db.madeRange('/n/', numbers)]).toEqual([7]);
  });

  it('is kept from a list only when nothing has changed since it was read', async () => {
    const db = await open();
    await Promise.all(['1', '2', '3'].map((id) => db.put(`/n/${id}`, id)));
    expect([...db.madeRange('/n/', numbers)]).toEqual([1, 2, 3]);
    const once = readings;
    expect([...db.madeRange('/n/', numbers)]).toEqual([1, 2, 3]);
    expect(readings).toBe(once);
    outside((raw) => raw.exec('UPDATE astdb SET value = value + 10'));
    await nextTurn();
    const list = db.madeRange('/n/', numbers)[Symbol.iterator]();
    expect(list.next().value).toBe(11);
    // Changed by somebody else between two of its rows, and noticed by another read.
    outside((raw) => raw.exec('UPDATE astdb SET value = value + 10'));
    await nextTurn();
    expect(db.get('/n/1')).toBe('21');
    expect(list.next().value).toBe(12);
    expect(db.made('/n/2', numbers)).toBe(22);
  });

  it('comes in order of key, what is kept and what is not, with what is under way', async () => {
    const db = await open();
    await Promise.all(
      Array.from({ length: 600 }, (_, at) => db.put(`/n/${String(at).padStart(3, '0')}`, String(at))),
    );
    for (const at of [0, 7, 599]) db.made(`/n/${String(at).padStart(3, '0')}`, numbers);
    const under = [db.put('/n/0005', '-5'), db.delete('/n/599'), db.put('/n/007', '-7')];
    const seen = [...db.madeRange('/n/', numbers)];
    const expected = Array.from({ length: 599 }, (_, at) => (at === 7 ? -7 : at));
    expected.splice(1, 0, -5);
    expect(seen).toEqual(expected);
    await Promise.all(under);
    expect([...db.madeRange('/n/', numbers)]).toEqual(expected);
  });
});

describe('a query', () => {
  it('gives columns and rows as texts', async () => {
    const db = await open();
    await db.put('/a/b', '1');
    expect(db.query('SELECT key, 2 AS two, NULL AS none FROM astdb')).toEqual({
      columns: ['key', 'two', 'none'],
      rows: [['/a/b', '2', '']],
    });
  });

  it.each([
    "INSERT INTO astdb VALUES('/x', 'y')",
    "INSERT INTO astdb VALUES('/x', 'y') RETURNING key",
    'DELETE FROM astdb',
    'DROP TABLE astdb',
    'SELECT nonsense',
    'not SQL',
    '',
  ])('that is %j changes nothing and says why', async (sql) => {
    const db = await open();
    await db.put('/a/b', '1');
    expect(() => db.query(sql)).toThrow(StoreError);
    expect(committed()).toEqual([['/a/b', '1']]);
  });
});

describe('closing', () => {
  it('writes what was put before it', async () => {
    const db = await open();
    const written = Promise.all([db.put('/a/b', '1'), db.put('/a/c', '2')]);
    await db.close();
    await written;
    expect(committed()).toHaveLength(2);
  });

  it('may be asked for several times, and refuses what comes later', async () => {
    const db = await open();
    await Promise.all([db.close(), db.close()]);
    await db.close();
    await expect(db.put('/a/b', '1')).rejects.toThrow('AstDB is closed');
    expect(log.lines).toEqual([]);
  });

  it('ends also when what waits cannot be written', async () => {
    const db = await open();
    outside((raw) =>
      raw.exec("CREATE TRIGGER no BEFORE INSERT ON astdb BEGIN SELECT RAISE(ABORT, 'disk is full'); END"),
    );
    const refused = db.put('/a/b', '1').catch((error) => error);
    await db.close();
    expect(await refused).toBeInstanceOf(StoreError);
    expect(log.lines.join()).toContain('disk is full');
  });
});
