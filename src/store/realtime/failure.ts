import type { DriverName } from './mapping.ts';
import { THREAD_ENDED } from './sqlite-dialect.ts';

/**
 * What a failed statement means: `away`, the database cannot be asked at all; `duplicate`, the row is there already;
 * `schema`, a table or column is missing; `statement`, anything else that concerns this statement alone.
 */
export type FailureKind = 'away' | 'duplicate' | 'schema' | 'statement';

/** PostgreSQL: classes of SQLSTATE (appendix A of its manual) that mean that the server, not the statement, is the matter. */
const PG_AWAY = /^(08|57P0[1-3]|53300|3D000|28)/;

const codes: Readonly<Record<DriverName, Readonly<Record<string, FailureKind>>>> = {
  pgsql: { 23505: 'duplicate', '42P01': 'schema', 42703: 'schema' },
  mysql: {
    ER_DUP_ENTRY: 'duplicate',
    ER_NO_SUCH_TABLE: 'schema',
    ER_BAD_FIELD_ERROR: 'schema',
    ER_CON_COUNT_ERROR: 'away',
    ER_SERVER_SHUTDOWN: 'away',
    ER_ACCESS_DENIED_ERROR: 'away',
    ER_DBACCESS_DENIED_ERROR: 'away',
    ER_BAD_DB_ERROR: 'away',
  },
  sqlite3: {
    SQLITE_CONSTRAINT_PRIMARYKEY: 'duplicate',
    SQLITE_CONSTRAINT_UNIQUE: 'duplicate',
    SQLITE_NOTADB: 'away',
    [THREAD_ENDED]: 'away',
  },
};

/** The kind of an error that a driver threw. */
export function failureKind(driver: DriverName, error: unknown): FailureKind {
  const { code, fatal, message } = error as { code?: unknown; fatal?: unknown; message?: unknown };
  const text = typeof code === 'string' ? code : '';
  const known = codes[driver][text];
  if (known !== undefined) return known;
  if (driver === 'pgsql') {
    // An error of the server has five characters of SQLSTATE; one without comes from the connection.
    if (!/^[0-9A-Z]{5}$/.test(text)) return 'away';
    return PG_AWAY.test(text) ? 'away' : 'statement';
  }
  if (driver === 'mysql') return fatal === true || !text.startsWith('ER_') ? 'away' : 'statement';
  if (text.startsWith('SQLITE_IOERR') || text.startsWith('SQLITE_CANTOPEN')) return 'away';
  return /no such (table|column)|has no column/.test(String(message)) ? 'schema' : 'statement';
}
