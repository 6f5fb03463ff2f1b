/** One change of a row; `value` null removes it. Batches of them travel to the writer thread. */
export type Change = readonly [key: string, value: string | null];

export type ToWriter =
  | { readonly kind: 'batch'; readonly id: number; readonly changes: readonly Change[] }
  | { readonly kind: 'close' };

export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      /** Another program has changed the file since the batch before. */
      readonly foreign: boolean;
      readonly error?: string;
    }
  | { readonly kind: 'closed' };

/** The table of Asterisk's own file, to the letter. */
export const CREATE_TABLE = 'CREATE TABLE IF NOT EXISTS astdb(key TEXT, value TEXT, PRIMARY KEY(key))';
/** How long a writer waits for another process that holds the file. */
export const BUSY_TIMEOUT_MS = 5_000;
/** Moves when somebody else commits: what the connection itself commits does not count. */
export const DATA_VERSION = 'PRAGMA data_version';
