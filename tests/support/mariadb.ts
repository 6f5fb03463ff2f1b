import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseServer, ownerOf, pause } from './database-server.ts';
import { freePort } from './instance.ts';

const SERVER = '/usr/sbin/mariadbd';
const BOOT_MS = 30_000;

/** A MariaDB server with a data folder and a port of its own; undefined when it is not installed. */
export async function createMariaDb(): Promise<DatabaseServer | undefined> {
  if (!existsSync(SERVER)) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'asterism-my-'));
  const run = ownerOf(dir, 'mysql');
  const data = join(dir, 'data');
  const socket = join(dir, 'sock');
  const port = await freePort();
  run('/usr/bin/mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  let child: ChildProcess | undefined;
  const client = ['--no-defaults', `--socket=${socket}`, '-u', 'root', '-N', '-B'];
  const ready = () => spawnSync('mariadb', [...client, '-e', 'select 1']).status === 0;
  const server: DatabaseServer = {
    driver: 'mysql',
    port,
    confFile: 'res_config_mysql.conf',
    conf: `[general]\ndbhost=127.0.0.1\ndbport=${port}\ndbname=asterisk\ndbuser=asterisk\ndbpass=none\n`,
    start() {
      if (child !== undefined) return;
      const args = [`--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1'];
      const own = process.getuid?.() === 0 ? ['--user=mysql'] : [];
      child = spawn(SERVER, ['--no-defaults', ...args, `--pid-file=${join(dir, 'pid')}`, ...own], {
        stdio: 'ignore',
      });
      for (const end = Date.now() + BOOT_MS; !ready(); pause(100))
        if (Date.now() > end) throw new Error('MariaDB did not come up');
      spawnSync('mariadb', [
        ...client,
        '-e',
        "create database if not exists asterisk character set utf8mb4; grant all on asterisk.* to 'asterisk'@'127.0.0.1' identified by 'none'",
      ]);
    },
    stop() {
      child?.kill('SIGKILL');
      child = undefined;
      for (const end = Date.now() + BOOT_MS; ready(); pause(50))
        if (Date.now() > end) throw new Error('MariaDB did not stop');
    },
    sql(statement) {
      return execFileSync('mariadb', [...client, 'asterisk', '-e', statement], { encoding: 'utf8' })
        .replace(/\n$/, '')
        .replaceAll('\t', '|');
    },
    remove() {
      server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return server;
}
