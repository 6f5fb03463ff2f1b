import { createRequire } from 'node:module';
import type { Kysely } from 'kysely';
import type * as mysql from 'mysql2';
import type * as postgres from 'pg';
import { loadKysely } from './kysely.ts';
import type { ConnectionSettings } from './settings.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

/** A row as the database shows it: every value as text. */
export type TextRow = Record<string, string | null>;
export type Tables = Record<string, TextRow>;

// The clients of both servers are large: who keeps nothing there does not wait for them at the start.
const load = createRequire(import.meta.url);

/** Connections to one server. More would not make one node faster: its rows are small and its statements short. */
const CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * A database, not yet connected to. Nothing is converted on the way: columns of every type arrive as text.
 * `lost` hears of connections that broke.
 */
export function connect(settings: ConnectionSettings, lost: (reason: string) => void): Kysely<Tables> {
  const { driver, host, port, socket, database, user, password } = settings;
  const { Kysely, MysqlDialect, PostgresDialect } = loadKysely();
  switch (driver) {
    case 'sqlite3':
      return new Kysely<Tables>({ dialect: sqliteDialect(database) });
    case 'pgsql': {
      const { Pool }: typeof postgres = load('pg');
      const pool = new Pool({
        // For libpq a path in the place of a host is the folder of its socket.
        host: socket ?? host,
        port,
        database,
        user,
        password,
        application_name: settings.application,
        max: CONNECTIONS,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        keepAlive: true,
        allowExitOnIdle: true,
        types: { getTypeParser: () => (value: string) => value },
      });
      // Idle connections tell the pool, those in use only themselves: an error that nobody hears ends the process.
      pool.on('error', (error) => lost(error.message));
      pool.on('connect', (client) => client.on('error', (error) => lost(error.message)));
      return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    }
    case 'mysql': {
      const { createPool }: typeof mysql = load('mysql2');
      const pool = createPool({
        ...(socket === undefined ? { host, port } : { socketPath: socket }),
        database,
        user,
        password,
        charset: settings.charset ?? 'utf8mb4',
        connectionLimit: CONNECTIONS,
        connectTimeout: CONNECT_TIMEOUT_MS,
        enableKeepAlive: true,
        typeCast: (field) => field.string(),
      });
      return new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) });
    }
  }
}
