import type { Measured } from '../support/cpu.ts';
import { Bench, type TestStore } from '../support/sorcery-bench.ts';
import { type BenchSize, growth, heading, row } from '../support/table.ts';

const FEW = 100;
const SOME = 10_000;

const stores: readonly (readonly [name: string, store: TestStore])[] = [
  ['memory', { wizard: 'memory', cache: undefined }],
  ['astdb', { wizard: 'astdb,bench', cache: undefined }],
  ['realtime sqlite3', { wizard: 'realtime,ps_aors', cache: undefined }],
  ['memory_cache over realtime', { wizard: 'realtime,ps_aors', cache: 'memory_cache' }],
  [
    'full memory_cache over realtime',
    { wizard: 'realtime,ps_aors', cache: 'memory_cache,full_backend_cache=yes' },
  ],
];

/** Push and retrieval through each wizard, with few and with many objects present: what it costs must not grow. */
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
          else if (present === objects) growth(`${what}, ${FEW} → ${present} objects`, before, measured);
        }
      } finally {
        await bench.close();
      }
    }
  }
}
