/** One change of a row; `value` null removes it. Batches of them travel to the writer thread. */
export type Change = readonly [key: string, value: string | null];

/**
 * A batch; the next one is sent when this one is answered, so that an answer needs no name. `look`: has another program
 * changed the file since the batch before?
 */
export type ToWriter = readonly Change[] | 'look' | 'close';

/**
 * `committed`: the batch is on the disk; `committed after others`: so it is, and another program has changed the file
 * since the batch before. Words, because they are cheaper to carry from thread to thread than objects.
 */
export type FromWriter =
  | 'ready'
  | 'committed'
  | 'committed after others'
  | 'unchanged'
  | 'changed by others'
  | 'closed'
  /** Nothing of the batch was stored; or, before `ready`, there is no database. */
  | { readonly error: string };

/** The table of Asterisk's own file, to the letter. */
export const CREATE_TABLE = 'CREATE TABLE IF NOT EXISTS astdb(key TEXT, value TEXT, PRIMARY KEY(key))';
/** How long a writer waits for another process that holds the file. */
export const BUSY_TIMEOUT_MS = 5_000;
/** Moves when somebody else commits: what the connection itself commits does not count. */
export const DATA_VERSION = 'PRAGMA data_version';
