import type { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';
import { spawnWorker } from '../../platform/index.ts';
import { loadKysely } from './kysely.ts';
import type { SqliteAnswer, SqliteBatch, SqliteOutcome, SqliteStatement } from './sqlite-protocol.ts';

interface Waiting {
  readonly statement: SqliteStatement;
  readonly settle: (outcome: SqliteOutcome) => void;
}

/**
 * SQLite on a thread of its own. Kysely's own dialect runs every statement on the calling thread; here what arrives in
 * one turn of the event loop, or while a batch runs, goes over as one batch and shares one flush to the disk.
 */
class ThreadConnection implements DatabaseConnection {
  readonly #file: string;
  #worker: Worker | undefined;
  #collecting: Waiting[] = [];
  #flying: readonly Waiting[] = [];
  #sequence = 0;
  #closed = false;

  constructor(file: string) {
    this.#file = file;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { sql, parameters } = query;
    const statement = { sql, parameters, reads: query.query.kind === 'SelectQueryNode' };
    const outcome = await new Promise<SqliteOutcome>((settle) => {
      if (this.#collecting.length === 0 && this.#flying.length === 0) setImmediate(() => this.#send());
      this.#collecting.push({ statement, settle });
    });
    if ('error' in outcome) throw Object.assign(new Error(outcome.error), { code: outcome.code });
    return {
      rows: outcome.rows as R[],
      ...(outcome.changes === undefined ? {} : { numAffectedRows: BigInt(outcome.changes) }),
    };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('this dialect does not stream');
  }

  #send(): void {
    if (this.#flying.length > 0 || this.#collecting.length === 0) return;
    if (this.#closed) {
      this.#lost('the database is closed');
      return;
    }
    this.#worker ??= this.#start();
    this.#flying = this.#collecting;
    this.#collecting = [];
    const batch: SqliteBatch = {
      id: ++this.#sequence,
      statements: this.#flying.map(({ statement }) => statement),
    };
    this.#worker.postMessage(batch);
  }

  #start(): Worker {
    const worker = spawnWorker(import.meta.url, './sqlite-thread.ts', { workerData: { file: this.#file } });
    worker.on('message', ({ id, outcomes }: SqliteAnswer) => {
      if (id !== this.#sequence) return;
      const done = this.#flying;
      this.#flying = [];
      for (const [index, each] of done.entries()) {
        each.settle(outcomes[index] ?? { error: 'the thread did not answer', code: THREAD_ENDED });
      }
      this.#send();
    });
    worker.on('error', (error) => this.#ended(worker, error.message));
    worker.on('exit', () => this.#ended(worker, 'its thread ended'));
    return worker;
  }

  #ended(worker: Worker, reason: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#lost(reason);
  }

  #lost(error: string): void {
    const waiting = [...this.#flying, ...this.#collecting];
    this.#flying = [];
    this.#collecting = [];
    for (const { settle } of waiting) settle({ error, code: THREAD_ENDED });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    await new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
      worker.postMessage('close');
    });
  }
}

/** The error code of statements whose thread is gone. */
export const THREAD_ENDED = 'THREAD_ENDED';

class ThreadDriver implements Driver {
  readonly #connection: ThreadConnection;

  constructor(file: string) {
    this.#connection = new ThreadConnection(file);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  // Statements of many callers share the connection and a transaction per batch: one that spans turns has no place.
  async beginTransaction(): Promise<void> {
    throw new Error('this dialect has no transactions');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.#connection.close();
  }
}

/** Kysely's dialect for a SQLite file that is open on a thread of its own. */
export function sqliteDialect(file: string): Dialect {
  const { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } = loadKysely();
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
