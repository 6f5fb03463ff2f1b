import { Instance } from '../../tests/support/instance.ts';
import { cpuMicros, residentMiB, sleep } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb } from '../support/fill.ts';
import { type BenchSize, fact } from '../support/table.ts';

const RUNS = 3;

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** CPU a second later: what goes on in the background after the answer. */
  readonly laterMs: number;
  readonly residentMiB: number;
}

/** From the start of the process until `core waitfullybooted` answers: wall clock (the asking included) and server CPU. */
export async function benchStart({ objects }: BenchSize): Promise<void> {
  console.log(`\nstart (best of ${RUNS})`);
  for (const present of [0, objects]) {
    const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
    try {
      if (present > 0) fillAstDb(server.dir, present);
      const starts: Start[] = [];
      for (let run = 0; run < RUNS; run++) starts.push(await once(server));
      const best = starts.reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a));
      const name = (what: string) => `${present} endpoints in AstDB: ${what}`;
      fact(name('CPU until ready'), best.cpuMs, 'ms', present === 0 ? 500 : 3_000);
      fact(name('CPU a second later'), best.laterMs, 'ms');
      fact(name('ready after'), best.wallMs, 'ms');
      fact(name('resident memory'), best.residentMiB, 'MiB');
    } finally {
      await server.close();
    }
  }
}

async function once(server: Instance): Promise<Start> {
  const begin = performance.now();
  await server.start();
  const wallMs = performance.now() - begin;
  const pid = server.pid ?? 0;
  const cpuMs = cpuMicros(pid) / 1000;
  await sleep(1_000);
  const start = { wallMs, cpuMs, laterMs: cpuMicros(pid) / 1000, residentMiB: residentMiB(pid) };
  await server.stop();
  return start;
}
