import type { Measured } from './cpu.ts';

/** How much a subject does: objects present in the large case, and a factor on the number of operations. */
export interface BenchSize {
  readonly objects: number;
  readonly scale: number;
}

/** One line: what was done, server CPU of one operation, rate, and the aim where there is one. */
export function row(name: string, measured: Measured, aimMicros?: number): void {
  const aim =
    aimMicros === undefined ? '' : `  aim ${aimMicros} µs ${measured.cpuMicros <= aimMicros ? '✓' : '✗'}`;
  console.log(
    `  ${name.padEnd(58)} ${measured.cpuMicros.toFixed(1).padStart(8)} µs CPU ${Math.round(measured.rate).toString().padStart(7)}/s${aim}`,
  );
}
