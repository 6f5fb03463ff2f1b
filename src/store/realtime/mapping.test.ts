import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, loadConfig } from '../../conf/index.ts';
import { fitColumn } from './columns.ts';
import { failureKind } from './failure.ts';
import { readExtConfig } from './mapping.ts';
import { decodeValues, encodeText, encodeValues } from './row-text.ts';
import { readConnection } from './settings.ts';

const dir = mkdtempSync(join(tmpdir(), 'asterism-ext-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function config(text: string): Config {
  const file = join(dir, 'x.conf');
  writeFileSync(file, text);
  return loadConfig(file);
}

describe('extconfig.conf', () => {
  it('maps families to drivers, databases and tables, the first to be asked first', () => {
    const { families, faults } = readExtConfig(
      config(`[settings]
ps_aors => pgsql,asterisk,ps_aors,2
ps_aors => sqlite3,"copy"
ps_auths => mysql,general,auth_table
pjsip.conf => pgsql,asterisk,ast_config
`),
    );
    expect(faults).toEqual([]);
    expect(families.get('ps_aors')).toEqual([
      { driver: 'sqlite3', database: 'copy', table: 'ps_aors', priority: 1 },
      { driver: 'pgsql', database: 'asterisk', table: 'ps_aors', priority: 2 },
    ]);
    expect(families.get('ps_auths')?.[0]).toMatchObject({ driver: 'mysql', table: 'auth_table' });
    expect(families.get('pjsip.conf')?.[0]?.table).toBe('ast_config');
  });

  it.each([
    ['a => odbc,x', "a: there is no driver 'odbc'; known are pgsql, mysql, sqlite3"],
    ['a => pgsql', 'a: the name of a database is missing'],
    ['a => pgsql,x,t,first', "a: 'first' is no priority"],
    ['extconfig.conf => pgsql,x', 'extconfig.conf: this file is read before any database is open'],
  ])('names the line %s', (line, detail) => {
    const { families, faults } = readExtConfig(config(`[settings]\n${line}\n`));
    expect(families.size).toBe(0);
    expect(faults.map((each) => each.detail)).toEqual([expect.stringMatching(/:2: .*/)]);
    expect(faults[0]?.detail.endsWith(detail)).toBe(true);
  });
});

describe('the files of the drivers', () => {
  it('give servers a section by name or [general], and what is not said', () => {
    const file = config(
      '[general]\ndbhost=db\ndbuser=u\ndbpass=p\n[second]\ndbsock=/run/x\ndbname=n\ndbport=7\n',
    );
    expect(readConnection('pgsql', 'asterisk', file)).toMatchObject({
      host: 'db',
      port: 5432,
      socket: undefined,
      database: 'asterisk',
      user: 'u',
      password: 'p',
    });
    expect(readConnection('mysql', 'second', file)).toMatchObject({
      socket: '/run/x',
      database: 'n',
      port: 7,
    });
    expect(readConnection('mysql', 'other', file).port).toBe(3306);
  });

  it.each([
    ['pgsql', undefined, 'res_pgsql.conf is not there'],
    ['pgsql', '[other]\n', 'res_pgsql.conf has no section [x]'],
    ['mysql', '[general]\ndbport=many\n', "res_config_mysql.conf: dbport 'many' is no port"],
    ['sqlite3', '[general]\ndbfile=/a\n', 'res_config_sqlite3.conf has no section [x]'],
    ['sqlite3', '[x]\n', 'res_config_sqlite3.conf: [x] names no dbfile'],
  ] as const)('of %s: %j is refused by name', (driver, text, message) => {
    const file = text === undefined ? undefined : config(text);
    expect(() => readConnection(driver, 'x', file)).toThrow(message);
  });
});

describe('values in columns', () => {
  it.each(['pgsql', 'mysql', 'sqlite3'] as const)('of %s come back as they were', (driver) => {
    for (const values of [['sip:a@b;transport=udp', 'sip:c@d'], ['^3B'], ['a^5E;b^'], ['x']])
      expect(decodeValues(driver, encodeValues(driver, values), true)).toEqual(values);
    expect(decodeValues(driver, encodeText(driver, 'a;b^'), false)).toEqual(['a;b^']);
  });

  it('are written as the original writes them', () => {
    expect(encodeValues('pgsql', ['sip:a@b;x=1', 'c^'])).toBe('sip:a@b^3Bx=1;c^5E');
    expect(encodeText('sqlite3', 'sip:a@b;x=1')).toBe('sip:a@b;x=1');
    expect(decodeValues('mysql', ' a ;;b', false)).toEqual(['a', 'b']);
  });

  it('fit the column: NULL for nothing where text does not go, and the word that an enumeration knows', () => {
    const column = (textual: boolean, labels?: string[]) => ({ name: 'x', textual, labels });
    expect(fitColumn(column(true), '')).toBe('');
    expect(fitColumn(column(false), '')).toBeNull();
    expect(fitColumn(column(false, ['yes', 'no']), 'true')).toBe('yes');
    expect(fitColumn(column(false, ['0', '1']), 'No')).toBe('0');
    expect(fitColumn(column(false, ['RFC4733']), 'rfc4733')).toBe('RFC4733');
    expect(fitColumn(column(false, ['a']), 'b')).toBe('b');
  });
});

describe('an error of a driver', () => {
  it.each([
    ['pgsql', { code: '23505' }, 'duplicate'],
    ['pgsql', { code: '42P01' }, 'schema'],
    ['pgsql', { code: '57P01' }, 'away'],
    ['pgsql', { code: '22P02' }, 'statement'],
    ['pgsql', { code: 'ECONNREFUSED' }, 'away'],
    ['pgsql', { message: 'Connection terminated unexpectedly' }, 'away'],
    ['mysql', { code: 'ER_DUP_ENTRY' }, 'duplicate'],
    ['mysql', { code: 'ER_DATA_TOO_LONG' }, 'statement'],
    ['mysql', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, 'away'],
    ['sqlite3', { code: 'SQLITE_CONSTRAINT_PRIMARYKEY' }, 'duplicate'],
    ['sqlite3', { code: 'SQLITE_IOERR_WRITE' }, 'away'],
    ['sqlite3', { code: 'SQLITE_READONLY', message: 'attempt to write a readonly database' }, 'statement'],
    ['sqlite3', { code: 'SQLITE_ERROR', message: 'no such table: x' }, 'schema'],
  ] as const)('%s %j means %s', (driver, error, kind) => {
    expect(failureKind(driver, error)).toBe(kind);
  });
});
