import { parentPort, workerData } from 'node:worker_threads';
import Libsql from 'libsql';
import { BUSY_TIMEOUT_MS } from '../protocol.ts';
import type { SqliteAnswer, SqliteBatch, SqliteOutcome } from './sqlite-protocol.ts';

/** The thread that has one SQLite file open: it runs what arrives in one message as one transaction. */
const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');
const { file } = workerData as { file: string };

/** Prepared statements that are kept; a server runs a few per table. */
const STATEMENTS = 200;

let db: Libsql.Database | undefined;
let prepared = new Map<string, Libsql.Statement>();

function open(): Libsql.Database {
  if (db !== undefined) return db;
  const opened = new Libsql(file);
  opened.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  // Other programs read while this one writes, and what was acknowledged outlives the power.
  opened.pragma('journal_mode = WAL');
  opened.pragma('synchronous = FULL');
  db = opened;
  return opened;
}

function statement(opened: Libsql.Database, sql: string): Libsql.Statement {
  let found = prepared.get(sql);
  if (found === undefined) {
    if (prepared.size >= STATEMENTS) prepared = new Map();
    found = opened.prepare(sql);
    prepared.set(sql, found);
  }
  return found;
}

function told(error: unknown): SqliteOutcome {
  const { message, code } = error as { message?: string; code?: string };
  return { error: message ?? String(error), code: code ?? '' };
}

/** SQLite keeps numbers as numbers where a column says so; everybody else here reads text. */
function textRow(row: Record<string, unknown>): Record<string, string | null> {
  const texts: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(row))
    texts[name] = value === null ? null : Buffer.isBuffer(value) ? value.toString() : String(value);
  return texts;
}

function runOne(opened: Libsql.Database, sql: string, parameters: readonly unknown[]): SqliteOutcome {
  try {
    const each = statement(opened, sql);
    if (each.reader) return { rows: (each.all(...parameters) as Record<string, unknown>[]).map(textRow) };
    return { rows: [], changes: each.run(...parameters).changes };
  } catch (error) {
    // A statement that was prepared before the table changed is prepared again the next time.
    prepared.delete(sql);
    return told(error);
  }
}

function runBatch({ statements }: SqliteBatch): SqliteOutcome[] {
  let opened: Libsql.Database;
  try {
    opened = open();
  } catch (error) {
    return statements.map(() => ({ ...told(error), code: 'SQLITE_CANTOPEN' }));
  }
  const writes = statements.filter(({ reads }) => !reads);
  if (writes.length <= 1) return statements.map(({ sql, parameters }) => runOne(opened, sql, parameters));
  try {
    opened.exec('BEGIN IMMEDIATE');
    // A statement that is refused undoes itself alone; the others are committed together.
    const outcomes = statements.map(({ sql, parameters }) => runOne(opened, sql, parameters));
    opened.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (opened.inTransaction) opened.exec('ROLLBACK');
    return statements.map(() => told(error));
  }
}

port.on('message', (batch: SqliteBatch | 'close') => {
  if (batch === 'close') {
    prepared = new Map();
    db?.close();
    port.close();
    return;
  }
  port.postMessage({ id: batch.id, outcomes: runBatch(batch) } satisfies SqliteAnswer);
});
