import { readdirSync, readFileSync } from 'node:fs';

/** CPU time that a process has used in all its threads, in microseconds (Linux: nanoseconds from schedstat). */
export function cpuMicros(pid: number): number {
  let nanos = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanos += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch {
      // A thread that ended between the two reads took its time with it; benchmarks keep their threads.
    }
  }
  return nanos / 1000;
}

/** Resident memory in MiB. */
export function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1024;
}

export interface Measured {
  readonly operations: number;
  /** Server CPU per operation, the work that follows the answers included. */
  readonly cpuMicros: number;
  /** Operations per second of wall-clock time. */
  readonly rate: number;
}

const SETTLE_MS = 700;
const IDLE_MS = 500;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** CPU per millisecond of a server that nobody asks anything. */
async function idle(pid: number): Promise<number> {
  const before = cpuMicros(pid);
  await sleep(IDLE_MS);
  return (cpuMicros(pid) - before) / IDLE_MS;
}

/** Runs `work` (which says how many operations it did) and charges the server's CPU to it, idle use taken off. */
export async function measure(pid: number, work: () => Promise<number>): Promise<Measured> {
  const idleBefore = await idle(pid);
  const before = cpuMicros(pid);
  const start = performance.now();
  const operations = await work();
  const elapsed = performance.now() - start;
  await sleep(SETTLE_MS);
  const all = cpuMicros(pid) - before;
  // What an earlier load left to do may reach into the first of the two.
  const idlePerMs = Math.min(idleBefore, await idle(pid));
  const used = all - idlePerMs * (elapsed + SETTLE_MS);
  return { operations, cpuMicros: used / operations, rate: (operations / elapsed) * 1000 };
}

/** Measures several times and takes the cheapest: what others do on the machine only ever adds. */
export async function bestOf(rounds: number, once: () => Promise<Measured>): Promise<Measured> {
  let best = await once();
  for (let round = 1; round < rounds; round++) {
    const next = await once();
    if (next.cpuMicros < best.cpuMicros) best = next;
  }
  return best;
}

/** `measure`, the cheapest of several. */
export function measureBest(pid: number, rounds: number, work: () => Promise<number>): Promise<Measured> {
  return bestOf(rounds, () => measure(pid, work));
}
