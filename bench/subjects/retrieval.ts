import { Instance } from '../../tests/support/instance.ts';
import { type Measured, measureBest } from '../support/cpu.ts';
import { phone } from '../support/fill.ts';
import { httpLoad, restRequest } from '../support/http-load.ts';
import { SipAsker } from '../support/sip-asker.ts';
import { addressOf, IDENTIFY_BY, storeFiles, stores, type TestStore } from '../support/stores.ts';
import { type BenchSize, growth, heading, row } from '../support/table.ts';

const FEW = 100;
const SOME = 10_000;
const ROUNDS = 5;
const PARALLEL = 16;
/** Sources that ask, a socket each: as many whatever the number of objects, of which each has one or several. */
const SOURCES = 2_000;
const WARM = 4_000;
const OPERATIONS = 10_000;
const SLOW_OPERATIONS = 4_000;

/** The ways in which a running server looks objects up, whole: what it costs must not grow with their number. */
export async function benchRetrieval({ objects, scale }: BenchSize): Promise<void> {
  for (const [name, store] of stores) {
    heading(`retrieval by a running server: ${name}`);
    const few = new Map<string, Measured>();
    for (const present of new Set([FEW, Math.min(SOME, objects), objects])) {
      for (const [what, measured] of await measureAll(store, present, scale)) {
        row(`${present} objects: ${what}`, measured);
        const before = few.get(what);
        if (before === undefined) few.set(what, measured);
        else growth(`${what}, ${FEW} → ${present} objects`, before, measured);
      }
    }
  }
}

async function measureAll(
  store: TestStore,
  present: number,
  scale: number,
): Promise<[what: string, measured: Measured][]> {
  const server = await Instance.create();
  const asker = new SipAsker(server.sipPort);
  try {
    for (const [name, text] of Object.entries(storeFiles(store, server.dir))) server.write(name, text);
    if (store.wizard === 'realtime') await server.program('db', 'migrate', '-C', server.confFile);
    await server.start();
    await fill(server.httpPort, present);
    const some = (index: number) => (index * 7_919) % present;
    const among = Math.max(present, SOURCES);
    const addresses = Array.from({ length: SOURCES }, (_, index) => addressOf((index * 7_919) % among));
    await asker.open(['127.0.0.1', ...addresses]);
    // Every phone has a contact, so that there are as many of them as of the rest.
    await asker.ask(present, PARALLEL, (index) => ['127.0.0.1', registration(phone(index), true)]);
    const work: [what: string, load: (count: number) => Promise<number>][] = [
      [
        'GET of an aor by id',
        (count) =>
          httpLoad(
            server.httpPort,
            PARALLEL,
            count,
            (index) => restRequest('GET', path('aor', some(index))),
            200,
          ),
      ],
      [
        "OPTIONS from identify's address",
        (count) =>
          asker.ask(count, PARALLEL, (index) => [addresses[index % SOURCES] ?? '', options(undefined)]),
      ],
      [
        'OPTIONS with the user in its credentials',
        (count) => asker.ask(count, PARALLEL, (index) => ['127.0.0.1', options(phone(some(index)))]),
      ],
      [
        'REGISTER that asks for contacts (a list by prefix)',
        (count) =>
          asker.ask(count, PARALLEL, (index) => ['127.0.0.1', registration(phone(some(index)), false)]),
      ],
    ];
    const count = Math.round((store.wizard === 'realtime' ? SLOW_OPERATIONS : OPERATIONS) * scale);
    const results: [string, Measured][] = [];
    for (const [what, load] of work) {
      await load(WARM * scale);
      results.push([what, await measureBest(server.pid ?? 0, ROUNDS, () => load(count))]);
    }
    return results;
  } finally {
    asker.close();
    await server.close();
  }
}

function path(type: string, number: number): string {
  return `/asterisk/config/dynamic/res_pjsip/${type}/${phone(number)}`;
}

async function fill(port: number, present: number): Promise<void> {
  const fieldsOf = (number: number) => ({
    aor: { max_contacts: '1', remove_existing: 'yes' },
    endpoint: { aors: phone(number), context: 'default', allow: '!all,ulaw', identify_by: IDENTIFY_BY },
    identify: { endpoint: phone(number), match: addressesOf(number, present).join(',') },
  });
  for (const type of ['aor', 'endpoint', 'identify'] as const) {
    const put = (number: number) => {
      const fields = Object.entries(fieldsOf(number)[type]).map(([attribute, value]) => ({
        attribute,
        value,
      }));
      return restRequest('PUT', path(type, number), JSON.stringify({ fields }));
    };
    await httpLoad(port, PARALLEL, present, put, 200);
  }
}

function addressesOf(number: number, present: number): string[] {
  const addresses: string[] = [];
  for (let each = number; each < Math.max(present, SOURCES); each += present) addresses.push(addressOf(each));
  return addresses;
}

/** A request that only its address or its credentials tell the sender of. */
function options(user: string | undefined): string {
  const credentials =
    user === undefined ? '' : `Authorization: Digest username="${user}", realm="asterisk", uri="sip:x"\r\n`;
  return `OPTIONS sip:echo@127.0.0.1 SIP/2.0\r\nFrom: <sip:stranger@127.0.0.1>;tag=1\r\nTo: <sip:echo@127.0.0.1>\r\nCSeq: 1 OPTIONS\r\n${credentials}`;
}

function registration(user: string, binds: boolean): string {
  const contact = binds ? `Contact: <sip:${user}@127.0.0.1:5999>\r\nExpires: 3600\r\n` : '';
  return `REGISTER sip:127.0.0.1 SIP/2.0\r\nFrom: <sip:${user}@127.0.0.1>;tag=1\r\nTo: <sip:${user}@127.0.0.1>\r\nCSeq: 1 REGISTER\r\n${contact}`;
}
