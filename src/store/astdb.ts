import type { Worker } from 'node:worker_threads';
import Database from 'libsql';
import type { Logger } from '../log/index.ts';
import { type Clock, spawnWorker, systemClock } from '../platform/index.ts';
import { compareKeys, endOfPrefix } from './key-order.ts';
import { BUSY_TIMEOUT_MS, type Change, DATA_VERSION, type FromWriter, type ToWriter } from './protocol.ts';
import { type CachedRow, MadeRow, RowCache, type RowReader } from './row-cache.ts';
import { StoreError } from './store-error.ts';

export interface AstDbOptions {
  /** `astdb.sqlite3` in `astdbdir`. */
  readonly file: string;
  readonly log: Logger;
  readonly clock?: Clock;
}

interface Batch {
  readonly id: number;
  readonly changes: Change[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A change that is under way, and what its reader will make of it where the writer knows that already. */
interface PendingRow {
  readonly value: string | null;
  readonly made: MadeRow | undefined;
  readonly batch: number;
}

/** Rows fetched at a time by `range`, so that a long list holds neither memory nor the thread. */
const PAGE = 500;
/** What `#changes` never is: a row that is still under way. */
const NEVER = -1;
/**
 * When the writer thread is asked whether another program committed between a commit of ours and the news of it here.
 * The next batch tells as well, and mostly sooner.
 */
const QUIET_MS = 500;

/**
 * Asterisk's key-value database. Keys are `/family/key`. Reads see what was put at once; `put`, `delete` and
 * `deleteTree` resolve when the change is on the disk.
 *
 * Rows are read at every packet, so that they are kept in memory for as long as nobody else has changed the file. SQLite
 * tells that something was committed, not by whom: while a batch of ours is under way, the writer thread tells with it
 * whether others committed too (its own commits do not count there); at any other time every commit is somebody else's,
 * and is seen from the next turn of the event loop on.
 */
export class AstDb {
  readonly file: string;
  readonly #db: Database.Database;
  /** Undefined for a file that may only be read. */
  readonly #worker: Worker | undefined;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #byKey: Database.Statement;
  readonly #page: Database.Statement;
  /** The first row of a page, and whether another follows; with its value or without. */
  readonly #first: Database.Statement;
  readonly #firstKey: Database.Statement;
  readonly #dataVersion: Database.Statement;
  readonly #rows = new RowCache();
  /** Moves whenever rows may have changed: what was read before is then not kept. */
  #changes = 0;
  /** What `PRAGMA data_version` said when the rows in memory were those of the file. */
  #version: unknown;
  /** The version was looked at in this turn of the event loop. */
  #looked = false;
  #turnWillEnd = false;
  /** When the version last moved by a commit of ours, and maybe by somebody else's on its heels. */
  #doubtfulSince: number | undefined;
  /** The writer thread was asked whether it did. */
  #asking = false;
  /** Changes that are not committed yet: what reads must see before SQLite does. */
  readonly #pending = new Map<string, PendingRow>();
  #collecting: Batch | undefined;
  #flying: Batch | undefined;
  #sequence = 0;
  #closing: Promise<void> | undefined;
  /** Why nothing can be written any more. */
  #fault: StoreError | undefined;

  private constructor(options: AstDbOptions, db: Database.Database, worker: Worker | undefined) {
    this.file = options.file;
    this.#log = options.log;
    this.#clock = options.clock ?? systemClock;
    this.#db = db;
    this.#worker = worker;
    this.#dataVersion = db.prepare(DATA_VERSION).raw();
    this.#byKey = db.prepare('SELECT value FROM astdb WHERE key = ?').raw();
    this.#page = db
      .prepare('SELECT key, value FROM astdb WHERE key >= ? AND key < ? ORDER BY key LIMIT ?')
      .raw();
    const first = (columns: string): Database.Statement =>
      db
        .prepare(`SELECT ${columns} FROM astdb AS first WHERE key >= ?1 AND key < ?2 ORDER BY key LIMIT 1`)
        .raw();
    const more = 'EXISTS(SELECT 1 FROM astdb WHERE key > first.key AND key < ?2)';
    this.#first = first(`key, ${more}, value`);
    this.#firstKey = first(`key, ${more}`);
    if (worker === undefined) this.#fault = new StoreError('the file of AstDB may only be read');
    else this.#listen(worker);
  }

  #listen(worker: Worker): void {
    worker.on('message', (message: FromWriter) => {
      // A batch that failed may have failed because of others.
      if (typeof message === 'object') this.#committed(true, message.error);
      else if (message === 'unchanged' || message === 'changed by others')
        this.#doubtEnded(message === 'changed by others');
      else if (message !== 'closed') this.#committed(message === 'committed after others');
    });
    worker.on('error', (error) =>
      this.#fail(new StoreError(`the AstDB writer stopped: ${error.message}`, error)),
    );
    worker.on('exit', () => this.#fail(new StoreError('the AstDB writer stopped')));
  }

  /**
   * Opens the file, creating it when it is not there. One that may only be read is an error in the log and in every change; what is in it
   * can be had. @throws {StoreError}
   */
  static async open(options: AstDbOptions): Promise<AstDb> {
    const worker = spawnWorker(import.meta.url, './writer-thread.ts', { workerData: { file: options.file } });
    try {
      await new Promise<void>((resolve, reject) => {
        worker.once('message', (message: FromWriter) => {
          if (typeof message === 'object') reject(new Error(message.error));
          else resolve();
        });
        worker.once('error', reject);
      });
      return new AstDb(options, openReader(options.file), worker);
    } catch (error) {
      await worker.terminate();
      const reader = /read-?only/i.test((error as Error).message) ? tryReader(options.file) : undefined;
      if (reader === undefined)
        throw new StoreError(`cannot open AstDB ${options.file}: ${(error as Error).message}`, error);
      options.log.error(`AstDB ${options.file} may only be read: nothing can be stored`);
      return new AstDb(options, reader, undefined);
    }
  }

  /** The value of a full key. @throws {StoreError} */
  get(key: string): string | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending.value ?? undefined;
    const known = this.#known(key);
    if (known === null || typeof known === 'string') return known ?? undefined;
    const row = this.#fetch(key);
    // What was made of it is of more use than the text, which is asked for once.
    if (known === undefined) this.#rows.set(key, row ?? null);
    return row;
  }

  /** Whether there is a row. @throws {StoreError} */
  has(key: string): boolean {
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending.value !== null;
    const known = this.#known(key);
    return known === undefined ? this.get(key) !== undefined : known !== null;
  }

  /**
   * What a reader makes of a row, undefined where there is none. It is kept instead of the row, for as long as the row
   * stays what it is. @throws {StoreError}
   */
  made<T>(key: string, reader: RowReader<T>): T | undefined {
    const pending = this.#pending.get(key);
    if (pending !== undefined) {
      if (pending.made?.isOf(reader)) return pending.made.value;
      return pending.value === null ? undefined : reader.read(key, pending.value);
    }
    const known = this.#known(key);
    if (known instanceof MadeRow && known.isOf(reader)) return known.value;
    if (known === null) return undefined;
    const row = typeof known === 'string' ? known : this.#fetch(key);
    if (row === undefined) {
      this.#rows.set(key, null);
      return undefined;
    }
    const made = new MadeRow(reader, reader.read(key, row));
    this.#rows.set(key, made);
    return made.value;
  }

  /** What is in memory and still holds. */
  #known(key: string): CachedRow | undefined {
    try {
      if (!this.#looked) this.#look();
    } catch (error) {
      throw this.#readError(error);
    }
    return this.#rows.get(key);
  }

  #fetch(key: string): string | undefined {
    try {
      return (this.#byKey.get([key]) as unknown as [string] | undefined)?.[0];
    } catch (error) {
      throw this.#readError(error);
    }
  }

  /** Forgets the rows in memory when somebody else has changed the file; looks once a turn, for many reads. */
  #look(): void {
    this.#looked = true;
    this.#willEndTurn();
    // A batch of ours is about to move the version, and will tell whether others did.
    if (this.#flying !== undefined) return;
    const before = this.#version;
    this.#readVersion();
    if (this.#version !== before) {
      this.#doubtfulSince = undefined;
      this.#forgetRows();
      return;
    }
    const doubt = this.#doubtfulSince;
    if (doubt === undefined || this.#asking || this.#clock.monotonic() - doubt < QUIET_MS) return;
    this.#asking = true;
    this.#worker?.postMessage('look' satisfies ToWriter);
  }

  /** The version was read after the commit of ours that raised the doubt: who came in between is known now. */
  #doubtEnded(foreign: boolean): void {
    this.#asking = false;
    this.#doubtfulSince = undefined;
    if (foreign) this.#forgetRows();
  }

  #forgetRows(): void {
    this.#rows.clear();
    this.#changes++;
  }

  #readVersion(): void {
    [this.#version] = this.#dataVersion.get([]) as unknown as [unknown];
  }

  #willEndTurn(): void {
    if (this.#turnWillEnd) return;
    this.#turnWillEnd = true;
    setImmediate(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#turnWillEnd = false;
    this.#looked = false;
    this.#send();
  };

  /** Rows whose key begins with `prefix`, in order of key; an empty prefix is every row. @throws {StoreError} */
  *range(prefix = ''): Iterable<readonly [key: string, value: string]> {
    for (const [key, value] of this.#walk(prefix, this.#first)) if (value !== undefined) yield [key, value];
  }

  /**
   * What a reader makes of the rows whose key begins with `prefix`, in order of key. A long list is no reason to forget
   * what calls are looking up: it is kept only where there is room. @throws {StoreError}
   */
  *madeRange<T>(prefix: string, reader: RowReader<T>): Iterable<T> {
    for (const [key, row, changes] of this.#walk(prefix, this.#firstKey)) {
      const pending = row === undefined || this.#pending.has(key);
      const known = pending ? undefined : this.#known(key);
      if (known instanceof MadeRow && known.isOf(reader)) yield known.value;
      else if (row === undefined || typeof known === 'string') {
        const made = this.made(key, reader);
        if (made !== undefined) yield made;
      } else {
        const made = new MadeRow(reader, reader.read(key, row));
        if (!pending && known === undefined && changes === this.#changes) this.#rows.offer(key, made);
        yield made.value;
      }
    }
  }

  /**
   * Keys and rows, with what `#changes` was when they were read; a row that stands alone comes without its text when
   * `first` does not ask for it.
   */
  *#walk(
    prefix: string,
    first: Database.Statement,
  ): Iterable<readonly [key: string, value: string | undefined, changes: number]> {
    const end = endOfPrefix(prefix);
    const added: string[] = [];
    for (const key of this.#pending.keys()) if (key.startsWith(prefix)) added.push(key);
    if (added.length > 1) added.sort(compareKeys);
    let from = prefix;
    let next = 0;
    for (;;) {
      const changes = this.#changes;
      const rows = this.#read(from, end, first);
      for (const [key, value] of rows) {
        for (; next < added.length && compareKeys(added[next] ?? '', key) < 0; next++) {
          const pending = this.#pending.get(added[next] ?? '');
          if (typeof pending?.value === 'string') yield [added[next] ?? '', pending.value, NEVER];
        }
        const own = this.#pending.get(key);
        if (added[next] === key) next++;
        if (own === undefined) yield [key, value, changes];
        else if (own.value !== null) yield [key, own.value, NEVER];
      }
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) break;
      from = `${last[0]}\u0000`;
    }
    for (; next < added.length; next++) {
      const pending = this.#pending.get(added[next] ?? '');
      if (typeof pending?.value === 'string') yield [added[next] ?? '', pending.value, NEVER];
    }
  }

  /** One page. Most ranges are the contacts of one address, which are one: that takes a single step. */
  #read(from: string, end: string, statement: Database.Statement): [string, string | undefined][] {
    try {
      const first = statement.get([from, end]) as unknown as [string, number, string?] | undefined;
      if (first === undefined) return [];
      const [key, more, value] = first;
      return more === 0
        ? [[key, value]]
        : (this.#page.all([from, end, PAGE]) as unknown as [string, string][]);
    } catch (error) {
      throw this.#readError(error);
    }
  }

  /** Resolves when the row is on the disk. `made` is what its reader would make of it. @throws {StoreError} */
  put(key: string, value: string, made?: MadeRow): Promise<void> {
    return this.#change(key, value, made);
  }

  /** Resolves when the row is gone from the disk. @throws {StoreError} */
  delete(key: string): Promise<void> {
    return this.#change(key, null);
  }

  /** Removes every row below a prefix (`/family` takes `/family/…`); resolves with how many there were. */
  async deleteTree(prefix: string): Promise<number> {
    const keys: string[] = [];
    const below = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    for (const [key] of this.range(below)) keys.push(key);
    if (prefix !== '' && this.get(prefix) !== undefined) keys.push(prefix);
    await Promise.all(keys.map((key) => this.delete(key)));
    return keys.length;
  }

  /** Runs SQL that reads, for `database query`; every row as a list of texts. @throws {StoreError} */
  query(sql: string): { columns: string[]; rows: string[][] } {
    try {
      const statement = this.#db.prepare(sql);
      if (!statement.reader) throw new Error('only statements that read are run here');
      const rows = statement.all() as Record<string, unknown>[];
      const columns = statement.columns().map((column) => column.name);
      return { columns, rows: rows.map((row) => columns.map((name) => String(row[name] ?? ''))) };
    } catch (error) {
      throw this.#readError(error);
    }
  }

  /** Resolves when everything put so far is on the disk. */
  async flush(): Promise<void> {
    while (this.#flying !== undefined || this.#collecting !== undefined) {
      await (this.#collecting ?? this.#flying)?.done;
    }
  }

  /** Writes what was put, folds the log back into the file and ends the writer thread. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    while (this.#flying !== undefined || this.#collecting !== undefined)
      await this.flush().catch((error) => this.#log.error(String(error)));
    const ended = this.#fault !== undefined;
    this.#fault ??= new StoreError('AstDB is closed');
    // The reader goes first: the writer can then fold its log back into the file.
    this.#db.close();
    if (ended) {
      await this.#worker?.terminate();
      return;
    }
    await new Promise<void>((resolve) => {
      this.#worker?.once('exit', () => resolve());
      this.#worker?.postMessage('close' satisfies ToWriter);
    });
  }

  #change(key: string, value: string | null, made?: MadeRow): Promise<void> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    this.#collecting ??= this.#newBatch();
    this.#collecting.changes.push([key, value]);
    this.#pending.set(key, { value, made, batch: this.#collecting.id });
    return this.#collecting.done;
  }

  #newBatch(): Batch {
    let resolve: () => void = () => {};
    let reject: (error: Error) => void = () => {};
    const done = new Promise<void>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    // Everything that this turn of the event loop puts travels together; a batch in flight gathers the next one.
    if (this.#flying === undefined) this.#willEndTurn();
    return { id: this.#sequence++, changes: [], done, resolve, reject };
  }

  #send(): void {
    if (this.#flying !== undefined || this.#collecting === undefined) return;
    this.#flying = this.#collecting;
    this.#collecting = undefined;
    this.#worker?.postMessage(this.#flying.changes satisfies ToWriter);
  }

  #committed(foreign: boolean, error?: string): void {
    const batch = this.#flying;
    if (batch === undefined) return;
    this.#flying = undefined;
    this.#changes++;
    this.#settle(foreign);
    for (const [key, value] of batch.changes) {
      const pending = this.#pending.get(key);
      // The batch may change a row several times: the last change stood for all, at the first of them.
      if (pending === undefined) continue;
      const isLast = pending.batch === batch.id;
      if (isLast) this.#pending.delete(key);
      if (error === undefined) this.#rows.set(key, isLast ? (pending.made ?? pending.value) : value);
    }
    if (error === undefined) batch.resolve();
    else batch.reject(new StoreError(`AstDB could not be written: ${error}`));
    this.#send();
  }

  /** A batch of ours has moved the version: what moves it from now on does not come from us. */
  #settle(foreign: boolean): void {
    if (foreign) this.#forgetRows();
    try {
      this.#looked = true;
      this.#willEndTurn();
      this.#readVersion();
      this.#doubtfulSince = this.#clock.monotonic();
    } catch (error) {
      // The next read says so to somebody who can be told.
      this.#log.error(this.#readError(error).message);
      this.#forgetRows();
      this.#version = undefined;
    }
  }

  #fail(error: StoreError): void {
    if (this.#fault !== undefined) return;
    this.#fault = error;
    this.#log.error(error.message);
    for (const batch of [this.#flying, this.#collecting]) batch?.reject(error);
    this.#flying = undefined;
    this.#collecting = undefined;
    this.#pending.clear();
    this.#forgetRows();
  }

  #readError(error: unknown): StoreError {
    return new StoreError(`AstDB could not be read: ${(error as Error).message}`, error);
  }
}

function openReader(file: string): Database.Database {
  const db = new Database(file);
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  // Only the writer thread writes, whatever a query says.
  db.pragma('query_only = ON');
  return db;
}

/** Undefined when not even that can be had: a log beside the file needs a place to be read from. */
function tryReader(file: string): Database.Database | undefined {
  try {
    const db = openReader(file);
    db.prepare('SELECT 1 FROM astdb LIMIT 1').get();
    return db;
  } catch {
    return undefined;
  }
}
