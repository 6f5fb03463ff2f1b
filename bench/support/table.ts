import type { Measured } from './cpu.ts';

/** How much a subject does: objects present in the large case, and a factor on the number of operations. */
export interface BenchSize {
  readonly objects: number;
  readonly scale: number;
}

/** What nothing may grow by from few objects to many. */
const GROWTH_AIM = 1.5;
const NAME_WIDTH = 62;

/** `≤ 100 ✓`, or nothing where there is no aim. */
function verdict(value: number, aim: number | undefined): string {
  return aim === undefined ? '' : `  ≤ ${aim} ${value <= aim ? '✓' : '✗'}`;
}

function line(name: string, value: string, rest: string): void {
  console.log(`  ${name.padEnd(NAME_WIDTH)} ${value.padStart(8)} ${rest}`.trimEnd());
}

/** Begins the table of a subject (or of a part of one). */
export function heading(title: string): void {
  console.log(`\n${title.padEnd(NAME_WIDTH + 2)}   µs CPU  per second  aim`);
}

/** One line: what was done, server CPU of one operation, rate, and the aim where there is one. */
export function row(name: string, measured: Measured, aimMicros?: number): Measured {
  const { cpuMicros, rate } = measured;
  line(
    name,
    cpuMicros.toFixed(1),
    `${Math.round(rate).toString().padStart(11)}${verdict(cpuMicros, aimMicros)}`,
  );
  return measured;
}

/** How much more an operation costs with many objects than with few. A part of an operation has no aim of its own. */
export function growth(name: string, few: Measured, many: Measured, isWhole = true): void {
  const factor = many.cpuMicros / few.cpuMicros;
  line(
    name,
    `×${factor.toFixed(2)}`,
    `${' '.repeat(11)}${verdict(factor, isWhole ? GROWTH_AIM : undefined)}`,
  );
}

/** One line of anything else that was measured, with its unit. */
export function fact(name: string, value: number, unit: string, aim?: number): void {
  line(name, value.toFixed(0), `${unit.padEnd(11)}${verdict(value, aim)}`);
}
