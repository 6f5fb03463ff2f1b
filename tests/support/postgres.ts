import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseServer, ownerOf } from './database-server.ts';
import { freePort } from './instance.ts';

/** Where Debian keeps the programs of a PostgreSQL server; undefined when none is installed. */
function programs(): string | undefined {
  const versions = '/usr/lib/postgresql';
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .map((each) => join(versions, each, 'bin'))
    .filter((each) => existsSync(join(each, 'initdb')))
    .sort()
    .at(-1);
}

/** A PostgreSQL server with a data folder and a port of its own; undefined when it is not installed. */
export async function createPostgres(): Promise<DatabaseServer | undefined> {
  const bin = programs();
  if (bin === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'asterism-pg-'));
  const run = ownerOf(dir, 'postgres');
  const data = join(dir, 'data');
  const port = await freePort();
  const user = 'asterisk';
  run(join(bin, 'initdb'), ['-D', data, '-U', user, '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  const ctl = (...args: string[]) => run(join(bin, 'pg_ctl'), ['-D', data, '-w', ...args]);
  let running = false;
  const server: DatabaseServer = {
    driver: 'pgsql',
    port,
    confFile: 'res_pgsql.conf',
    conf: `[general]\ndbhost=127.0.0.1\ndbport=${port}\ndbname=asterisk\ndbuser=${user}\ndbpass=none\n`,
    start() {
      if (running) return;
      ctl(
        '-l',
        join(dir, 'log'),
        '-o',
        `-p ${port} -k ${dir} -c listen_addresses=127.0.0.1 -c log_statement=all -c log_line_prefix=`,
        'start',
      );
      running = true;
      spawnSync('psql', [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        user,
        'postgres',
        '-c',
        'create database asterisk',
      ]);
    },
    stop() {
      if (running) ctl('-m', 'immediate', 'stop');
      running = false;
    },
    sql(statement) {
      const args = [
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        user,
        'asterisk',
        '-qAtX',
        '-F',
        '|',
        '-v',
        'ON_ERROR_STOP=1',
      ];
      return execFileSync('psql', [...args, '-c', statement], { encoding: 'utf8' }).replace(/\n$/, '');
    },
    statements() {
      const log = readFileSync(join(dir, 'log'), 'utf8');
      return [...log.matchAll(/^LOG: {2}(?:execute [^:]*|statement): (.*)/gm)].map((match) => match[1] ?? '');
    },
    remove() {
      server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return server;
}
