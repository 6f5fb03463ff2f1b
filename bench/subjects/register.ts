import { Instance } from '../../tests/support/instance.ts';
import { type Measured, measureBest, residentMiB } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb, phone } from '../support/fill.ts';
import { SipLoad } from '../support/sip-load.ts';
import { type BenchSize, fact, growth, heading, row } from '../support/table.ts';

const AIM = 100;
const FEW = 100;
const PARALLEL = 16;
const ROUNDS = 3;

/** REGISTER with digest, both round trips, contacts kept in AstDB: first registrations, then refreshes. */
export async function benchRegister({ objects, scale }: BenchSize): Promise<void> {
  heading('register');
  const refreshes: Measured[] = [];
  for (const present of [FEW, 1_000, objects]) refreshes.push(await withPresent(present, scale));
  const [few, , many] = refreshes;
  if (few !== undefined && many !== undefined) growth(`refresh, ${FEW} → ${objects} endpoints`, few, many);
}

async function withPresent(present: number, scale: number): Promise<Measured> {
  const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
  try {
    fillAstDb(server.dir, present);
    await server.start();
    const pid = server.pid ?? 0;
    const load = await SipLoad.open(server.sipPort);
    const count = Math.round(5_000 * scale);
    // Those at the end are for warming up; where there are enough, the others register for the first time.
    await load.register(6_000, PARALLEL, (index) => phone(present - 1 - (index % present)), 'secret');
    let next = 0;
    const some = () => {
      const from = next;
      next += count;
      return load.register(count, PARALLEL, (index) => phone((from + index) % present), 'secret');
    };
    if (present > ROUNDS * count + 6_000)
      row(`${present} endpoints: first registration`, await measureBest(pid, ROUNDS, some), AIM);
    else await some();
    next = 0;
    const refresh = row(`${present} endpoints: refresh`, await measureBest(pid, ROUNDS, some), AIM);
    fact(`${present} endpoints: resident memory`, residentMiB(pid), 'MiB');
    load.close();
    return refresh;
  } finally {
    await server.close();
  }
}
