import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles, loadConfig, loadConfigIfPresent } from '../src/conf/index.ts';
import { SorceryObject } from '../src/sorcery/index.ts';
import { migrate, StaticFiles, StoreError, staticTable } from '../src/store/index.ts';
import { startDatabases } from './support/databases.ts';
import { Bench, FAMILIES, SORCERY } from './support/realtime-bench.ts';

const databases = await startDatabases();
afterAll(() => {
  for (const [, database] of databases) database.remove();
});

let bench: Bench;
afterEach(() => bench.close());

const values = (object: SorceryObject | undefined, ...names: string[]) =>
  names.map((name) => object?.get(name));

describe.each(databases)('realtime on %s', (_, database) => {
  const quoted = (name: string) => (database.driver === 'mysql' ? `\`${name}\`` : `"${name}"`);
  const lines = FAMILIES.map((each) => `${each} => ${database.driver},asterisk`);

  beforeEach(async () => {
    for (const each of FAMILIES) database.sql(`drop table if exists ${each}`);
    bench = new Bench([database], SORCERY, lines);
    await bench.migrate();
  });

  it('creates tables once, and adds what they lack', async () => {
    expect(await bench.migrate()).toEqual([]);
    database.sql('alter table ps_aors drop column max_contacts');
    bench.realtime.family('ps_aors')?.places[0]?.database.forget();
    expect(await bench.migrate()).toEqual([`${database.driver}/asterisk.ps_aors: added max_contacts`]);
  });

  it('keeps every value of an object, whatever is in it', async () => {
    const fields = {
      aors: 'a;b',
      callerid: '"Ü ⁂" <100>',
      set_var: ['A=1;2', 'B=^3B'],
      moh_suggest: `it's "quoted" \\ % _`,
      '@tenant': 't',
    };
    const answer = await bench.put('endpoint', 'alice', fields);
    expect((await bench.push.get('res_pjsip', 'endpoint', 'alice')).body).toBe(
      answer.body.replace(',{"attribute":"@tenant","value":"t"}', ''),
    );
    await bench.put('aor', 'alice', { contact: ['sip:a@b;transport=udp', 'sip:c@d'] });
    const aor = await bench.sorcery.find('aor', 'alice');
    expect(aor?.get('contact').split('\n')).toEqual(['sip:a@b;transport=udp', 'sip:c@d']);
    expect(bench.log.lines.join('\n')).toMatch(
      /ps_endpoints has no column @tenant: the attribute is not kept/,
    );
  });

  it('creates, merges and deletes, and sees what other programs change', async () => {
    expect(await bench.sorcery.find('auth', 'alice')).toBeUndefined();
    await bench.put('auth', 'alice', { username: 'alice', password: 'one' });
    expect(database.sql("select id, username, password, realm from ps_auths where id = 'alice'")).toBe(
      'alice|alice|one|',
    );
    await bench.put('auth', 'alice', { password: 'two' });
    expect(database.sql("select username, password from ps_auths where id = 'alice'")).toBe('alice|two');
    database.sql("update ps_auths set password = 'edited' where id = 'alice'");
    expect(values(await bench.sorcery.find('auth', 'alice'), 'username', 'password')).toEqual([
      'alice',
      'edited',
    ]);
    expect((await bench.push.delete('res_pjsip', 'auth', 'alice')).status).toBe(204);
    expect(database.sql('select count(*) from ps_auths')).toBe('0');
    await expect(bench.push.delete('res_pjsip', 'auth', 'alice')).rejects.toMatchObject({
      code: 'OBJECT_NOT_FOUND',
    });
  });

  it('stores what two nodes create at once a single time', async () => {
    const type = bench.sorcery.type('res_pjsip', 'domain_alias');
    const draft = bench.sorcery.defaults('domain_alias')?.draft();
    draft?.apply('domain', 'example.com');
    if (type === undefined || draft === undefined) throw new Error('no type');
    const object = new SorceryObject(type, 'x', draft.values);
    const taken = await Promise.all([bench.sorcery.create(object), bench.sorcery.create(object)]);
    expect(taken.sort()).toEqual([false, true]);
  });

  it('lists by the beginning of the id, in both cases of letters, and page by page', async () => {
    const ids = ['a;@1', 'a;@2', 'A;@3', 'a_;@4', 'ab;@5'];
    for (const id of ids) await bench.put('contact', id, { uri: `sip:${id.length}@h;x=1` });
    expect((await bench.sorcery.list('contact', 'a;@')).map((each) => each.id)).toEqual(['a;@1', 'a;@2']);
    expect((await bench.sorcery.list('contact')).map((each) => each.id).sort()).toEqual([...ids].sort());
    expect(await bench.sorcery.find('contact', 'a;@3')).toBeUndefined();
    expect(values(await bench.sorcery.find('contact', 'A;@3'), 'uri')).toEqual(['sip:4@h;x=1']);
    const rows = Array.from({ length: 1_203 }, (_, index) => `('p${String(index).padStart(5, '0')}')`);
    database.sql(`insert into ps_domain_aliases (id) values ${rows.join(',')}`);
    expect(
      await bench.statements(async () =>
        expect(await bench.sorcery.list('domain_alias')).toHaveLength(1_203),
      ),
    ).toBe(3);
    expect(bench.sorcery.get('domain_alias', 'p01202')?.id).toBe('p01202');
    database.sql("delete from ps_domain_aliases where id = 'p01202'");
    await bench.sorcery.list('domain_alias');
    expect(bench.sorcery.get('domain_alias', 'p01202')).toBeUndefined();
  });

  it('reads rows of a schema of narrow columns, and writes what these can hold', async () => {
    database.sql('drop table ps_aors');
    const yesNo = "enum('yes','no')";
    if (database.driver === 'pgsql') {
      database.sql('drop type if exists yn');
      database.sql(`create type yn as ${yesNo}`);
    }
    const yn = database.driver === 'pgsql' ? 'yn' : database.driver === 'mysql' ? yesNo : 'varchar(3)';
    database.sql(`create table ps_aors (id varchar(40) not null unique, max_contacts integer, remove_existing ${yn},
      qualify_timeout ${database.driver === 'mysql' ? 'float' : 'real'}, mailboxes varchar(80), contact varchar(255), tenant integer)`);
    database.sql(
      "insert into ps_aors (id, max_contacts, remove_existing, qualify_timeout) values ('n', 3, 'yes', 2.5)",
    );
    bench.realtime.family('ps_aors')?.places[0]?.database.forget();
    expect(
      values(
        await bench.sorcery.find('aor', 'n'),
        'max_contacts',
        'remove_existing',
        'qualify_timeout',
        'mailboxes',
      ),
    ).toEqual(['3', 'true', '2.500000', '']);
    await bench.put('aor', 'n', { max_contacts: '5', remove_existing: 'no' });
    expect(database.sql('select max_contacts, remove_existing from ps_aors')).toBe(
      database.driver === 'sqlite3' ? '5|false' : '5|no',
    );
    expect(values(await bench.sorcery.find('aor', 'n'), 'max_contacts', 'remove_existing')).toEqual([
      '5',
      'false',
    ]);
    expect(bench.log.lines.filter((each) => each.includes('has no column support_path'))).toHaveLength(1);
    await bench.put('aor', 'n', { max_contacts: '6' });
    expect(bench.log.lines.filter((each) => each.includes('has no column support_path'))).toHaveLength(1);
  });

  it('takes no row with a value that is not understood, and says so once', async () => {
    database.sql(
      "insert into ps_auths (id, nonce_lifetime, password) values ('bad', 'abc', 'hidden'), ('good', null, 'x')",
    );
    for (let round = 0; round < 2; round++) {
      expect(await bench.sorcery.find('auth', 'bad')).toBeUndefined();
      expect((await bench.sorcery.list('auth')).map((each) => each.id)).toEqual(['good']);
    }
    const told = bench.log.lines.filter((each) => each.includes("'bad'"));
    expect(told).toEqual([
      expect.stringContaining("Row 'bad' of ps_auths is no auth: 'abc' is not accepted for 'nonce_lifetime'"),
    ]);
  });

  it('calls a table that is not there an error, and finds it when it comes', async () => {
    database.sql('drop table ps_domain_aliases');
    await expect(bench.sorcery.find('domain_alias', 'x')).rejects.toBeInstanceOf(StoreError);
    await expect(bench.put('domain_alias', 'x', { domain: 'y' })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      status: 503,
    });
    database.sql(
      `create table ps_domain_aliases (id varchar(40) primary key, ${quoted('domain')} varchar(80))`,
    );
    await bench.put('domain_alias', 'x', { domain: 'y' });
    expect(database.sql('select id, domain from ps_domain_aliases')).toBe('x|y');
  });

  /** Starts anew with pjsip.conf in a table that is empty. */
  async function keepFileInTable(): Promise<void> {
    database.sql('drop table if exists ast_config');
    await bench.close();
    bench = new Bench([database], '', [`pjsip.conf => ${database.driver},asterisk,ast_config`]);
    const family = bench.realtime.family('pjsip.conf');
    if (family === undefined) throw new Error('not mapped');
    await migrate(family, staticTable);
  }

  it('reads a configuration file from a table', async () => {
    await keepFileInTable();
    const row = (cat: number, order: number, category: string, name: string, value: string, commented = 0) =>
      `('${cat}','${order}','${commented}','pjsip.conf','${category}','${name}','${value}')`;
    database.sql(`insert into ast_config (cat_metric, var_metric, commented, filename, category, var_name, var_val) values
      ${row(2, 0, 'bob', 'type', 'aor')}, ${row(1, 1, 'alice', 'contact', 'sip:a@b;transport=tcp')},
      ${row(1, 0, 'alice', 'type', 'aor')}, ${row(1, 2, 'alice', 'max_contacts', '9', 1)}, ${row(10, 0, 'last', 'type', 'aor')}`);
    const files = new StaticFiles(bench.realtime, bench.log);
    expect(await files.refresh()).toBe(true);
    expect(await files.refresh()).toBe(false);
    const config = loadConfig(join(bench.dir, 'pjsip.conf'), { files: files.over(diskFiles) });
    expect(
      config.sections.map((each) => [each.name, ...each.variables.map((v) => `${v.name}=${v.value}`)]),
    ).toEqual([
      ['alice', 'type=aor', 'contact=sip:a@b;transport=tcp'],
      ['bob', 'type=aor'],
      ['last', 'type=aor'],
    ]);
    expect(
      loadConfigIfPresent('sorcery.conf', { etcDir: bench.dir, files: files.over(diskFiles) }),
    ).toBeDefined();
  });

  it('takes no part of a configuration file that has too many rows', async () => {
    await keepFileInTable();
    database.sql(`insert into ast_config (cat_metric, var_metric, commented, filename, category, var_name, var_val)
      with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n <= 500)
      select 0, a.n, 0, 'pjsip.conf', 'big', 'contact', 'x' from numbers a, numbers b`);
    const files = new StaticFiles(bench.realtime, bench.log);
    expect(await files.refresh()).toBe(false);
    expect(bench.log.lines.at(-1)).toContain(
      'pjsip.conf cannot be read from its table: it has more than 200000 rows',
    );
  });

  it.each([
    ['yes', ['a'], 0],
    ['no', [], 0],
    ['warn', ['a'], 1],
    ['error', [], 1],
  ] as const)('with allow_unqualified_fetch=%s lists %j', async (word, ids, told) => {
    await bench.put('domain_alias', 'a', { domain: 'd' });
    await bench.close();
    const conf = SORCERY.replace('ps_domain_aliases', `ps_domain_aliases,allow_unqualified_fetch=${word}`);
    bench = new Bench([database], conf, lines);
    expect((await bench.sorcery.list('domain_alias')).map((each) => each.id)).toEqual(ids);
    expect((await bench.sorcery.list('domain_alias', 'a')).map((each) => each.id)).toEqual(['a']);
    expect((await bench.sorcery.find('domain_alias', 'a'))?.id).toBe('a');
    expect(
      bench.log.lines.filter((each) => each.includes("All objects of type 'domain_alias'")),
    ).toHaveLength(told);
  });

  it.each([
    ['realtime', 'realtime needs a family: realtime,<family>'],
    ['realtime,ps_none', "family 'ps_none' is mapped to no database in extconfig.conf"],
    ['realtime,ps_auths,bogus=1', "realtime has no option 'bogus'"],
    [
      'realtime,ps_auths,allow_unqualified_fetch=perhaps',
      "allow_unqualified_fetch: 'perhaps' is not yes, no, warn or error",
    ],
  ])('refuses the mapping %s by name', async (wizard, message) => {
    await bench.close();
    bench = new Bench([database], `[res_pjsip]\nauth=${wizard}\n`, lines);
    expect(bench.log.lines.join('\n')).toContain(
      `sorcery.conf:2: auth: ${message}`.replace(/: (allow)/, ': realtime option $1'),
    );
  });

  it('creates what an update misses in one of several wizards, when asked to', async () => {
    for (const [general, stored] of [
      ['', '0'],
      ['[general]\nupdate_or_create_on_update_miss=yes\n', '1'],
    ]) {
      await bench.close();
      bench = new Bench(
        [database],
        `${general}[res_pjsip]\ncontact=memory\ndomain_alias=memory\ndomain_alias=realtime,ps_domain_aliases\n`,
        lines,
      );
      await bench.put('domain_alias', 'a', { domain: 'one' });
      database.sql('delete from ps_domain_aliases');
      await bench.put('domain_alias', 'a', { domain: 'two' });
      expect(database.sql('select count(*) from ps_domain_aliases')).toBe(stored);
    }
  });

  it('asks nothing for what full caches hold', async () => {
    await bench.put('endpoint', 'alice', { aors: 'alice', auth: 'alice', allow: 'ulaw' });
    await bench.put('auth', 'alice', { username: 'alice', password: 'x' });
    await bench.close();
    const cached = SORCERY.replace(
      /^(\w+)=realtime/gm,
      '$1/cache=memory_cache,full_backend_cache=yes\n$1=realtime',
    );
    bench = new Bench([database], cached, lines);
    const request = () =>
      bench.sorcery.settle(() => {
        for (const id of ['alice@example.com', 'alice', 'nobody']) bench.sorcery.get('endpoint', id);
        bench.sorcery.get('domain_alias', 'example.com');
        return bench.sorcery.get('auth', bench.sorcery.get('endpoint', 'alice')?.get('auth') ?? '');
      });
    expect(await bench.statements(async () => expect((await request())?.id).toBe('alice'))).toBeLessThan(8);
    expect(await bench.statements(async () => expect((await request())?.id).toBe('alice'))).toBe(0);
  });
});
