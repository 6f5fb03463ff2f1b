import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { StoreError } from '../src/store/index.ts';
import { startDatabases } from './support/databases.ts';
import { freePort, Instance } from './support/instance.ts';
import { Bench, FAMILIES, SORCERY } from './support/realtime-bench.ts';
import { sipRequest } from './support/sip-request.ts';
import { until as soon } from './support/until.ts';

const databases = await startDatabases(['PostgreSQL', 'MariaDB']);
afterAll(() => {
  for (const [, database] of databases) database.remove();
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A database takes its time to come back. */
const until = (what: () => boolean | Promise<boolean>) => soon(what, 20_000);

let bench: Bench | undefined;
let instance: Instance | undefined;
afterEach(async () => {
  await bench?.close();
  await instance?.close();
  bench = undefined;
  instance = undefined;
});

describe.each(databases)('while %s is away', (_, database) => {
  const lines = FAMILIES.map((each) => `${each} => ${database.driver},asterisk`);
  const clean = () => {
    database.start();
    for (const each of FAMILIES) database.sql(`drop table if exists ${each}`);
  };

  it('nothing counts as not there, caches serve, the log says it once, and all heals', {
    timeout: 60_000,
  }, async () => {
    clean();
    const conf = SORCERY.replace('aor=', 'aor/cache=memory_cache,object_lifetime_stale=1\naor=');
    bench = new Bench([database], conf, lines);
    const { sorcery, log } = bench;
    await bench.migrate();
    await bench.put('aor', 'cached', { max_contacts: '1' });
    await bench.put('auth', 'alice', { username: 'a', password: 'p' });
    database.stop();
    await wait(1_200);
    for (let round = 0; round < 3; round++) {
      await expect(sorcery.find('auth', 'alice')).rejects.toBeInstanceOf(StoreError);
      await expect(sorcery.list('auth')).rejects.toBeInstanceOf(StoreError);
      await expect(bench.push.get('res_pjsip', 'auth', 'alice')).rejects.toMatchObject({
        code: 'STORE_UNREADABLE',
        status: 503,
        detail: expect.stringContaining(`${database.driver}/asterisk is away: `),
      });
      await expect(bench.put('auth', 'new', { username: 'n', password: 'p' })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        status: 503,
      });
      expect((await sorcery.find('aor', 'cached'))?.id).toBe('cached');
    }
    expect(log.lines.filter((each) => each.includes('is away'))).toHaveLength(1);
    database.start();
    await until(() =>
      sorcery.find('auth', 'alice').then(
        (found) => found?.id === 'alice',
        () => false,
      ),
    );
    expect(log.lines.filter((each) => each.includes('is back after'))).toHaveLength(1);
    await bench.put('auth', 'new', { username: 'n', password: 'p' });
    expect(await sorcery.find('auth', 'never')).toBeUndefined();
  });

  it('no push that was acknowledged is lost, and none is found missing', { timeout: 90_000 }, async () => {
    clean();
    bench = new Bench([database], SORCERY, lines);
    const { push, sorcery } = bench;
    await bench.migrate();
    await bench.put('domain_alias', 'first', { domain: 'd' });
    const acknowledged: string[] = [];
    const wrong: unknown[] = [];
    let refused = 0;
    let running = true;
    const worker = async (name: string) => {
      for (let number = 0; running; number++) {
        const id = `${name}-${number}`;
        await push
          .put('res_pjsip', 'domain_alias', id, [{ attribute: 'domain', value: id }])
          .then(() => acknowledged.push(id))
          .catch((error: { status?: number }) => (error.status === 503 ? refused++ : wrong.push(error)));
        await sorcery.find('domain_alias', 'first').then(
          (found) => found === undefined && wrong.push('not found'),
          (error) => error instanceof StoreError || wrong.push(error),
        );
        await wait(2);
      }
    };
    const workers = ['a', 'b', 'c', 'd'].map(worker);
    for (let outage = 0; outage < 2; outage++) {
      await wait(700);
      database.stop();
      await wait(700);
      database.start();
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 20);
    }
    running = false;
    await Promise.all(workers);
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    const kept = new Set((await sorcery.list('domain_alias')).map((each) => each.id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('another database of the family takes over, by priority', { timeout: 60_000 }, async () => {
    clean();
    const [lite] = await startDatabases(['SQLite']);
    if (lite === undefined) return;
    const both = FAMILIES.flatMap((each) => [
      `${each} => sqlite3,asterisk,${each},2`,
      `${each} => ${database.driver},asterisk,${each},1`,
    ]);
    bench = new Bench([database, lite[1]], SORCERY, both);
    await bench.migrate();
    await bench.put('domain_alias', 'one', { domain: 'd' });
    expect(lite[1].sql('select count(*) from ps_domain_aliases')).toBe('0');
    database.stop();
    await bench.put('domain_alias', 'two', { domain: 'd' });
    expect((await bench.sorcery.find('domain_alias', 'two'))?.id).toBe('two');
    expect((await bench.sorcery.list('domain_alias')).map((each) => each.id)).toEqual(['two']);
    database.start();
    const { sorcery } = bench;
    await until(() =>
      sorcery.find('domain_alias', 'one').then(
        (found) => found !== undefined,
        () => false,
      ),
    );
    expect((await sorcery.list('domain_alias')).map((each) => each.id)).toEqual(['one', 'two']);
    lite[1].remove();
  });
});

describe('a SQLite file that cannot be opened', () => {
  it('is a database that is away, until it can', { timeout: 30_000 }, async () => {
    const [lite] = await startDatabases(['SQLite']);
    if (lite === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'asterism-gone-'));
    const file = join(folder, 'sub', 'rt.sqlite3');
    const database = { ...lite[1], conf: `[asterisk]\ndbfile=${file}\n` };
    bench = new Bench(
      [database],
      SORCERY,
      ['ps_endpoints', ...FAMILIES].map((each) => `${each} => sqlite3,asterisk`),
    );
    const { sorcery } = bench;
    await expect(sorcery.find('auth', 'a')).rejects.toBeInstanceOf(StoreError);
    mkdirSync(join(folder, 'sub'));
    const running = bench;
    await until(() =>
      running.migrate().then(
        () => true,
        () => false,
      ),
    );
    await running.put('auth', 'a', { username: 'a', password: 'p' });
    expect((await sorcery.find('auth', 'a'))?.id).toBe('a');
    expect(running.log.lines.filter((each) => each.includes('is away'))).toHaveLength(1);
    lite[1].remove();
    rmSync(folder, { recursive: true, force: true });
  });
});

const register = (port: number, user: string, number: number) => sipRequest(port, 'REGISTER', user, number);

/** What an action of the manager interface is answered, from its answer to the end. */
function manager(port: number, action: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        `Action: Login\r\nUsername: m\r\nSecret: m\r\nEvents: off\r\n\r\nAction: ${action}\r\n\r\nAction: Logoff\r\n\r\n`,
      ),
    );
    socket.on('data', (data) => (text += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

const [postgres] = databases.filter(([name]) => name === 'PostgreSQL');
describe.skipIf(postgres === undefined)('a server over PostgreSQL', () => {
  it('registers, refuses with 503 while it is away, and registers again', { timeout: 120_000 }, async () => {
    const database = postgres?.[1];
    if (database === undefined) return;
    database.start();
    for (const each of FAMILIES) database.sql(`drop table if exists ${each}`);
    const amiPort = await freePort();
    instance = await Instance.create({
      'extconfig.conf': `[settings]\n${FAMILIES.map((each) => `${each} => pgsql,asterisk`).join('\n')}\n`,
      [database.confFile]: database.conf,
      'sorcery.conf': SORCERY,
      'manager.conf': `[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=${amiPort}\n[m]\nsecret=m\nread=system\nwrite=all\n`,
    });
    expect((await instance.program('db', 'migrate', '-C', instance.confFile)).code).toBe(0);
    database.sql("insert into ps_aors (id, max_contacts, remove_existing) values ('alice', '1', 'yes')");
    database.sql(
      "insert into ps_endpoints (id, aors, context, allow) values ('alice', 'alice', 'default', 'ulaw')",
    );
    await instance.start();
    const { sipPort } = instance;
    expect(await register(sipPort, 'alice', 1)).toBe(200);
    expect(database.sql('select uri, endpoint from ps_contacts')).toBe(
      'sip:alice@127.0.0.1:5099^3Btransport=udp|alice',
    );
    expect(await register(sipPort, 'mallory', 1)).toBe(401);
    expect((await instance.cli('pjsip show contacts')).join('\n')).toMatch(
      /alice\/sip:alice@127\.0\.0\.1:5099/,
    );
    expect((await instance.cli('realtime show pgsql status')).join('\n')).toMatch(
      /^Connected to asterisk@127\.0\.0\.1, port \d+ with username asterisk for \d+ seconds$/m,
    );
    database.sql("insert into ps_auths (id, username, password) values ('fresh', 'f', 'p')");
    expect(await manager(amiPort, 'PJSIPShowAuths')).toMatch(/ObjectName: fresh\r\n/);
    database.stop();
    expect(await register(sipPort, 'alice', 2)).toBe(503);
    expect(await manager(amiPort, 'PJSIPShowAuths')).toMatch(
      /Response: Error\r\nMessage: pgsql\/asterisk is away: /,
    );
    expect(await register(sipPort, 'mallory', 2)).toBe(503);
    expect((await instance.object('aor', 'alice')).status).toBe(503);
    expect((await instance.cli('realtime show pgsql status')).join('\n')).toMatch(
      /^Unable to connect asterisk@/m,
    );
    database.start();
    let number = 3;
    const running = instance;
    await until(async () => (await register(sipPort, 'alice', number++)) === 200);
    expect((await running.object('aor', 'alice')).status).toBe(200);
    expect(database.sql('select count(*) from ps_contacts')).toBe('1');

    // The same when it is away while the server starts.
    database.stop();
    await running.restart();
    expect(await register(sipPort, 'alice', 100)).toBe(503);
    database.start();
    await until(async () => (await register(sipPort, 'alice', ++number + 100)) === 200);
    await until(async () => (await running.ari('GET', '/endpoints/PJSIP/alice')).status === 200);
  });
});

describe('a dial plan in a table', () => {
  it('is read at the start and again when asked to', { timeout: 60_000 }, async () => {
    const [lite] = await startDatabases(['SQLite']);
    if (lite === undefined) return;
    const database = lite[1];
    instance = await Instance.create({
      'extconfig.conf': '[settings]\nextensions.conf => sqlite3,asterisk,ast_config\n',
      [database.confFile]: database.conf,
    });
    expect((await instance.program('db', 'migrate', '-C', instance.confFile)).code).toBe(0);
    const add = (order: number, value: string) =>
      database.sql(
        `insert into ast_config (cat_metric, var_metric, commented, filename, category, var_name, var_val)
          values (1, ${order}, 0, 'extensions.conf', 'fromdb', 'exten', '${value}')`,
      );
    add(1, '100,1,NoOp(a;b)');
    await instance.start();
    expect((await instance.cli('dialplan show fromdb')).join('\n')).toContain('NoOp(a;b)');
    expect((await instance.cli('dialplan show default')).join('\n')).toContain('There is no existence');
    add(2, '101,1,Hangup()');
    await instance.cli('module reload extconfig');
    await instance.cli('dialplan reload');
    expect((await instance.cli('dialplan show fromdb')).join('\n')).toContain("'101' =>");
    database.remove();
  });
});
