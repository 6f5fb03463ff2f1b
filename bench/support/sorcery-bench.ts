import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigIfPresent } from '../../src/conf/index.ts';
import { tableOf } from '../../src/db-command.ts';
import { silentLogger } from '../../src/log/index.ts';
import { pjsipTypes } from '../../src/pjsip/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { Push, Sorcery, SorceryObject } from '../../src/sorcery/index.ts';
import { AstDb, migrate, Realtime } from '../../src/store/index.ts';
import type { Measured } from './cpu.ts';

/** What one type is kept in. */
export interface TestStore {
  readonly wizard: string;
  readonly cache: string | undefined;
}

/** Requests that are under way together, as connections of clients are. */
const TOGETHER = 32;
const FILL = 500;
const fields = [{ attribute: 'max_contacts', value: '2' }];

/** Sorcery with the aors of one store, in this process: CPU counts the threads that write, too. */
export class Bench {
  readonly #dir: string;
  readonly #astdb: AstDb;
  readonly #realtime: Realtime;
  readonly #sorcery: Sorcery;
  readonly #push: Push;
  readonly #present: number;

  private constructor(dir: string, astdb: AstDb, store: TestStore, present: number) {
    this.#dir = dir;
    this.#astdb = astdb;
    this.#present = present;
    const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
    write('extconfig.conf', '[settings]\nps_aors => sqlite3,rt\n');
    write('res_config_sqlite3.conf', `[rt]\ndbfile=${join(dir, 'rt.sqlite3')}\n`);
    const cache = store.cache === undefined ? '' : `aor/cache=${store.cache}\n`;
    write('sorcery.conf', `[res_pjsip]\n${cache}aor=${store.wizard}\n`);
    this.#realtime = new Realtime({
      readFile: (name) => loadConfigIfPresent(name, { etcDir: dir }),
      clock: systemClock,
      log: silentLogger,
    });
    this.#sorcery = new Sorcery({
      etcDir: dir,
      astdb,
      realtime: this.#realtime,
      log: silentLogger,
      clock: systemClock,
      running: () => true,
    });
    this.#sorcery.register(
      pjsipTypes.filter((each) => each.type === 'aor'),
      'pjsip.conf',
    );
    this.#push = new Push(this.#sorcery);
  }

  static async open(store: TestStore, present: number): Promise<Bench> {
    const dir = mkdtempSync(join(tmpdir(), 'asterism-bench-'));
    const astdb = await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log: silentLogger });
    const bench = new Bench(dir, astdb, store, present);
    await bench.#fill();
    return bench;
  }

  async #fill(): Promise<void> {
    const family = this.#realtime.family('ps_aors');
    const spec = pjsipTypes.find((each) => each.type === 'aor');
    if (family !== undefined && spec !== undefined) await migrate(family, tableOf(spec));
    const type = this.#sorcery.type('res_pjsip', 'aor');
    if (type === undefined) throw new Error('there are no aors');
    for (let from = 0; from < this.#present; from += FILL) {
      const some = Array.from({ length: Math.min(FILL, this.#present - from) }, (_, index) => {
        const draft = new SorceryObject(type, id(from + index), type.defaults).draft();
        return new SorceryObject(type, id(from + index), draft.values);
      });
      await Promise.all(some.map((each) => this.#sorcery.create(each)));
    }
  }

  /** Every operation, with what it costs. */
  async measureAll(scale: number): Promise<[what: string, measured: Measured][]> {
    const count = Math.round(6_000 * scale);
    const present = this.#present;
    const some = (index: number) => id((index * 7_919) % present);
    const put = (name: string) => this.#push.put('res_pjsip', 'aor', name, fields);
    const work: [string, (index: number) => Promise<unknown>][] = [
      ['push, create', (index) => put(`new${index}`)],
      ['push, update', (index) => put(`new${index}`)],
      ['by id', (index) => this.#sorcery.find('aor', some(index))],
      ['by an id that is not there', (index) => this.#sorcery.find('aor', `none${index}`)],
      ['list of ten, by prefix', (index) => this.#sorcery.list('aor', some(index).slice(0, -1))],
      ['push, delete', (index) => this.#push.delete('res_pjsip', 'aor', `new${index}`)],
    ];
    const results: [string, Measured][] = [];
    const warm = Math.round(count / 2);
    await run((index) => put(`warm${index}`), warm);
    await run((index) => this.#push.delete('res_pjsip', 'aor', `warm${index}`), warm);
    for (const [what, each] of work) {
      // What is measured is running code: let the compiler see it first.
      if (!what.startsWith('push')) await run(each, Math.round(count / 4));
      results.push([what, await run(each, count)]);
    }
    return results;
  }

  async close(): Promise<void> {
    this.#sorcery.close();
    await this.#realtime.close();
    await this.#astdb.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

function id(number: number): string {
  return `a${String(number).padStart(7, '0')}`;
}

async function run(work: (index: number) => Promise<unknown>, count: number): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  return { operations: count, cpuMicros: (user + system) / count, rate: count / seconds };
}
