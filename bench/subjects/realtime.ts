import type { Measured } from '../support/cpu.ts';
import { Bench } from '../support/sorcery-bench.ts';
import { stores } from '../support/stores.ts';
import { type BenchSize, growth, heading, row } from '../support/table.ts';

const FEW = 100;
const SOME = 10_000;

/**
 * Push through each wizard, with few and with many objects present: what it costs must not grow. Lookups are shown alone,
 * too: in memory they take a microsecond or less, which is so many lines of the processor's cache, and with 100 000
 * objects those come from memory. The requests that they are a part of are another subject, `retrieval`.
 */
export async function benchRealtime({ objects, scale }: BenchSize): Promise<void> {
  for (const [name, store] of stores) {
    heading(`realtime: ${name}`);
    const few = new Map<string, Measured>();
    for (const present of new Set([FEW, Math.min(SOME, objects), objects])) {
      const bench = await Bench.open(store, present);
      try {
        for (const [what, measured] of await bench.measureAll(scale)) {
          row(`${present} objects: ${what}`, measured);
          const before = few.get(what);
          if (before === undefined) few.set(what, measured);
          else if (present === objects)
            growth(`${what}, ${FEW} → ${present} objects`, before, measured, what.startsWith('push'));
        }
      } finally {
        await bench.close();
      }
    }
  }
}
