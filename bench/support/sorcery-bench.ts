import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfigIfPresent } from '../../src/conf/index.ts';
import { tableOf } from '../../src/db-command.ts';
import { silentLogger } from '../../src/log/index.ts';
import { GlobalSettings, Identification, IdentifyIndex, pjsipTypes } from '../../src/pjsip/index.ts';
import { systemClock } from '../../src/platform/index.ts';
import { parseMessage, SipRequest } from '../../src/sip/index.ts';
import { type ObjectType, Push, Sorcery, SorceryObject } from '../../src/sorcery/index.ts';
import { AstDb, migrate, Realtime } from '../../src/store/index.ts';
import { bestOf, type Measured } from './cpu.ts';
import { addressOf, families, IDENTIFY_BY, storeFiles, type TestStore } from './stores.ts';

/** Requests that are under way together, as connections of clients are. */
const TOGETHER = 32;
const FILL = 500;
const PUSHES = 6_000;
/** Enough that every object of the large case is met, because the first meeting finds nothing in any cache. */
const READS = 100_000;
/** A list is ten objects, and a read of SQLite a statement. */
const SLOW_READS = 20_000;
/** Requests made beforehand: parsing is not what is measured, and as many as there are objects would fill the memory. */
const REQUESTS = 4_096;
/** Each figure is the better of so many runs: what else runs on the machine only ever adds. */
const ROUNDS = 3;
const fields = [{ attribute: 'max_contacts', value: '2' }];

const MISS = 'by an id that is not there';

type Work = (index: number) => Promise<unknown> | unknown;

/** Sorcery with aors, endpoints and identifies in one store, in this process: CPU counts the threads that write, too. */
export class Bench {
  readonly #dir: string;
  readonly #astdb: AstDb;
  readonly #realtime: Realtime;
  readonly #sorcery: Sorcery;
  readonly #push: Push;
  readonly #settings: GlobalSettings;
  readonly #index: IdentifyIndex;
  readonly #store: TestStore;
  readonly #present: number;

  private constructor(dir: string, astdb: AstDb, store: TestStore, present: number) {
    this.#dir = dir;
    this.#astdb = astdb;
    this.#store = store;
    this.#present = present;
    for (const [name, text] of Object.entries(storeFiles(store, dir))) writeFileSync(join(dir, name), text);
    const log = silentLogger;
    const clock = systemClock;
    this.#realtime = new Realtime({
      readFile: (name) => loadConfigIfPresent(name, { etcDir: dir }),
      clock,
      log,
    });
    const realtime = this.#realtime;
    this.#sorcery = new Sorcery({ etcDir: dir, astdb, realtime, log, clock, running: () => true });
    const sorcery = this.#sorcery;
    sorcery.register(
      pjsipTypes.filter((each) => families.has(each.type)),
      'pjsip.conf',
    );
    this.#push = new Push(sorcery);
    this.#settings = new GlobalSettings(sorcery);
    this.#index = new IdentifyIndex({ sorcery, clock, log });
  }

  static async open(store: TestStore, present: number): Promise<Bench> {
    const dir = mkdtempSync(join(tmpdir(), 'asterism-bench-'));
    const astdb = await AstDb.open({ file: join(dir, 'astdb.sqlite3'), log: silentLogger });
    const bench = new Bench(dir, astdb, store, present);
    await bench.#fill();
    return bench;
  }

  async #fill(): Promise<void> {
    for (const [name, each] of families) {
      const family = this.#realtime.family(each.family);
      const type = [...this.#sorcery.types()].find((each) => each.name === name);
      if (family === undefined || type === undefined) throw new Error(`there is no ${name}`);
      await migrate(family, tableOf(type.spec));
      for (let from = 0; from < this.#present; from += FILL) {
        const count = Math.min(FILL, this.#present - from);
        await Promise.all(
          Array.from({ length: count }, (_, index) => this.#sorcery.create(objectOf(type, from + index))),
        );
      }
    }
    await this.#index.fresh();
    this.#index.prepare();
  }

  /** Every operation, with what it costs. */
  async measureAll(scale: number): Promise<[what: string, measured: Measured][]> {
    const sorcery = this.#sorcery;
    const some = (index: number) => (index * 7_919) % this.#present;
    const put = (name: string) => this.#push.put('res_pjsip', 'aor', name, fields);
    const remove = (name: string) => this.#push.delete('res_pjsip', 'aor', name);
    const identify = this.#identifications();
    const from = Array.from({ length: REQUESTS }, (_, index) => requestOf(some(index)));
    const uncached = this.#store.wizard === 'realtime' && this.#store.cache === undefined;
    const reads: [string, number, Work][] = [
      ['by id', uncached ? SLOW_READS : READS, (index) => sorcery.find('aor', id(some(index)))],
      [
        MISS,
        this.#store.wizard === 'realtime' ? SLOW_READS : READS,
        (index) => sorcery.find('aor', `none${index}`),
      ],
      [
        "endpoint by identify's address",
        uncached ? SLOW_READS : READS,
        (index) =>
          sorcery.settle(() =>
            identify.ip.find(stranger, { address: addressOf(some(index)), port: SIP_PORT }),
          ),
      ],
      [
        'endpoint by user of credentials',
        uncached ? SLOW_READS : READS,
        (index) =>
          sorcery.settle(() => identify.auth_username.find(from[index % REQUESTS] ?? stranger, NOBODY)),
      ],
      ['list of ten, by prefix', SLOW_READS, (index) => sorcery.list('aor', id(some(index)).slice(0, -1))],
    ];
    for (const [what, , each] of reads) {
      const found = await each(1);
      if ((found === undefined) !== (what === MISS))
        throw new Error(`${what} did not do what it is to measure`);
    }
    const results: [string, Measured][] = [];
    const pushes = Math.round(PUSHES * scale);
    // What is measured is running code: let the compiler see it first.
    await run((index) => put(`warm${index}`), pushes);
    await run((index) => remove(`warm${index}`), pushes);
    results.push(['push, create', await run((index) => put(`new${index}`), pushes)]);
    results.push(['push, update', await bestOf(ROUNDS, () => run((index) => put(`new${index}`), pushes))]);
    for (const [what, count, each] of reads) {
      const scaled = Math.round(count * scale);
      await run(each, scaled);
      results.push([what, await bestOf(ROUNDS, () => run(each, scaled))]);
    }
    results.push(['push, delete', await run((index) => remove(`new${index}`), pushes)]);
    return results;
  }

  /** Ways of finding an endpoint, each alone. */
  #identifications(): Record<'ip' | 'auth_username', Identification> {
    const only = (module: string) =>
      new Identification(this.#sorcery, this.#index, this.#settings, (each) => each === module);
    return {
      ip: only('res_pjsip_endpoint_identifier_ip'),
      auth_username: only('res_pjsip_endpoint_identifier_user'),
    };
  }

  async close(): Promise<void> {
    this.#index.close();
    this.#settings.close();
    this.#sorcery.close();
    await this.#realtime.close();
    await this.#astdb.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

const SIP_PORT = 5060;
const NOBODY = { address: '192.0.2.1', port: SIP_PORT };

function id(number: number): string {
  return `a${String(number).padStart(7, '0')}`;
}

function objectOf(type: ObjectType, number: number): SorceryObject {
  const draft = new SorceryObject(type, id(number), type.defaults).draft();
  if (type.name === 'endpoint') draft.apply('identify_by', IDENTIFY_BY);
  if (type.name === 'identify') {
    draft.apply('endpoint', id(number));
    draft.apply('match', addressOf(number));
  }
  return new SorceryObject(type, id(number), draft.values);
}

/** A request whose credentials, and nothing else, name an endpoint. */
function requestOf(number: number): SipRequest {
  return request([`Authorization: Digest username="${id(number)}", realm="asterisk"`]);
}

function request(headers: readonly string[]): SipRequest {
  const lines = [
    'REGISTER sip:example.com SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK-1',
    'From: <sip:stranger@example.com>;tag=a',
    'To: <sip:stranger@example.com>',
    'Call-ID: 1',
    'CSeq: 1 REGISTER',
    ...headers,
  ];
  const message = parseMessage(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
  if (!(message instanceof SipRequest)) throw new Error('no request');
  return message;
}

const stranger = request([]);

async function run(work: Work, count: number): Promise<Measured> {
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
