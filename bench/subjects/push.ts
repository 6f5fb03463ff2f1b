import { Instance } from '../../tests/support/instance.ts';
import { type Measured, measure, residentMiB } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, memorySorcery } from '../support/fill.ts';
import { httpLoad, restRequest } from '../support/http-load.ts';
import { type BenchSize, fact, growth, heading, row } from '../support/table.ts';

const endpointBody = JSON.stringify({
  fields: Object.entries({
    from_user: 'alice',
    allow: '!all,g722,ulaw,alaw',
    ice_support: 'yes',
    force_rport: 'yes',
    rewrite_contact: 'yes',
    rtp_symmetric: 'yes',
    context: 'default',
    auth: 'alice',
    aors: 'alice',
  }).map(([attribute, value]) => ({ attribute, value })),
});
const updateBody = JSON.stringify({ fields: [{ attribute: 'context', value: 'other' }] });

/** What other work on the machine adds is left out by taking the better of two. */
const ROUNDS = 2;
const CREATE_AIM = { memory: 100, astdb: 140 } as const;
const AIMS = new Map([['read', 50]]);

/** Push create, read, update and delete of endpoints, in memory and in AstDB, with few and with many present. */
export async function benchPush({ objects, scale }: BenchSize): Promise<void> {
  for (const store of ['memory', 'astdb'] as const) {
    heading(`push, ${store}`);
    const few = new Map<string, Measured>();
    for (const present of [100, 1_000, objects]) {
      const server = await Instance.create({
        'sorcery.conf': store === 'memory' ? memorySorcery : astDbSorcery,
      });
      try {
        if (store === 'astdb') fillAstDb(server.dir, present);
        await server.start();
        const pid = server.pid ?? 0;
        const path = (index: number, prefix: string) =>
          `/asterisk/config/dynamic/res_pjsip/endpoint/${prefix}${index}`;
        const put = (prefix: string, body: string) => (index: number) =>
          restRequest('PUT', path(index, prefix), body);
        if (store === 'memory')
          await httpLoad(server.httpPort, 16, present, put('present', endpointBody), 200);
        const get = (prefix: string) => (index: number) => restRequest('GET', path(index, prefix));
        const remove = (prefix: string) => (index: number) => restRequest('DELETE', path(index, prefix));
        // What is measured is the running server: let the compiler see every path first.
        for (const connections of [1, 16]) {
          const warm = (make: (index: number) => string, status: number) =>
            httpLoad(server.httpPort, connections, 5_000 * scale, make, status);
          await warm(put('warm', endpointBody), 200);
          await warm(get('warm'), 200);
          await warm(put('warm', updateBody), 200);
          await warm(remove('warm'), 204);
        }
        const count = Math.round(10_000 * scale);
        for (const connections of [1, 16, 64]) {
          const best = new Map<string, Measured>();
          const run = async (
            what: string,
            make: (index: number) => string,
            status: number,
          ): Promise<void> => {
            const load = () => httpLoad(server.httpPort, connections, count, make, status);
            const measured = await measure(pid, load);
            if (measured.cpuMicros < (best.get(what)?.cpuMicros ?? Infinity)) best.set(what, measured);
          };
          for (let round = 0; round < ROUNDS; round++) {
            const prefix = `c${connections}r${round}x`;
            await run('create', put(prefix, endpointBody), 200);
            await run('read', get(prefix), 200);
            await run('update', put(prefix, updateBody), 200);
            await run('delete', remove(prefix), 204);
          }
          for (const [what, measured] of best) {
            const name = `${connections} connections: ${what}`;
            row(
              `${present} present, ${name}`,
              measured,
              what === 'create' ? CREATE_AIM[store] : AIMS.get(what),
            );
            const before = few.get(name);
            if (before === undefined) few.set(name, measured);
            else growth(name, before, measured);
          }
        }
        fact(`${present} present: resident memory`, residentMiB(pid), 'MiB');
      } finally {
        await server.close();
      }
    }
  }
}
