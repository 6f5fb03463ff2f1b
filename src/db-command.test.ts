import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startDatabases } from '../tests/support/databases.ts';
import { runDbCommand } from './db-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'asterism-db-'));
const databases = await startDatabases();
afterAll(() => {
  for (const [, database] of databases) database.remove();
  rmSync(dir, { recursive: true });
});

const conf = join(dir, 'asterisk.conf');
const write = (name: string, text: string) => writeFileSync(join(dir, name), text);

async function run(action: string | undefined): Promise<{ status: number; said: string }> {
  let said = '';
  const status = await runDbCommand(action, conf, (text) => {
    said += text;
  });
  return { status, said };
}

describe.each(databases)('asterism db, on %s', (_, database) => {
  const { driver } = database;
  const label = `${driver}/asterisk`;

  beforeEach(() => {
    for (const each of ['ps_aors', 'numbers', 'ast_config']) database.sql(`drop table if exists ${each}`);
    write('asterisk.conf', `[directories]\nastetcdir => ${dir}\n`);
    write(database.confFile, database.conf);
    write(
      'extconfig.conf',
      `[settings]\nps_aors => ${driver},asterisk\nsigns => ${driver},asterisk,numbers\npjsip.conf => ${driver},asterisk,ast_config\nqueues => ${driver},asterisk\n`,
    );
    write('sorcery.conf', '[res_stir_shaken]\ntn=realtime,signs\n');
  });

  it('tells what is not there, makes it, and finds it whole then', async () => {
    const before = await run('status');
    expect(before.status).toBe(1);
    expect(before.said.split('\n')).toEqual([
      'queues: no type of objects is kept in it: left alone',
      `ps_aors: ${label}.ps_aors is not there`,
      `signs: ${label}.numbers is not there`,
      `pjsip.conf: ${label}.ast_config is not there`,
      '',
    ]);
    expect((await run('migrate')).status).toBe(0);
    const after = await run('status');
    expect(after.status).toBe(0);
    expect(after.said).toMatch(new RegExp(`ps_aors: ${label}\\.ps_aors is whole \\(\\d+ columns\\)`));
    database.sql("insert into numbers (id, private_key_file) values ('1', 'k')");
    database.sql("insert into ps_aors (id, max_contacts) values ('a', '1')");
  });

  it('adds the columns that a table lacks, and leaves all that is there', async () => {
    database.sql('create table ps_aors (id varchar(40) primary key, max_contacts integer, mine varchar(10))');
    database.sql("insert into ps_aors values ('a', 7, 'kept')");
    const before = await run('status');
    expect(before.status).toBe(1);
    expect(before.said).toMatch(/\.ps_aors lacks (\w+, )*contact(, |\n)/);
    expect(before.said).not.toMatch(/lacks .*(max_contacts|mine)/);
    expect((await run('migrate')).status).toBe(0);
    expect(database.sql('select id, max_contacts, mine, contact from ps_aors').replace('NULL', '')).toBe(
      'a|7|kept|',
    );
    expect((await run('migrate')).said).not.toMatch(/created|added/);
  });

  it.runIf(driver !== 'sqlite3')('says why when the database is away', async () => {
    write(database.confFile, database.conf.replace(/dbport=\d+/, 'dbport=1'));
    const { status, said } = await run('migrate');
    expect(status).toBe(1);
    expect(said).toContain(`${label} is away: `);
  });
});

it('knows two actions, and needs a family', async () => {
  expect(await run('drop')).toMatchObject({ status: 2, said: expect.stringContaining('Usage: asterism db') });
  expect((await run(undefined)).status).toBe(2);
  write('asterisk.conf', `[directories]\nastetcdir => ${dir}\n`);
  write('extconfig.conf', '[settings]\n');
  expect(await run('status')).toEqual({
    status: 1,
    said: 'extconfig.conf maps no family that is known here to a database.\n',
  });
});
