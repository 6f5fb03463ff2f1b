import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfigIfPresent } from '../../conf/index.ts';
import { silentLogger } from '../../log/index.ts';
import { systemClock } from '../../platform/index.ts';
import { Realtime } from '../../store/index.ts';
import { type Bench, startBench } from '../test-bench.ts';

const dir = mkdtempSync(join(tmpdir(), 'asterism-cli-rt-'));
let bench: Bench;
let realtime: Realtime;

beforeAll(async () => {
  const file = join(dir, 'rt.sqlite3');
  const db = new Database(file);
  db.exec('create table lamps (id text primary key, colour text, watts integer)');
  db.exec("insert into lamps values ('a', 'red', 40)");
  db.close();
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  write('extconfig.conf', '[settings]\nlamps => sqlite3,rt\nshades => sqlite3,rt\nlost => sqlite3,lost\n');
  write('res_config_sqlite3.conf', `[rt]\ndbfile=${file}\n[lost]\ndbfile=${dir}/no/folder\n`);
  realtime = new Realtime({
    readFile: (name) => loadConfigIfPresent(name, { etcDir: dir }),
    clock: systemClock,
    log: silentLogger,
  });
  bench = await startBench({
    modules: [{ name: 'res_config_sqlite3', description: 'SQLite' }],
    realtime,
  });
});

afterAll(async () => {
  await bench.close();
  await realtime.close();
  rmSync(dir, { recursive: true, force: true });
});

const TABLE = `                   Column Name  Column Value                  
          --------------------  --------------------          
`;

describe('realtime', () => {
  it('load prints a row as columns', async () => {
    expect(await bench.run('realtime load lamps id a')).toBe(
      `${TABLE}                            id  a                             
                        colour  red                           
                         watts  40                            
`,
    );
    for (const line of ['lamps id b', 'nosuch id a'])
      expect(await bench.run(`realtime load ${line}`)).toBe('No rows found matching search criteria.\n');
    expect(await bench.run('realtime load lamps')).toMatch(
      /^Usage: realtime load <family> <colmatch> <value>\n/,
    );
  });

  it.each([
    ['store lamps id b colour blue', 'Stored RealTime record.\n'],
    ['update lamps id b watts 60', 'Updated 1 RealTime record.\n'],
    ['update lamps id none watts 60', 'Updated 0 RealTime records.\n'],
    ['update2 lamps id b colour blue NULL watts 75', 'Updated 1 RealTime record.\n'],
    ['update2 lamps id b colour red NULL watts 80', 'Updated 0 RealTime records.\n'],
    ['destroy lamps id b colour red', 'Removed 0 RealTime records.\n'],
    ['destroy lamps id b watts 75', 'Removed 1 RealTime record.\n'],
    ['destroy lamps id b', 'Removed 0 RealTime records.\n'],
  ])('%s', async (line, answer) => {
    expect(await bench.run(`realtime ${line}`)).toBe(answer);
  });

  it.each([
    ['store lamps id a', 'Failed to store record.'],
    ['store nosuch id a', 'Failed to store record.'],
    ['update shades id a colour red', 'Failed to update.'],
    ['update nosuch id a colour red', 'Failed to update.'],
    ['destroy lamps nocolumn x', 'Failed to remove record.'],
    ['update2 lamps id a colour red watts 5', 'Columns and values come in pairs'],
  ])('%s fails', async (line, beginning) => {
    const answer = await bench.run(`realtime ${line}`);
    expect(answer.startsWith(beginning)).toBe(true);
    expect(answer.endsWith(`Command 'realtime ${line}' failed.\n`)).toBe(true);
  });

  it('load says that a database is away, not that there is no row', async () => {
    expect(await bench.run('realtime load lost id a')).toMatch(
      /^sqlite3\/lost is away: .*\nCommand 'realtime load lost id a' failed\.\n$/,
    );
    expect(await bench.run('realtime show sqlite status')).toMatch(
      /^Connected to .*rt\.sqlite3 for \d+ seconds\nUnable to connect .*folder: .*\nCommand .* failed\.\n$/,
    );
  });

  it('show cache lists the tables whose columns are known', async () => {
    await bench.run('realtime store lamps id c');
    expect(await bench.run('realtime show sqlite cache')).toBe('lamps\n');
  });
});
