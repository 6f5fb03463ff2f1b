import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { BUSY_TIMEOUT_MS, CREATE_TABLE, DATA_VERSION, type FromWriter, type ToWriter } from './protocol.ts';

/** The thread that commits: one transaction a batch, so that many waiting answers share one flush to the disk. */
const port = parentPort;
if (port === null) throw new Error('this module runs as a worker thread');
const { file } = workerData as { file: string };

const tell = (message: FromWriter): void => port.postMessage(message);
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An error of the database loses its text on the way between threads, so that it is told as text. */
function open(): Database.Database {
  try {
    const opened = new Database(file);
    opened.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    opened.pragma('journal_mode = WAL');
    // With FULL a commit is on the disk when it returns: an answered push outlives the machine's power, not only the process.
    opened.pragma('synchronous = FULL');
    opened.exec(CREATE_TABLE);
    return opened;
  } catch (error) {
    tell({ kind: 'failed', error: textOf(error) });
    process.exit();
  }
}

const db = open();
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const put = db.prepare(
  'INSERT INTO astdb(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value',
);
const remove = db.prepare('DELETE FROM astdb WHERE key = ?');
const dataVersion = db.prepare(DATA_VERSION).raw();
let seen: unknown;

/** Whether somebody else has committed since the last time. Exact inside of a transaction: it keeps others out. */
function foreign(): boolean {
  const [version] = dataVersion.get() as unknown as [unknown];
  const moved = version !== seen;
  seen = version;
  return moved;
}

port.on('message', (message: ToWriter) => {
  if (message.kind === 'close') {
    try {
      // Back to the journal that other programs expect to find; they cope with either.
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
      tell({ kind: 'closed' });
      port.close();
    }
    return;
  }
  let others = true;
  try {
    begin.run();
    others = foreign();
    for (const [key, value] of message.changes) {
      if (value === null) remove.run(key);
      else put.run(key, value);
    }
    commit.run();
    tell({ kind: 'done', id: message.id, foreign: others });
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    tell({ kind: 'done', id: message.id, foreign: others, error: textOf(error) });
  }
});

foreign();
tell({ kind: 'ready' });
