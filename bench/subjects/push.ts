import { Instance } from '../../tests/support/instance.ts';
import { measure, residentMiB } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, memorySorcery } from '../support/fill.ts';
import { httpLoad, restRequest } from '../support/http-load.ts';
import { type BenchSize, row } from '../support/table.ts';

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
    for (const present of [1_000, objects]) {
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
          const label = (what: string) => `${store}, ${present} present, ${connections} connections: ${what}`;
          const run = (make: (index: number) => string, status: number) =>
            measure(pid, () => httpLoad(server.httpPort, connections, count, make, status));
          row(label('create'), await run(put(prefix, endpointBody), 200), store === 'memory' ? 100 : 140);
          row(label('read'), await run((index) => restRequest('GET', path(index, prefix)), 200), 50);
          row(label('update'), await run(put(prefix, updateBody), 200));
          row(label('delete'), await run((index) => restRequest('DELETE', path(index, prefix)), 204));
        }
        console.log(`  ${store}, ${present} present: ${residentMiB(pid).toFixed(0)} MiB resident`);
      } finally {
        await server.close();
      }
    }
  }
}
