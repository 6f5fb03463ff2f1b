import { Instance } from '../../tests/support/instance.ts';
import { cpuMicros, residentMiB, sleep } from '../support/cpu.ts';
import { astDbSorcery, fillAstDb } from '../support/fill.ts';
import type { BenchSize } from '../support/table.ts';

const RUNS = 3;

/** From the start of the process until `core waitfullybooted` answers: wall clock (the asking included) and server CPU. */
export async function benchStart({ objects }: BenchSize): Promise<void> {
  for (const present of [0, objects]) {
    const server = await Instance.create({ 'sorcery.conf': astDbSorcery });
    try {
      if (present > 0) fillAstDb(server.dir, present);
      const aim = present === 0 ? 500 : 3_000;
      for (let run = 0; run < RUNS; run++) {
        const start = performance.now();
        await server.start();
        const wall = performance.now() - start;
        const pid = server.pid ?? 0;
        const cpu = cpuMicros(pid) / 1000;
        await sleep(1_000);
        const after = cpuMicros(pid) / 1000;
        const verdict = cpu <= aim ? '✓' : '✗';
        console.log(
          `  ${present} endpoints in AstDB: ready after ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms CPU (${after.toFixed(0)} a second later), ${residentMiB(pid).toFixed(0)} MiB  aim ${aim} ms ${verdict}`,
        );
        await server.stop();
      }
    } finally {
      await server.close();
    }
  }
}
