import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import {
  BUSY_TIMEOUT_MS,
  type Change,
  CREATE_TABLE,
  DATA_VERSION,
  type FromWriter,
  type ToWriter,
} from './protocol.ts';

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
    tell({ error: textOf(error) });
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

/** Whether somebody else has committed since the last time, or may have. Our own commits do not count here. */
function foreign(): boolean {
  const before = seen;
  seen = undefined;
  try {
    [seen] = dataVersion.get([]) as unknown as [unknown];
  } catch {
    // What was committed stays so, whatever is known of others: the next time will tell.
  }
  return seen === undefined || seen !== before;
}

function store([key, value]: Change): void {
  if (value === null) remove.run([key]);
  else put.run([key, value]);
}

/** A change alone is a transaction of its own: SQLite makes it cheaper than two more statements would. */
function write(changes: readonly Change[]): void {
  const [only] = changes;
  if (only !== undefined && changes.length === 1) {
    store(only);
    return;
  }
  begin.run([]);
  for (const change of changes) store(change);
  commit.run([]);
}

port.on('message', (message: ToWriter) => {
  if (message === 'close') {
    try {
      // Back to the journal that other programs expect to find; they cope with either.
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
      tell('closed');
      port.close();
    }
    return;
  }
  if (message === 'look') {
    tell(foreign() ? 'changed by others' : 'unchanged');
    return;
  }
  try {
    write(message);
    // Asked when it is done, this finds who came before us, and who came after us until now.
    tell(foreign() ? 'committed after others' : 'committed');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    tell({ error: textOf(error) });
  }
});

foreign();
tell('ready');
