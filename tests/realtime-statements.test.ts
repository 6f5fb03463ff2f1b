import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDatabases } from './support/databases.ts';
import { Instance } from './support/instance.ts';
import { FAMILIES, SORCERY } from './support/realtime-bench.ts';
import { sipRequest } from './support/sip-request.ts';

const [postgres] = await startDatabases(['PostgreSQL']);
afterAll(() => postgres?.[1].remove());

const CACHED = SORCERY.replace(
  /^(\w+)=realtime/gm,
  '$1/cache=memory_cache,full_backend_cache=yes\n$1=realtime',
);

describe.skipIf(postgres === undefined)('what a request costs in statements', () => {
  let server: Instance | undefined;
  const database = postgres?.[1];

  beforeEach(() => {
    for (const each of FAMILIES) database?.sql(`drop table if exists ${each}`);
  });

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  async function start(sorceryConf: string): Promise<Instance> {
    if (database === undefined) throw new Error('there is no PostgreSQL');
    server = await Instance.create({
      'extconfig.conf': `[settings]\n${FAMILIES.map((each) => `${each} => pgsql,asterisk`).join('\n')}\n`,
      [database.confFile]: database.conf,
      'sorcery.conf': sorceryConf,
    });
    await server.program('db', 'migrate', '-C', server.confFile);
    database.sql("insert into ps_aors (id, max_contacts, remove_existing) values ('alice', '1', 'yes')");
    database.sql(
      "insert into ps_endpoints (id, aors, context, allow) values ('alice', 'alice', 'default', 'ulaw')",
    );
    await server.start();
    // Lists that are read in the background at the start.
    await server.cli('pjsip show endpoints');
    return server;
  }

  /** The statements of one request that is answered with a status: reads, and what is written. */
  async function statements(method: 'REGISTER' | 'INVITE', number: number, status: number) {
    const before = database?.statements?.().length ?? 0;
    expect(await sipRequest(server?.sipPort ?? 0, method, 'alice', number)).toBe(status);
    const made = (database?.statements?.() ?? []).slice(before);
    return {
      reads: made.filter((each) => each.startsWith('select')).length,
      writes: made.filter((each) => /^(insert|update|delete)/.test(each)).map((each) => each.split(' ')[0]),
    };
  }

  it('without caches: what identifies, the aor and its contacts, and the row that is written', async () => {
    await start(SORCERY);
    const first = await statements('REGISTER', 1, 200);
    expect(first.writes).toEqual(['insert']);
    // identify (once a second); alice@host, the alias of the host, alice; the aor, its contacts; columns, the first time.
    expect(first.reads).toBeGreaterThan(4);
    expect(first.reads).toBeLessThanOrEqual(10);
    const again = await statements('REGISTER', 2, 200);
    expect(again.writes).toEqual(['update']);
    expect(again.reads).toBeGreaterThan(2);
    expect(again.reads).toBeLessThanOrEqual(6);
    expect((await statements('INVITE', 1, 404)).reads).toBeLessThanOrEqual(4);
  });

  it('with full caches: nothing is read, and a registration is one write', async () => {
    await start(CACHED);
    await statements('REGISTER', 1, 200);
    expect(await statements('REGISTER', 2, 200)).toEqual({ reads: 0, writes: ['update'] });
    expect(await statements('REGISTER', 3, 200)).toEqual({ reads: 0, writes: ['update'] });
    expect(await statements('INVITE', 1, 404)).toEqual({ reads: 0, writes: [] });
  });
});
