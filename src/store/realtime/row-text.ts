import type { DriverName } from './mapping.ts';

/**
 * How values stand in columns. The drivers of PostgreSQL and MariaDB keep several values of one attribute in one
 * column with semicolons between, and therefore write a semicolon inside a value as `^3B` and the caret as `^5E`; the
 * SQLite driver writes values as they are (all three as the original does, so that both can use one table).
 */
const SEMICOLONS: Readonly<Record<DriverName, boolean>> = { pgsql: true, mysql: true, sqlite3: false };

const separates = (driver: DriverName) => SEMICOLONS[driver];

/** One value, or part of a pattern, as a column holds it. */
export function encodeText(driver: DriverName, value: string): string {
  if (!separates(driver)) return value;
  return value.replace(/[;^]/g, (character) => (character === ';' ? '^3B' : '^5E'));
}

function decodeText(value: string): string {
  return value.replace(/\^([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** Several values of one attribute, as one column holds them. */
export function encodeValues(driver: DriverName, values: readonly string[]): string {
  if (separates(driver)) return values.map((each) => encodeText(driver, each)).join(';');
  return values.join('\n');
}

/** The values in a column. Empty ones count as not there where the original leaves them out. */
export function decodeValues(driver: DriverName, column: string, several: boolean): string[] {
  if (!separates(driver)) return several ? column.split('\n') : [column];
  const values: string[] = [];
  for (const part of column.split(';')) {
    const value = decodeText(part.trim());
    if (value !== '') values.push(value);
  }
  return values;
}
