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

/** Push create, read, update and delete of endpoints, in memory and in AstDB, with few and with many present. */
export async function benchPush({ objects, scale }: BenchSize): Promise<void> {
  for (const store of ['memory', 'astdb'] as const) {
    heading(`push, ${store}`);
    const few = new Map<string, Measured>();
    for (const present of [100, objects]) {
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
        // What is measured is the running server: let the compiler see every path first.
        await httpLoad(server.httpPort, 16, 5_000, put('warm', endpointBody), 200);
        for (const connections of [1, 16, 64]) {
          const count = Math.round((connections === 1 ? 4_000 : 10_000) * scale);
          const prefix = `c${connections}x`;
          const run = async (
            what: string,
            make: (index: number) => string,
            status: number,
            aim?: number,
          ): Promise<void> => {
            const name = `${connections} connections: ${what}`;
            const load = () => httpLoad(server.httpPort, connections, count, make, status);
            const measured = row(`${present} present, ${name}`, await measure(pid, load), aim);
            const before = few.get(name);
            if (before === undefined) few.set(name, measured);
            else growth(name, before, measured);
          };
          await run('create', put(prefix, endpointBody), 200, store === 'memory' ? 100 : 140);
          await run('read', (index) => restRequest('GET', path(index, prefix)), 200, 50);
          await run('update', put(prefix, updateBody), 200);
          await run('delete', (index) => restRequest('DELETE', path(index, prefix)), 204);
        }
        fact(`${present} present: resident memory`, residentMiB(pid), 'MiB');
      } finally {
        await server.close();
      }
    }
  }
}
