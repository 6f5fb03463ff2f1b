import { Instance } from '../../tests/support/instance.ts';
import { measure } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, phone } from '../support/fill.ts';
import { SipLoad } from '../support/sip-load.ts';
import { type BenchSize, row } from '../support/table.ts';

/** REGISTER with digest, both round trips, contacts kept in AstDB; first registrations, then refreshes. */
export async function benchRegister({ objects, scale }: BenchSize): Promise<void> {
  for (const present of [1_000, objects]) {
    const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
    try {
      fillAstDb(server.dir, present);
      await server.start();
      const pid = server.pid ?? 0;
      const load = await SipLoad.open(server.sipPort);
      const count = Math.round(10_000 * scale);
      const user = (index: number) => phone(index % present);
      await load.register(2_000, 16, user, 'secret');
      row(
        `${present} endpoints: register`,
        await measure(pid, () => load.register(count, 16, user, 'secret')),
        100,
      );
      load.close();
    } finally {
      await server.close();
    }
  }
}
