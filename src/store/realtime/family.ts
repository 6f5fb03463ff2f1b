import { StoreError } from '../store-error.ts';
import { type Column, fitColumn } from './columns.ts';
import type { TextRow } from './connect.ts';
import { type Database, DatabaseError } from './database.ts';
import { loadKysely } from './kysely.ts';
import type { DriverName } from './mapping.ts';
import { decodeValues, encodeText, encodeValues } from './row-text.ts';

/** One attribute or column with its values: most have one. */
export type Field = readonly [name: string, values: readonly string[]];
/** A column and the value that a row must have in it. */
export type Condition = readonly [column: string, value: string];

/** A row that was found, and how its values are to be read. */
export interface FoundRow {
  readonly driver: DriverName;
  readonly columns: TextRow;
}

/** A table in one database, one of those that a family is kept in. */
export interface Place {
  readonly database: Database;
  readonly table: string;
}

/** Rows that are fetched at a time: long lists hold neither memory nor the thread. */
const PAGE = 500;

/** The values of a column; `several` when it may hold more than one. */
export function valuesOf(row: FoundRow, column: string, several = false): string[] {
  const text = row.columns[column];
  return text === null || text === undefined ? [] : decodeValues(row.driver, text, several);
}

/**
 * Rows of one family of extconfig.conf. A place that is away is passed over for the next, whose word then counts: they
 * are meant to hold the same. A row that one place does not have may be in the next, as in the original. When no place
 * answers, that is an error.
 */
export class Family {
  readonly name: string;
  readonly places: readonly Place[];

  constructor(name: string, places: readonly Place[]) {
    this.name = name;
    this.places = places;
  }

  /** The rows whose `column` has one of these values, by value. @throws {StoreError} when no place answers */
  async find(column: string, values: readonly string[]): Promise<Map<string, FoundRow>> {
    const found = new Map<string, FoundRow>();
    const silence = new Silence(this.places);
    let missing = values;
    for (const { database, table } of this.places) {
      const { driver } = database.settings;
      const byText = new Map(missing.map((value) => [encodeText(driver, value), value]));
      const [first = ''] = byText.keys();
      try {
        const rows = await database.run((db) => {
          const query = db.selectFrom(table).selectAll();
          return byText.size === 1
            ? query.where(column, '=', first).execute()
            : query.where(column, 'in', [...byText.keys()]).execute();
        });
        for (const columns of rows) {
          // Collations of MariaDB take letters of both cases for the same: `Alice` is not `alice` here.
          const value = byText.get(columns[column] ?? '');
          if (value !== undefined && !found.has(value)) found.set(value, { driver, columns });
        }
      } catch (error) {
        silence.add(error);
      }
      missing = missing.filter((value) => !found.has(value));
      if (missing.length === 0) return found;
    }
    silence.check();
    return found;
  }

  /** Rows whose `column` begins with a text, in order of that column, page by page. @throws {StoreError} */
  async *range(column: string, prefix: string): AsyncIterable<FoundRow> {
    const seen = this.places.length > 1 ? new Set<string>() : undefined;
    const silence = new Silence(this.places);
    for (const place of this.places) {
      let begun = false;
      try {
        for await (const row of this.#pages(place, column, prefix)) {
          const value = row.columns[column] ?? '';
          if (seen?.has(value)) continue;
          seen?.add(value);
          begun = true;
          yield row;
        }
      } catch (error) {
        // Half a list must not look like a whole one.
        if (begun) throw error;
        silence.add(error);
      }
    }
    silence.check();
  }

  async *#pages({ database, table }: Place, column: string, prefix: string): AsyncIterable<FoundRow> {
    const { driver } = database.settings;
    const start = encodeText(driver, prefix);
    const { sql } = loadKysely();
    let after: string | undefined;
    for (;;) {
      const rows = await database.run((db) => {
        let query = db.selectFrom(table).selectAll().orderBy(column).limit(PAGE);
        if (start !== '') {
          // SQLite's LIKE ignores case and therefore the index; its order is that of bytes, which a range follows.
          query =
            driver === 'sqlite3'
              ? query.where(column, '>=', start).where(column, '<', endOfRange(start))
              : query.where(sql<boolean>`${sql.ref(column)} like ${likePattern(start)} escape '!'`);
        }
        return (after === undefined ? query : query.where(column, '>', after)).execute();
      });
      for (const columns of rows) {
        if (columns[column]?.startsWith(start)) yield { driver, columns };
      }
      after = rows.at(-1)?.[column] ?? undefined;
      if (rows.length < PAGE || after === undefined) return;
    }
  }

  /** The rows that fit every condition, at most `limit`. @throws {StoreError} */
  async select(conditions: readonly Condition[], limit: number): Promise<FoundRow[]> {
    const found: FoundRow[] = [];
    const silence = new Silence(this.places);
    for (const { database, table } of this.places) {
      const { driver } = database.settings;
      try {
        const rows = await database.run((db) => {
          let query = db.selectFrom(table).selectAll().limit(limit);
          for (const [column, value] of conditions)
            query = query.where(column, '=', encodeText(driver, value));
          return query.execute();
        });
        for (const columns of rows) found.push({ driver, columns });
        if (found.length > 0) return found;
      } catch (error) {
        silence.add(error);
      }
    }
    silence.check();
    return found;
  }

  /** Stores a new row in the first place that can be asked. Resolves false when it is there already. @throws {StoreError} */
  insert(fields: readonly Field[]): Promise<boolean> {
    return this.#write(async ({ database, table }) => {
      const row = await this.#fit(database, table, fields);
      try {
        await database.run((db) => db.insertInto(table).values(row).execute());
        return true;
      } catch (error) {
        if (error instanceof DatabaseError && error.kind === 'duplicate') return false;
        throw error;
      }
    });
  }

  /** Changes the rows that fit; resolves with how many there were. @throws {StoreError} */
  update(conditions: readonly Condition[], fields: readonly Field[]): Promise<number> {
    return this.#write(async ({ database, table }) => {
      const { driver } = database.settings;
      const row = await this.#fit(database, table, fields);
      if (Object.keys(row).length === 0) throw new StoreError(`${table} has none of these columns`);
      const [result] = await database.run((db) => {
        let query = db.updateTable(table).set(row);
        for (const [column, value] of conditions) query = query.where(column, '=', encodeText(driver, value));
        return query.execute();
      });
      return Number(result?.numUpdatedRows ?? 0);
    });
  }

  /** Removes the rows that fit; resolves with how many there were. @throws {StoreError} */
  remove(conditions: readonly Condition[]): Promise<number> {
    return this.#write(async ({ database, table }) => {
      const { driver } = database.settings;
      const [result] = await database.run((db) => {
        let query = db.deleteFrom(table);
        for (const [column, value] of conditions) query = query.where(column, '=', encodeText(driver, value));
        return query.execute();
      });
      return Number(result?.numDeletedRows ?? 0);
    });
  }

  async #write<T>(attempt: (place: Place) => Promise<T>): Promise<T> {
    let silent: unknown;
    for (const place of this.places) {
      try {
        return await attempt(place);
      } catch (error) {
        // A statement that is refused would be refused there too; only who does not answer is passed over.
        if (!(error instanceof DatabaseError) || error.kind !== 'away') throw error;
        silent ??= error;
      }
    }
    throw silent ?? new StoreError(`${this.name} is kept nowhere`);
  }

  /** The fields as this table can hold them: a column that is missing costs that attribute, and one warning. */
  async #fit(database: Database, table: string, fields: readonly Field[]): Promise<TextRow> {
    const columns = await database.columns(table);
    if (columns.length === 0) throw new StoreError(`${database.label} has no table ${table}`);
    const byName = new Map<string, Column>(columns.map((each) => [each.name.toLowerCase(), each]));
    const row: TextRow = {};
    for (const [name, values] of fields) {
      const column = byName.get(name.toLowerCase());
      if (column === undefined) database.tell(`${table} has no column ${name}: the attribute is not kept`);
      else row[column.name] = fitColumn(column, encodeValues(database.settings.driver, values));
    }
    return row;
  }
}

/** Places that could not be asked. */
class Silence {
  readonly #places: number;
  readonly #errors: unknown[] = [];

  constructor(places: readonly Place[]) {
    this.#places = places.length;
  }

  /** Notes that one was away; what is wrong with the question itself is wrong everywhere. */
  add(error: unknown): void {
    if (!(error instanceof DatabaseError) || error.kind !== 'away') throw error;
    this.#errors.push(error);
  }

  /** @throws {StoreError} when nobody answered */
  check(): void {
    if (this.#errors.length === this.#places) throw this.#errors[0];
  }
}

function likePattern(prefix: string): string {
  return `${prefix.replace(/[!%_]/g, (character) => `!${character}`)}%`;
}

/** Behind every text that begins with the prefix, in the order of bytes: no UTF-8 text has a character above it. */
function endOfRange(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}
