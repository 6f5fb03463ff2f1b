import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseServer } from './database-server.ts';
import { createMariaDb } from './mariadb.ts';
import { createPostgres } from './postgres.ts';

export type TestDatabase = Omit<DatabaseServer, 'driver' | 'port'> & {
  readonly driver: 'pgsql' | 'mysql' | 'sqlite3';
};

/** A SQLite file as if it were a server; taking the file away is what stopping is to one. */
function createSqlite(): TestDatabase {
  const dir = mkdtempSync(join(tmpdir(), 'asterism-lite-'));
  const file = join(dir, 'rt.sqlite3');
  return {
    driver: 'sqlite3',
    confFile: 'res_config_sqlite3.conf',
    conf: `[asterisk]\ndbfile=${file}\n`,
    start: () => {},
    stop: () => {},
    sql: (statement) =>
      execFileSync('sqlite3', ['-cmd', '.timeout 5000', file, statement], { encoding: 'utf8' }).replace(
        /\n$/,
        '',
      ),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

const kinds: readonly (readonly [
  name: string,
  create: () => Promise<TestDatabase | undefined> | TestDatabase,
])[] = [
  ['SQLite', createSqlite],
  ['PostgreSQL', createPostgres],
  ['MariaDB', createMariaDb],
];

/** The databases of this machine, started. One that is not installed is passed over with a line, except in CI. */
export async function startDatabases(
  only: readonly string[] = kinds.map(([name]) => name),
): Promise<[string, TestDatabase][]> {
  const found: [string, TestDatabase][] = [];
  for (const [name, create] of kinds) {
    if (!only.includes(name)) continue;
    const database = await create();
    if (database === undefined) {
      if (process.env.CI === 'true') throw new Error(`${name} is not installed, and CI wants it`);
      console.warn(`${name} is not installed: its tests are skipped`);
      continue;
    }
    database.start();
    found.push([name, database]);
  }
  return found;
}
